import { asNonEmptyString, asObject, isJsonObject, type JsonObject } from "../../http/json.js";
import { defineFrameworkResource } from "../kit/bridged/framework-resource.js";
import { boolean, integer, list, map, object, string } from "../kit/schema/property-types.js";

const environmentType = object({
  aiBindings: { type: map(object({ projectId: { type: string, required: true } })) },
  alwaysUseLatestCompatibilityDate: { type: boolean, computed: true },
  analyticsEngineDatasets: { type: map(object({ dataset: { type: string, required: true } })) },
  browsers: { type: map(object({})) },
  buildImageMajorVersion: { type: integer, computed: true },
  compatibilityDate: { type: string, computed: true },
  compatibilityFlags: { type: list(string), computed: true },
  d1Databases: { type: map(object({ id: { type: string, required: true } })) },
  durableObjectNamespaces: { type: map(object({ namespaceId: { type: string, required: true } })) },
  envVars: { type: map(object({ type: { type: string, required: true }, value: { type: string, required: true } })) },
  failOpen: { type: boolean, computed: true },
  hyperdriveBindings: { type: map(object({ id: { type: string, required: true } })) },
  kvNamespaces: { type: map(object({ namespaceId: { type: string, required: true } })) },
  limits: { type: object({ cpuMs: { type: integer, required: true } }) },
  mtlsCertificates: { type: map(object({ certificateId: { type: string, required: true } })) },
  placement: { type: object({ mode: { type: string } }) },
  queueProducers: { type: map(object({ name: { type: string, required: true } })) },
  r2Buckets: { type: map(object({ jurisdiction: { type: string }, name: { type: string, required: true } })) },
  services: {
    type: map(
      object({
        entrypoint: { type: string },
        environment: { type: string, computed: true },
        service: { type: string, required: true },
      }),
    ),
  },
  usageModel: { type: string, computed: true },
  vectorizeBindings: { type: map(object({ indexName: { type: string, required: true } })) },
  wranglerConfigHash: { type: string },
});

const buildConfigType = object({
  buildCaching: { type: boolean },
  buildCommand: { type: string },
  destinationDir: { type: string },
  rootDir: { type: string },
  webAnalyticsTag: { type: string },
  webAnalyticsToken: { type: string },
});

const sourceConfigType = object({
  deploymentsEnabled: { type: boolean, computed: true },
  owner: { type: string, computed: true },
  ownerId: { type: string, computed: true },
  pathExcludes: { type: list(string), computed: true },
  pathIncludes: { type: list(string), computed: true },
  prCommentsEnabled: { type: boolean, computed: true },
  previewBranchExcludes: { type: list(string), computed: true },
  previewBranchIncludes: { type: list(string), computed: true },
  previewDeploymentSetting: { type: string, computed: true },
  productionBranch: { type: string, computed: true },
  productionDeploymentsEnabled: { type: boolean, computed: true },
  repoId: { type: string, computed: true },
  repoName: { type: string, computed: true },
});

const stageType = object({
  endedOn: { type: string },
  name: { type: string },
  startedOn: { type: string },
  status: { type: string },
});

const deploymentType = object({
  aliases: { type: list(string) },
  buildConfig: { type: buildConfigType },
  createdOn: { type: string },
  deploymentTrigger: {
    type: object({
      metadata: {
        type: object({
          branch: { type: string },
          commitDirty: { type: boolean },
          commitHash: { type: string },
          commitMessage: { type: string },
        }),
      },
      type: { type: string },
    }),
  },
  envVars: { type: map(object({ type: { type: string }, value: { type: string } })) },
  environment: { type: string },
  id: { type: string },
  isSkipped: { type: boolean },
  latestStage: { type: stageType },
  modifiedOn: { type: string },
  projectId: { type: string },
  projectName: { type: string },
  shortId: { type: string },
  source: { type: object({ config: { type: sourceConfigType }, type: { type: string } }) },
  stages: { type: list(stageType) },
  url: { type: string },
  usesFunctions: { type: boolean },
});

