import {
  booleanField,
  type JsonObject,
  objectField,
  objectList,
  stringField,
  stringList,
} from "../../kit/base/json-fields.js";
import { newId, type Request, timeText } from "../cloudflare-request.js";
import { refusal } from "../envelope.js";
import { completedAssets } from "./asset-routes.js";
import { makeBindings, noteQueues } from "./bindings.js";
import { migrate } from "./migrations.js";
import { readUpload } from "./upload-form.js";
import { liveVersion, type ScriptVersion, scriptsOf, type WorkerScript } from "./worker-script.js";

/** Versions that are kept of a Worker. */
const keptVersions = 10;

/** What a version is made with beside the form. */
interface MakeVersion {
  readonly name: string;
  readonly old: WorkerScript | undefined;
}

function makeVersion({ name, old }: MakeVersion, request: Request) {
  const { metadata, modules, mainModule, etag } = readUpload(request);
  const { classes, migrationTag } = migrate(metadata, { old, modules }, request);
  const bindings = makeBindings(metadata, { name, old, classes }, request);
  const before = old === undefined ? undefined : liveVersion(old);
  const assets = metadata["keep_assets"] === true ? before?.assets : completedAssets(metadata, name, request);
  const unbound = bindings.find(({ type }) => type === "assets");
  if (unbound !== undefined && assets === undefined)
    throw refusal(400, 10021, `Binding '${unbound.name}' of type assets needs assets`);
  const date = stringField(metadata, "compatibility_date");
  if (date !== "" && !/^\d{4}-\d\d-\d\d$/.test(date)) throw refusal(400, 10021, `Invalid compatibility date: ${date}`);
  const version: ScriptVersion = {
    id: request.uuid(),
    number: (old?.versions.at(-1)?.number ?? 0) + 1,
    created_on: timeText(request.nowMs),
    annotations: objectField(metadata, "annotations") ?? {},
    ...{ modules, main_module: mainModule, etag, bindings, assets },
    settings: {
      compatibility_date: date,
      compatibility_flags: stringList(metadata, "compatibility_flags"),
      usage_model: stringField(metadata, "usage_model") || "standard",
      limits: objectField(metadata, "limits") ?? null,
      placement: objectField(metadata, "placement") ?? {},
    },
  };
  return { version, metadata, classes, migrationTag };
}

/** What belongs to the Worker whatever its version. Throws 10144 for a consumer of logs that there is not. */
export function scriptSettings(given: JsonObject, before: JsonObject, request: Request): JsonObject {
  const consumers = objectList(given, "tail_consumers") ?? [];
  const absent = consumers
    .map((consumer) => stringField(consumer, "service"))
    .find((name) => !scriptsOf(request).some((script) => script.name === name));
  if (absent !== undefined)
    throw refusal(400, 10144, `Could not resolve tail consumer. Target Worker '${absent}' not found.`);
  return {
    logpush: booleanField(given, "logpush") ?? before["logpush"] ?? false,
    observability: "observability" in given ? given["observability"] : (before["observability"] ?? null),
    tail_consumers: "tail_consumers" in given ? consumers : (before["tail_consumers"] ?? []),
    tags: "tags" in given ? stringList(given, "tags") : (before["tags"] ?? []),
  };
}

/**
 * An upload by PUT: the Worker is made or gets a new version, which is live at once. Throws what an upload is refused
 * with.
 */
export function saveUpload(request: Request): WorkerScript {
  const name = request.params["script"] ?? "";
  if (!/^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(name)) throw refusal(400, 10016, `Invalid Worker name: ${name}`);
  const old = scriptsOf(request).find((script) => script.name === name);
  const { version, metadata, classes, migrationTag } = makeVersion({ name, old }, request);
  // A PUT says all of it: what it leaves out is off.
  const settings = scriptSettings(
    { tail_consumers: [], observability: null, ...metadata },
    old?.settings ?? {},
    request,
  );
  const script: WorkerScript = old ?? {
    ...{ name, tag: newId(request), created_on: version.created_on, modified_on: "", versions: [], live: "" },
    ...{ deployments: [], migration_tag: undefined, classes: [], schedules: [], settings },
    // A new one is reachable under workers.dev where the account has a name there (wrangler 4.125.0, read 2026-11).
    subdomain: { enabled: false, previews_enabled: false },
  };
  if (old === undefined) scriptsOf(request).push(script);
  Object.assign(script, { settings, classes, migration_tag: migrationTag });
  addVersion(script, version);
  deploy(script, version.id, request);
  return script;
}

/** An upload by POST to `versions`: requests go on to meet the live version. */
export function saveVersion(script: WorkerScript, request: Request): ScriptVersion {
  const { version } = makeVersion({ name: script.name, old: script }, request);
  addVersion(script, version);
  return version;
}

function addVersion(script: WorkerScript, version: ScriptVersion): void {
  script.versions = [...script.versions, version].slice(-keptVersions);
}

/** Makes a version the live one. Throws 10007 when there is none of that id. */
export function deploy(script: WorkerScript, id: string, request: Request): void {
  const version = script.versions.find((one) => one.id === id);
  if (version === undefined) throw refusal(404, 10007, `There is no version ${id}`);
  const now = timeText(request.nowMs);
  script.live = id;
  script.modified_on = now;
  script.deployments = [...script.deployments, { id: request.uuid(), version: id, created_on: now }].slice(
    -keptVersions,
  );
  noteQueues(script.name, version.bindings, request);
}
