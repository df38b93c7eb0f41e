import { objectList, stringField } from "../../kit/base/json-fields.js";
import type { VendorResponse } from "../../kit/vendor/sandbox-vendor.js";
import type { CloudflareRoute, Request } from "../cloudflare-request.js";
import { refusal, success } from "../envelope.js";
import { bindingView } from "./bindings.js";
import { deploy, saveVersion } from "./save-upload.js";
import { handlersOf } from "./upload-form.js";
import { type ScriptVersion, scriptOf, type WorkerScript } from "./worker-script.js";

const path = "/client/v4/accounts/:account/workers/scripts/:script";

function versionView({ id, number, created_on, annotations, modules, etag, bindings, settings }: ScriptVersion) {
  return {
    ...{ id, number, annotations },
    metadata: {
      created_on,
      modified_on: created_on,
      source: "api",
      author_id: "",
      author_email: "",
      hasPreview: false,
    },
    resources: {
      bindings: bindings.map(bindingView),
      script: { etag, handlers: handlersOf(modules), last_deployed_from: "api" },
      script_runtime: settings,
    },
    startup_time_ms: 1,
  };
}

function deploymentView({ id, version, created_on }: WorkerScript["deployments"][number]) {
  const versions = [{ version_id: version, percentage: 100 }];
  return { id, source: "api", strategy: "percentage", author_email: "", created_on, annotations: {}, versions };
}

function versionOf(request: Request): ScriptVersion {
  const found = scriptOf(request).versions.find(({ id }) => id === request.params["version"]);
  if (found === undefined) throw refusal(404, 10007, "There is no such version");
  return found;
}

/** All requests go to one version: that is what wrangler deploys. */
function createDeployment(request: Request): VendorResponse {
  const script = scriptOf(request);
  const [whole] = (objectList(request.body, "versions") ?? []).filter(({ percentage }) => percentage === 100);
  if (whole === undefined) throw refusal(400, 10021, "The percentages of the versions must add up to 100");
  deploy(script, stringField(whole, "version_id"), request);
  const made = script.deployments.at(-1);
  return success(made === undefined ? null : deploymentView(made));
}

/** Versions and deployments of Workers (wrangler 4.125.0, cloudflare-typescript v7.3.0, read 2026-11). */
export const workerVersionRoutes: readonly CloudflareRoute[] = [
  {
    method: "POST",
    path: `${path}/versions`,
    readsBytes: true,
    handle: (request) => success(versionView(saveVersion(scriptOf(request), request))),
  },
  {
    method: "GET",
    path: `${path}/versions`,
    handle: (request) => success({ items: [...scriptOf(request).versions].reverse().map(versionView) }),
  },
  { method: "GET", path: `${path}/versions/:version`, handle: (request) => success(versionView(versionOf(request))) },
  { method: "POST", path: `${path}/deployments`, handle: createDeployment },
  {
    method: "GET",
    path: `${path}/deployments`,
    handle: (request) => success({ deployments: [...scriptOf(request).deployments].reverse().map(deploymentView) }),
  },
];
