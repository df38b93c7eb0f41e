import { stringField } from "../../kit/base/json-fields.js";
import type { VendorResponse } from "../../kit/vendor/sandbox-vendor.js";
import type { CloudflareRoute, Request } from "../cloudflare-request.js";
import { success } from "../envelope.js";
import { bindingView, makeBindings, noteQueues } from "./bindings.js";
import { assertUnused, referencesTo } from "./references.js";
import { saveUpload, scriptSettings } from "./save-upload.js";
import { handlersOf, readSettings } from "./upload-form.js";
import { domainsOf, liveVersion, scriptOf, scriptsOf, type WorkerScript } from "./worker-script.js";

const path = "/client/v4/accounts/:account/workers/scripts/:script";

function scriptView(script: WorkerScript) {
  const { modules, main_module: mainModule, assets, etag, settings } = liveVersion(script);
  return {
    id: script.name,
    tag: script.tag,
    ...{ etag, created_on: script.created_on, modified_on: script.modified_on },
    handlers: handlersOf(modules),
    named_handlers: [],
    has_modules: mainModule !== "",
    has_assets: assets !== undefined,
    last_deployed_from: "api",
    ...(script.migration_tag === undefined ? {} : { migration_tag: script.migration_tag }),
    ...{ logpush: script.settings["logpush"], tail_consumers: script.settings["tail_consumers"] },
    ...settings,
    startup_time_ms: 1,
    deployment_id: script.live,
  };
}

function settingsView(script: WorkerScript) {
  const { bindings, settings, annotations } = liveVersion(script);
  return { bindings: bindings.map(bindingView), ...settings, ...script.settings, annotations };
}

/** The modules as they were sent; of one script in service-worker syntax its text. */
function contentOf(request: Request): VendorResponse {
  const { modules, main_module: main, assets } = liveVersion(scriptOf(request));
  const [first] = modules;
  if (first === undefined) return { status: assets === undefined ? 200 : 204 };
  const text = (base64: string): string => Buffer.from(base64, "base64").toString("utf8");
  if (main === "") return { status: 200, text: text(first.base64), headers: { "content-type": first.type } };
  const boundary = "----sandbox-worker-content";
  const sorted = [...modules].sort((left, right) => Number(right.name === main) - Number(left.name === main));
  const parts = sorted.map(
    ({ name, type, base64 }) =>
      `--${boundary}\r\ncontent-disposition: form-data; name="${name}"; filename="${name}"\r\ncontent-type: ${type}\r\n\r\n${text(base64)}\r\n`,
  );
  const headers = { "content-type": `multipart/form-data; boundary=${boundary}`, "cf-entrypoint": main };
  return { status: 200, text: `${parts.join("")}--${boundary}--\r\n`, headers };
}

/** Changes settings without an upload; those of the version make a copy of it, as Cloudflare does. */
function changeSettings(request: Request): VendorResponse {
  const script = scriptOf(request);
  const given = readSettings(request);
  const live = liveVersion(script);
  if ("bindings" in given)
    live.bindings = makeBindings(given, { name: script.name, old: script, classes: script.classes }, request);
  const versioned = ["compatibility_date", "compatibility_flags", "usage_model", "limits", "placement"];
  const changed = Object.fromEntries(Object.entries(given).filter(([name]) => versioned.includes(name)));
  live.settings = { ...live.settings, ...changed };
  script.settings = scriptSettings(given, script.settings, request);
  noteQueues(script.name, live.bindings, request);
  return success(settingsView(script));
}

function changeScriptSettings(request: Request): VendorResponse {
  const script = scriptOf(request);
  script.settings = scriptSettings(readSettings(request), script.settings, request);
  return success(script.settings);
}

function remove(request: Request): VendorResponse {
  const script = scriptOf(request);
  if (request.query.get("force") !== "true") assertUnused(script, request);
  const [scripts, domains] = [scriptsOf(request), domainsOf(request)];
  scripts.splice(scripts.indexOf(script), 1);
  domains.splice(0, domains.length, ...domains.filter(({ service }) => service !== script.name));
  noteQueues(script.name, [], request);
  return success(null);
}

function references(request: Request): VendorResponse {
  const { workers, pages, durableObjects } = referencesTo(scriptOf(request), request);
  return success({
    services: {
      incoming: workers.map((one) => ({ ...one, environment: "production" })),
      outgoing: [],
      pages_function: pages.length > 0,
    },
    durable_objects: durableObjects,
    dispatch_outbounds: [],
  });
}

function service(request: Request): VendorResponse {
  const script = scriptOf(request);
  const { created_on, modified_on } = script;
  const environment = { environment: "production", created_on, modified_on, script: scriptView(script) };
  return success({
    id: script.name,
    default_environment: environment,
    created_on,
    modified_on,
    environments: [environment],
  });
}

/** One secret by itself, as `wrangler secret put` sets it. */
function putSecret(request: Request): VendorResponse {
  const script = scriptOf(request);
  const live = liveVersion(script);
  const name = stringField(request.body, "name");
  const owner = { name: script.name, old: script, classes: script.classes };
  const made = makeBindings({ bindings: [{ ...request.body, type: "secret_text" }] }, owner, request);
  live.bindings = [...live.bindings.filter((one) => one.name !== name), ...made].sort((a, b) =>
    a.name < b.name ? -1 : 1,
  );
  return success({ name, type: "secret_text" });
}

function tailProducers(request: Request): VendorResponse {
  const consumer = request.params["script"];
  const producers = scriptsOf(request).filter(({ settings }) =>
    JSON.stringify(settings["tail_consumers"] ?? []).includes(`"service":"${consumer}"`),
  );
  return success(producers.map(({ name }) => ({ producer: { service: name, environment: "production" } })));
}

/** Workers: upload, settings, content, who refers to them (OpenAPI document of 2024-08, wrangler 4.125.0, read 2026-11). */
export const workerScriptRoutes: readonly CloudflareRoute[] = [
  {
    method: "GET",
    path: "/client/v4/accounts/:account/workers/scripts",
    handle: (request) => success(scriptsOf(request).map(scriptView)),
  },
  { method: "PUT", path, readsBytes: true, handle: (request) => success(scriptView(saveUpload(request))) },
  { method: "GET", path, handle: contentOf },
  { method: "DELETE", path, handle: remove },
  { method: "GET", path: `${path}/content/v2`, handle: contentOf },
  { method: "GET", path: `${path}/settings`, handle: (request) => success(settingsView(scriptOf(request))) },
  { method: "PATCH", path: `${path}/settings`, readsBytes: true, handle: changeSettings },
  { method: "GET", path: `${path}/script-settings`, handle: (request) => success(scriptOf(request).settings) },
  { method: "PATCH", path: `${path}/script-settings`, readsBytes: true, handle: changeScriptSettings },
  { method: "GET", path: `${path}/references`, handle: references },
  { method: "PUT", path: `${path}/secrets`, handle: putSecret },
  { method: "GET", path: "/client/v4/accounts/:account/workers/services/:script", handle: service },
  { method: "DELETE", path: "/client/v4/accounts/:account/workers/services/:script", handle: remove },
  { method: "GET", path: "/client/v4/accounts/:account/workers/tails/by-consumer/:script", handle: tailProducers },
];
