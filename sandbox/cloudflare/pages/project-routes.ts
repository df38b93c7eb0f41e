import { type JsonObject, objectField, stringField } from "../../kit/base/json-fields.js";
import { collection } from "../../kit/vendor/collection.js";
import { type CloudflareRoute, type Request, timeText } from "../cloudflare-request.js";
import { cloudflareForm, refusal, success } from "../envelope.js";
import { mergeConfigs, newConfigs, shownConfigs } from "./deployment-configs.js";
import { deploymentView, latestDeployments } from "./deployment-view.js";
import { projectsOf, type StoredProject, subdomainOf } from "./stored-project.js";

const notFound = (name: string) =>
  refusal(
    404,
    8000007,
    `Project not found. The specified project name does not match any of your existing projects: ${name}`,
  );

const projects = collection<Request, StoredProject>({
  path: "/client/v4/accounts/:account/pages/projects/:project",
  keys: ["project", "projects"],
  form: cloudflareForm,
  items: projectsOf,
  id: ({ name }) => name,
  view: (project, request) => projectView(project, request.nowMs),
  build(body, request, old) {
    const name = stringField(body, "name") || old?.name || "";
    if (!/^[a-z0-9]([a-z0-9-]{0,56}[a-z0-9])?$/.test(name))
      throw refusal(400, 8000016, "Invalid project name: 1 to 58 lowercase letters, digits and dashes");
    return {
      id: old?.id ?? request.uuid(),
      name,
      production_branch: stringField(body, "production_branch") || old?.production_branch || "main",
      build_config: { ...old?.build_config, ...objectField(body, "build_config") },
      source: objectField(body, "source") ?? old?.source ?? null,
      created_on: old?.created_on ?? timeText(request.nowMs),
      deployment_configs: mergeConfigs(
        old?.deployment_configs ?? newConfigs,
        objectField(body, "deployment_configs") ?? {},
      ),
      domains: old?.domains ?? [],
      deployments: old?.deployments ?? [],
    };
  },
  unique: {
    key: ({ name }) => name,
    taken: () => refusal(409, 8000002, "A project with this name already exists. Choose a different project name."),
  },
  notFound,
  // The merge is the configs' own: `build` does it.
  changes: { PATCH: "replace" },
  inUse: {
    by: ({ domains }) => domains.length > 0,
    refusal: () => refusal(400, 8000028, "Your project has custom domains. Remove them before you delete the project."),
  },
  respond: { delete: () => success(null) },
});

function projectView(project: StoredProject, nowMs: number): JsonObject {
  const { domains, deployments, deployment_configs, ...plain } = project;
  const { canonical, latest } = latestDeployments(project, nowMs);
  return {
    ...plain,
    subdomain: subdomainOf(project),
    domains: [subdomainOf(project), ...domains.map(({ name }) => name)],
    deployment_configs: shownConfigs(deployment_configs),
    canonical_deployment: canonical === undefined ? null : deploymentView(canonical, project, nowMs),
    latest_deployment: latest === undefined ? null : deploymentView(latest, project, nowMs),
    uses_functions: latest?.special["_worker.js"] !== undefined,
  };
}

/** The project that the path names. Throws the refusal 8000007. */
export function projectIn(request: Request): StoredProject {
  return projects.item(request);
}

/**
 * `/pages/projects`: create, list, get, change, delete (cloudflare-typescript v7.1.0, src/resources/pages/projects, and
 * the behaviour of its PATCH as terraform-provider-cloudflare #7305 shows it, read 2026-11).
 */
export const pagesProjectRoutes: readonly CloudflareRoute[] = projects.routes;
