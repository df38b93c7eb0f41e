import { isJsonObject, type JsonObject } from "../../kit/base/json-fields.js";
import { isForm, readForm } from "../../kit/base/read-form.js";
import { cutPage } from "../../kit/vendor/paging.js";
import type { VendorResponse } from "../../kit/vendor/sandbox-vendor.js";
import type { CloudflareRoute, Request } from "../cloudflare-request.js";
import { cloudflareForm, refusal, success } from "../envelope.js";
import { assetsOf } from "./asset-routes.js";
import { deploymentView, latestDeployments } from "./deployment-view.js";
import { projectIn } from "./project-routes.js";
import type { StoredDeployment, StoredProject } from "./stored-project.js";

const path = "/client/v4/accounts/:account/pages/projects/:project/deployments";
const specialNames = ["_headers", "_redirects", "_routes.json", "_worker.js", "_worker.bundle"];

/** Makes a deployment of uploaded files, or of the project's repository where the form has no files. */
function deploy(request: Request): VendorResponse {
  const project = projectIn(request);
  const parts = new Map(
    (isForm(request) ? readForm(request) : []).map(({ name, bytes }) => [name, bytes.toString("utf8")]),
  );
  const manifest = manifestIn(parts.get("manifest"), project);
  const known = new Set(assetsOf(request, request.params["account"] ?? "").map(({ hash }) => hash));
  for (const [file, hash] of Object.entries(manifest)) {
    // Which code the real API gives is not known.
    if (!known.has(hash)) throw refusal(400, 8000000, `The file "${file}" (${hash}) was not uploaded`);
  }
  const branch = parts.get("branch") ?? project.production_branch;
  const environment = branch === project.production_branch ? "production" : "preview";
  const one: StoredDeployment = {
    id: request.uuid(),
    environment,
    branch,
    commit: {
      hash: parts.get("commit_hash") ?? "",
      message: parts.get("commit_message") ?? "",
      dirty: parts.get("commit_dirty") === "true",
    },
    createdAtMs: request.nowMs,
    doneAtMs: request.doneAtMs("create"),
    manifest,
    special: Object.fromEntries([...parts].filter(([name]) => specialNames.includes(name))),
    config: project.deployment_configs[environment],
  };
  project.deployments.push(one);
  return success(deploymentView(one, project, request.nowMs));
}

function manifestIn(text: string | undefined, { source }: StoredProject): Readonly<Record<string, string>> {
  if (text === undefined && source !== null) return {};
  let manifest: unknown;
  try {
    manifest = JSON.parse(text ?? "");
  } catch {
    manifest = undefined;
  }
  if (!isJsonObject(manifest)) {
    const message = "A manifest field was expected in the request body but was not provided.";
    throw refusal(400, 8000096, message);
  }
  return Object.fromEntries(Object.entries(manifest).map(([file, hash]) => [file, String(hash)]));
}

function list(request: Request): VendorResponse {
  const project = projectIn(request);
  const environment = request.query.get("env");
  const found = project.deployments.filter((one) => environment === null || one.environment === environment).reverse();
  const page = cutPage(found, request, cloudflareForm.paging);
  const items = page.items.map((one) => deploymentView(one, project, request.nowMs));
  return { status: 200, ...cloudflareForm.list("deployments", { ...page, items }, request) };
}

function deploymentIn(request: Request): { readonly project: StoredProject; readonly one: StoredDeployment } {
  const project = projectIn(request);
  const one = project.deployments.find(({ id }) => id === request.params["deployment"]);
  if (one === undefined) throw refusal(404, 8000009, "Deployment not found");
  return { project, one };
}

function get(request: Request): VendorResponse {
  const { project, one } = deploymentIn(request);
  return success(deploymentView(one, project, request.nowMs));
}

function remove(request: Request): VendorResponse {
  const { project, one } = deploymentIn(request);
  const { canonical } = latestDeployments(project, request.nowMs);
  if (one.id === canonical?.id)
    throw refusal(400, 8000034, "You can not delete the active production deployment of a project.");
  const isAliased = one.environment === "preview" && isLastOfBranch(one, project);
  if (isAliased && request.query.get("force") !== "true")
    throw refusal(400, 8000035, "Cannot delete aliased deployment, use force=true");
  project.deployments.splice(project.deployments.indexOf(one), 1);
  return success(null);
}

const isLastOfBranch = (one: StoredDeployment, { deployments }: StoredProject): boolean =>
  deployments.findLast(({ branch }) => branch === one.branch) === one;

function logs(request: Request): VendorResponse {
  const { one } = deploymentIn(request);
  const data: readonly JsonObject[] = [
    { ts: new Date(one.createdAtMs).toISOString(), line: "Success: Assets published!" },
  ];
  return success({ total: data.length, includes_container_logs: true, data });
}

/** `/deployments`: create, list, get, delete and logs (wrangler 4.125.0 and cloudflare-typescript v7.1.0, read 2026-11). */
export const pagesDeploymentRoutes: readonly CloudflareRoute[] = [
  { method: "POST", path, readsBytes: true, handle: deploy },
  { method: "GET", path, handle: list },
  { method: "GET", path: `${path}/:deployment`, handle: get },
  { method: "DELETE", path: `${path}/:deployment`, handle: remove },
  { method: "GET", path: `${path}/:deployment/history/logs`, handle: logs },
];
