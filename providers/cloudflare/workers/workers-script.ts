import { readFileSync } from "node:fs";
import { asObject, type JsonObject } from "../../../http/json.js";
import { encodeMultipart, type FormPart } from "../../../http/multipart.js";
import { fromApi, toApi } from "../../kit/bridged/api-names.js";
import type { BridgedApi } from "../../kit/bridged/bridged-api.js";
import { asOneRequest, importedValues } from "../../kit/bridged/framework-resource.js";
import { defineResource } from "../../kit/resource/resource.js";
import { definedValues, isList, isMap, type PropertyMap, type PropertyValue } from "../../kit/schema/property-value.js";
import { uploadAssets } from "./asset-files.js";
import { scriptInputs, scriptOutputs } from "./script-properties.js";

type Values = PropertyMap;

interface Call {
  readonly api: BridgedApi;
  readonly abandoned: AbortSignal;
}

const names = {
  special: {
    headers: "_headers",
    redirects: "_redirects",
    workersMessage: "workers/message",
    workersTag: "workers/tag",
    workersTriggeredBy: "workers/triggered_by",
  },
};
const properties = { ...scriptInputs, ...scriptOutputs };
/** What is no part of the metadata: paths, the modules, and what the plugin alone reads. */
const { accountId: _a, scriptName: _s, content: _c, contentFile: _f, contentSha256: _h, ...others } = scriptInputs;
const { contentType: _t, files: _m, force: _o, ...metadataInputs } = others;

const textOf = (values: Values, name: string): string => String(values[name] ?? "");

function scriptPath(values: Values, part = ""): string {
  const [account, script] = [textOf(values, "accountId"), textOf(values, "scriptName")].map(encodeURIComponent);
  return `/accounts/${account}/workers/scripts/${script}${part}`;
}

/** The modules of a script: its content under the name of the main module, and its files. */
function moduleParts(values: Values): readonly FormPart[] {
  const main = textOf(values, "mainModule");
  const file = textOf(values, "contentFile");
  const content = file === "" ? values["content"] : readFileSync(file, "utf8");
  const type = main === "" ? "application/javascript" : "application/javascript+module";
  const part = main === "" ? "script" : main;
  const contentType = textOf(values, "contentType") || type;
  const first = typeof content === "string" ? [{ name: part, filename: part, contentType, content }] : [];
  const files = Object.entries(isMap(values["files"]) ? values["files"] : {}).map(([name, entry]) => {
    const { contentBase64, contentFile, contentType: of } = isMap(entry) ? entry : {};
    const bytes =
      contentBase64 === undefined ? readFileSync(String(contentFile)) : Buffer.from(String(contentBase64), "base64");
    return { name, filename: name, contentType: String(of), content: bytes };
  });
  return [...first, ...files];
}

/**
 * Uploads all of it: a creation and a change are the same PUT, which takes over a script that is there. Migrations are
 * sent each
 * time that the program gives them.
 */
async function upload({ api, abandoned }: Call, values: Values): Promise<Values> {
  const parts = moduleParts(values);
  const metadata: Record<string, unknown> = toApi(values, metadataInputs, names);
  const assets = values["assets"];
  if (isMap(assets)) {
    const script = { accountId: textOf(values, "accountId"), scriptName: textOf(values, "scriptName") };
    const jwt = await uploadAssets({ api, abandoned }, script, assets);
    const { directory: _, asset_manifest_sha256: __, ...sent } = asObject(metadata["assets"]) ?? {};
    metadata["assets"] = { ...sent, ...(jwt === undefined ? {} : { jwt }) };
  }
  if (textOf(values, "mainModule") === "" && parts.length > 0) metadata["body_part"] = "script";
  const form = encodeMultipart([
    ...parts,
    { name: "metadata", contentType: "application/json", content: JSON.stringify(metadata) },
  ]);
  const headers = { "content-type": form.contentType };
  const body = await api.call({ method: "PUT", path: scriptPath(values), body: form.body, headers, signal: abandoned });
  const { contentSha256: _, ...given } = values;
  return definedValues({ ...fromApi(asObject(body["result"]) ?? {}, properties, names), ...given });
}