/**
 * What differs, leaf by leaf, null for what is gone: the plugin's PATCH. With the defect, entries of maps that the project
 * did not have are {} in the second environment (cloudflare/terraform-provider-cloudflare #7305, internal/apijson, read
 * 2026-11): the first one alone is right.
 */
function changedLeaves(old: JsonObject, next: JsonObject, isBroken: boolean): JsonObject {
  const gone = Object.keys(old).filter((key) => !(key in next));
  const changed = Object.entries(next).flatMap(([key, value]) => {
    const before = old[key];
    if (JSON.stringify(before) === JSON.stringify(value)) return [];
    if (!isJsonObject(value)) return [[key, value] as const];
    if (isJsonObject(before)) return [[key, changedLeaves(before, value, isBroken)] as const];
    const isMap = Object.values(value).every(isJsonObject);
    const empty = Object.fromEntries(Object.keys(value).map((name) => [name, {}]));
    return [[key, isBroken && isMap ? empty : value] as const];
  });
  return { ...Object.fromEntries(gone.map((key) => [key, null])), ...Object.fromEntries(changed) };
}

function patchedConfigs(old: JsonObject, next: JsonObject, isDefective: boolean): JsonObject {
  const patches: Record<string, JsonObject> = {};
  for (const name of ["preview", "production"]) {
    const wanted = asObject(next[name]);
    if (wanted === undefined) continue;
    const isBroken = isDefective && Object.keys(patches).length > 0;
    const patch = changedLeaves(givenIn(asObject(old[name]), wanted), wanted, isBroken);
    if (Object.keys(patch).length > 0) patches[name] = patch;
  }
  return patches;
}

/** What the state has beyond the inputs is the vendor's, but for maps, which the inputs own. */
function givenIn(old: JsonObject = {}, wanted: JsonObject): JsonObject {
  const isOwned = ([key, value]: readonly [string, unknown]): boolean =>
    key in wanted || (isJsonObject(value) && Object.values(value).every(isJsonObject));
  return Object.fromEntries(Object.entries(old).filter(isOwned));
}

/** `cloudflare.PagesProject` (terraform-provider-cloudflare a2efdc57, pages_project, read 2026-11). */
export const pagesProjectResource = defineFrameworkResource({
  type: "cloudflare:index/pagesProject:PagesProject",
  description: "A project of Cloudflare Pages.",
  inputs: {
    accountId: { type: string, required: true, replace: true },
    buildConfig: { type: buildConfigType, computed: true },
    deploymentConfigs: {
      type: object({
        preview: { type: environmentType, computed: true },
        production: { type: environmentType, computed: true },
      }),
      computed: true,
    },
    name: { type: string, required: true, replace: true },
    productionBranch: { type: string, required: true },
    source: {
      type: object({ config: { type: sourceConfigType, required: true }, type: { type: string, required: true } }),
    },
  },
  outputs: {
    canonicalDeployment: { type: deploymentType },
    createdOn: { type: string },
    domains: { type: list(string) },
    framework: { type: string },
    frameworkVersion: { type: string },
    latestDeployment: { type: deploymentType },
    previewScriptName: { type: string },
    productionScriptName: { type: string },
    subdomain: { type: string },
    usesFunctions: { type: boolean },
  },
  collection: "/accounts/{accountId}/pages/projects",
  item: "/accounts/{accountId}/pages/projects/{name}",
  id: ({ name }) => asNonEmptyString(name),
  importedBy: ["accountId", "name"],
  changes: "PATCH",
  // The name is in the body of the creation, although it is in the path of everything else.
  body(body, { name }, { old, defects }) {
    if (old === undefined) return { ...body, name };
    const [before, next] = [asObject(old["deployment_configs"]), asObject(body["deployment_configs"])];
    if (next === undefined) return body;
    return { ...body, deployment_configs: patchedConfigs(before ?? {}, next, defects.has("pages-bindings")) };
  },
});
