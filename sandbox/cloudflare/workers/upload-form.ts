import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { isJsonObject, type JsonObject, objectField, objectList, stringField } from "../../kit/base/json-fields.js";
import { type FormField, isForm, readForm } from "../../kit/base/read-form.js";
import type { Request } from "../cloudflare-request.js";
import { refusal } from "../envelope.js";
import type { ScriptModule } from "./worker-script.js";

/** What a form of an upload holds. */
export interface UploadForm {
  readonly metadata: JsonObject;
  readonly modules: readonly ScriptModule[];
  /** "" in service-worker syntax, and without a script. */
  readonly mainModule: string;
  readonly etag: string;
}

/** Cloudflare's limit for a paid account, gzipped (workers/platform/limits, read 2026-11). */
const sizeLimitBytes = 10 * 1024 * 1024;

function validation(message: string) {
  return refusal(400, 10021, `Uncaught Error: ${message}`);
}

/**
 * The metadata and the modules of an upload (wrangler 4.125.0, create-worker-upload-form, read 2026-11). Throws 10021 for
 * a form that makes no Worker, 10027 for one that is too large.
 */
export function readUpload(request: Request): UploadForm {
  const fields = isForm(request) ? readForm(request) : [];
  const metadata = metadataOf(fields);
  const modules = fields
    .filter(({ name }) => name !== "metadata")
    .map(({ name, contentType, bytes }) => ({ name, type: contentType, base64: bytes.toString("base64") }));
  const mainModule = stringField(metadata, "main_module");
  const main = mainModule || stringField(metadata, "body_part");
  const hasAssets = objectField(metadata, "assets") !== undefined || metadata["keep_assets"] === true;
  if (main === "" && !hasAssets) throw validation("No main module and no body part was given");
  if (main !== "" && !modules.some(({ name }) => name === main)) throw validation(`No such module "${main}".`);
  const content = fields.filter(({ name }) => name !== "metadata").map(({ bytes }) => bytes);
  // Above the limit already before it is compressed: only then is it worth the time.
  const sizeBytes = content.reduce((sum, bytes) => sum + bytes.length, 0);
  if (sizeBytes > sizeLimitBytes && gzipSync(Buffer.concat(content)).length > sizeLimitBytes)
    throw refusal(413, 10027, "Your Worker exceeded the size limit of 10 MiB. Refer to the Workers documentation");
  const etag = createHash("sha256")
    .update(JSON.stringify([mainModule, modules]))
    .digest("hex");
  return { metadata, modules, mainModule, etag };
}

function metadataOf(fields: readonly FormField[]): JsonObject {
  const text = fields.find(({ name }) => name === "metadata")?.bytes.toString("utf8");
  if (text === undefined) throw refusal(400, 10021, "The uploaded form has no metadata part");
  return jsonObject(text);
}

/** The settings of a change of them: a form with the part "settings", or JSON. */
export function readSettings(request: Request): JsonObject {
  if (!isForm(request)) return jsonObject(request.bytes.toString("utf8"));
  return jsonObject(
    readForm(request)
      .find(({ name }) => name === "settings")
      ?.bytes.toString("utf8") ?? "",
  );
}

function jsonObject(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value)) return value;
  } catch {
    // Refused below like any other text that is no object.
  }
  throw refusal(400, 10001, "Could not parse request body");
}

/** The text of all modules, to look into. */
export function sourceText(modules: readonly ScriptModule[]): string {
  return modules
    .filter(({ type }) => /javascript|python/.test(type))
    .map(({ base64 }) => Buffer.from(base64, "base64").toString("utf8"))
    .join("\n");
}

const handlerNames = ["fetch", "scheduled", "queue", "email", "tail"];

/** The events that a script handles, as far as its text shows it. */
export function handlersOf(modules: readonly ScriptModule[]): readonly string[] {
  const text = sourceText(modules);
  return handlerNames.filter((name) => new RegExp(`\\b${name}\\s*[(:]|addEventListener\\(["']${name}`).test(text));
}

/** The bindings that an upload asks for. Throws 10021 for one without a name, and for a name that is there twice. */
export function wantedBindings(metadata: JsonObject): readonly JsonObject[] {
  const bindings = objectList(metadata, "bindings") ?? [];
  const names = bindings.map((binding) => stringField(binding, "name"));
  if (names.includes("")) throw refusal(400, 10021, "A binding has no name");
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw refusal(400, 10021, `Binding name '${twice}' already in use. Please use a different name`);
  return bindings;
}