/** The text of a content response: a script's own, or the first part of a form. */
function firstText(body: unknown, contentType: string): string {
  const text = typeof body === "string" ? body : "";
  const boundary = /^multipart\/.*boundary="?([^";]+)/i.exec(contentType)?.[1];
  if (boundary === undefined) return text;
  const part = text.split(`--${boundary}`)[1] ?? "";
  return part.slice(part.indexOf("\r\n\r\n") + 4).replace(/\r\n$/, "");
}

/** Cloudflare returns no text of a secret: it is what the state says. */
function withSecretTexts(read: PropertyValue | undefined, known: PropertyValue | undefined): PropertyValue | undefined {
  if (!isList(read)) return read;
  const old = (isList(known) ? known : []).filter(isMap);
  return read.map((binding) => {
    if (!isMap(binding) || binding["text"] !== undefined) return binding;
    const same = old.find(({ name, type }) => name === binding["name"] && type === binding["type"]);
    return same?.["text"] === undefined ? binding : { ...binding, text: same["text"] };
  });
}

function readable(object: JsonObject): JsonObject {
  // An empty placement, and settings that are off, are none.
  return Object.fromEntries(
    Object.entries(object).filter(([, value]) => value !== null && Object.keys(asObject(value) ?? { a: 1 }).length > 0),
  );
}

async function readScript({ api, abandoned }: Call, known: Values): Promise<Values | undefined> {
  const get = (path: string) => api.find({ method: "GET", path, signal: abandoned });
  const account = encodeURIComponent(textOf(known, "accountId"));
  const name = encodeURIComponent(textOf(known, "scriptName"));
  const service = await get(`/accounts/${account}/workers/services/${name}`);
  const settings = service && (await get(scriptPath(known, "/settings")));
  if (service === undefined || settings === undefined) return undefined;
  const environment = asObject(asObject(service["result"])?.["default_environment"]);
  const script = readable(asObject(environment?.["script"]) ?? {});
  const read = fromApi({ ...script, ...readable(asObject(settings["result"]) ?? {}) }, properties, names);
  const request = { method: "GET", path: scriptPath(known, "/content/v2"), signal: abandoned } as const;
  const response = await api.send(request);
  if (response.status >= 300) api.bodyOf(response);
  const content = firstText(response.body, response.headers.get("content-type") ?? "");
  const keepsContent = known["contentFile"] === undefined && known["files"] === undefined && response.status !== 204;
  return definedValues({
    ...known,
    ...read,
    bindings: withSecretTexts(read["bindings"], known["bindings"]),
    ...(keepsContent ? { content } : {}),
  });
}

/**
 * `cloudflare.WorkersScript` (terraform-provider-cloudflare 033cf6d6, workers_script/resource.go and model.go; `files` by
 * the
 * words of the SDK alone, whose source could not be read; read 2026-11).
 */
export const workersScriptResource = defineResource<BridgedApi>()({
  type: "cloudflare:index/workersScript:WorkersScript",
  description: "A Worker: its modules, bindings and settings.",
  inputs: scriptInputs,
  outputs: scriptOutputs,
  outputsChangedBy: Object.fromEntries(
    Object.keys(scriptInputs).map((name) => [
      name,
      ["etag", "modifiedOn", "handlers", "hasAssets", "hasModules", "migrationTag"],
    ]),
  ),
  // Without a name that the plugin makes, the new one always comes first.
  deletesFirst: "given-name",
  failedUpdateKeepsState: true,
  customTimeouts: [],
  create: ({ inputs, ...call }) =>
    asOneRequest(async () => ({ id: inputs.scriptName, state: await upload(call, inputs as Values) })),
  update: ({ inputs, id, ...call }) => asOneRequest(async () => ({ id, state: await upload(call, inputs as Values) })),
  read: ({ id, state, importing, ...call }) =>
    asOneRequest(async () => {
      const type = "cloudflare:index/workersScript:WorkersScript";
      const known = importing ? importedValues(id, ["accountId", "scriptName"], type) : (state as Values);
      const found = await readScript(call, known);
      return found === undefined ? undefined : { id: textOf(found, "scriptName"), state: found };
    }),
  delete: ({ api, abandoned, state }) =>
    asOneRequest(async () => {
      const path = scriptPath(state as Values, state.force === true ? "?force=true" : "");
      await api.call({ method: "DELETE", path, signal: abandoned });
    }),
});
