import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import {
  asNonEmptyString,
  asNumber,
  asObject,
  asObjects,
  asString,
  asStrings,
  type JsonObject,
} from "../../http/json.js";
import { encodeMultipart } from "../../http/multipart.js";
import type { ManagedCall } from "../kit/managed/managed-declaration.js";
import { defineManagedResource, parseId } from "../kit/managed/managed-resource.js";
import { requestOf } from "../kit/resource/work-limits.js";
import type { ValuesOf } from "../kit/schema/property-declaration.js";
import type { PropertyValue } from "../kit/schema/property-value.js";
import { type CloudflareApi, projectPath, resultIn } from "./cloudflare-api.js";
import { orderless } from "./pages/config-patch.js";
import { deploymentInputs, deploymentOutputs, siteOf } from "./pages/deployment-properties.js";
import { hasCode, uploadAssets } from "./pages/direct-upload.js";

/** What names a deployment. */
interface DeploymentKey {
  readonly accountId: string;
  readonly projectName: string;
  readonly deploymentId: string;
}

type Inputs = ValuesOf<typeof deploymentInputs>;

const pathOf = (key: DeploymentKey): string =>
  `${projectPath(key)}/deployments/${encodeURIComponent(key.deploymentId)}`;

/** What a deployment is of, in 16 digits: two of the same are the same. */
function digestOf({ branch = "", configHash = "", content }: Inputs): string {
  const text = [branch, configHash, orderless((content ?? {}) as PropertyValue)].join("\n");
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** The message of a deployment carries the stack's mark and what it is of: Cloudflare keeps it with the deployment. */
const messageOf = (inputs: Inputs): string => ["planton", inputs.owner ?? "-", digestOf(inputs)].join(" ");

function markIn(object: JsonObject): { readonly owner: string; readonly digest: string } | undefined {
  const metadata = asObject(asObject(object["deployment_trigger"])?.["metadata"]);
  const [, owner = "", digest = ""] =
    /^planton (\S+) ([0-9a-f]{16})$/.exec(asString(metadata?.["commit_message"]) ?? "") ?? [];
  return digest === "" ? undefined : { owner, digest };
}

/** More pages than this hold nothing that was made a moment ago. */
const mostPages = 4;

async function listDeployments(
  inputs: Inputs,
  { api, limits }: ManagedCall<CloudflareApi>,
): Promise<readonly JsonObject[]> {
  const found: JsonObject[] = [];
  for (let page = 1; page <= mostPages; page += 1) {
    // Without a size: the most that this list takes is not documented.
    const path = `${projectPath(inputs)}/deployments?page=${page}`;
    const response = await api.send({ method: "GET", path, ...requestOf(limits) });
    const body = api.bodyOf(response);
    found.push(...asObjects(body["result"]));
    if (page >= (asNumber(asObject(body["result_info"])?.["total_pages"]) ?? 1)) break;
  }
  return found;
}

/** The form of a new deployment (wrangler 4.125.0, api/pages/deploy.ts, read 2026-11). */
function formOf(inputs: Inputs) {
  const site = siteOf(inputs);
  const { content, branch } = inputs;
  return encodeMultipart([
    ...(content === undefined ? [] : [{ name: "manifest", content: JSON.stringify(content.files) }]),
    ...(branch === undefined ? [] : [{ name: "branch", content: branch }]),
    { name: "commit_message", content: messageOf(inputs) },
    ...Object.entries(site?.specialSources ?? {}).map(([name, source]) => ({
      name,
      filename: name,
      contentType: name.endsWith(".js") ? "application/javascript" : "text/plain",
      content: readFileSync(source),
    })),
  ]);
}

const stagesOf = (object: JsonObject): readonly JsonObject[] => asObjects(object["stages"]);
const failedStatuses: ReadonlySet<unknown> = new Set(["failure", "canceled", "skipped"]);

/** `planton-cloudflare.PagesDeployment`: files that are uploaded, or a build of the project's repository. */
export const pagesDeploymentResource = defineManagedResource<CloudflareApi, DeploymentKey>()({
  type: "planton-cloudflare:index/pagesDeployment:PagesDeployment",
  description: "A deployment of a Pages project; another content or configuration makes a new one.",
  noun: "deployment",
  inputs: deploymentInputs,
  outputs: deploymentOutputs,
  local: ["upload", "root", "leftOut", "deployOnChange", "owner"],
  recordScope: ({ accountId = "", projectName = "" }) => `${accountId}/${projectName}`,
  id: {
    text: ({ accountId, projectName, deploymentId }) => `${accountId}/${projectName}/${deploymentId}`,
    parse: (id) =>
      parseId<keyof DeploymentKey>(id, {
        pattern: /^(?<accountId>[0-9a-f]{32})\/(?<projectName>[a-z0-9-]+)\/(?<deploymentId>[0-9a-f-]+)$/,
        noun: "deployment",
        example: "<account id>/<project name>/<deployment id>",
      }),
  },
  find: {
    by: "list",
    list: listDeployments,
    keyIn({ id }, { accountId, projectName }) {
      const deploymentId = asNonEmptyString(id);
      return deploymentId === undefined ? undefined : { accountId, projectName, deploymentId };
    },
    nameOf: digestOf,
    nameIn: (object) => markIn(object)?.digest,
    createdIn: ({ created_on: time }) => asString(time),
    mark: { of: ({ owner }) => owner, in: (object) => markIn(object)?.owner },
  },
  read: (key) => ({ method: "GET", path: pathOf(key) }),
  objectIn: (body) => resultIn(body) ?? "invalid",
  // The live one cannot be deleted; it goes with its project, or when there is a newer one.
  presence: (response) =>
    response.status === 404 || hasCode(response, 8000009) || hasCode(response, 8000034) ? "gone" : "present",
  isReady: ({ latest_stage: stage }) => {
    const { name, status } = asObject(stage) ?? {};
    return name === "deploy" && status === "success";
  },
  failedReason(object) {
    const failed = stagesOf(object).find(({ status }) => failedStatuses.has(status));
    return failed && `not deployed: its stage "${String(failed["name"])}" ended as "${String(failed["status"])}"`;
  },
  toState: ({ id, url, aliases, environment, created_on: createdOn }, { key, known }) => ({
    accountId: key.accountId,
    projectName: key.projectName,
    content: known.content,
    branch: known.branch,
    configHash: known.configHash,
    deploymentId: asString(id) ?? key.deploymentId,
    url: asString(url),
    aliases: asStrings(aliases),
    environment: asString(environment),
    createdOn: asString(createdOn),
  }),
  // Its mark says what it is of.
  trusted: () => ["content", "branch", "configHash"],
  async beforeCreate(inputs, call) {
    const site = siteOf(inputs);
    if (site !== undefined) await uploadAssets({ ...call, path: projectPath(inputs) }, site);
  },
  create(inputs) {
    const { body, contentType } = formOf(inputs);
    return {
      method: "POST",
      path: `${projectPath(inputs)}/deployments`,
      body,
      headers: { "content-type": contentType },
    };
  },
  changes: () => [],
  remove: (key) => ({ method: "DELETE", path: `${pathOf(key)}?force=true` }),
  foreign: () => "ignore",
});
