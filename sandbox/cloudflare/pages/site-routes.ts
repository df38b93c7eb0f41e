import { createHash } from "node:crypto";
import { isJsonObject, type JsonObject } from "../../kit/base/json-fields.js";
import { Refusal } from "../../kit/base/refusal.js";
import type { CollectedState } from "../../kit/vendor/plain-collection.js";
import type { RawRequest, VendorAction, VendorResponse, Workshop } from "../../kit/vendor/sandbox-vendor.js";
import { type Caller, defaultAccount, secondAccount } from "../accounts.js";
import type { CloudflareRoute, Request } from "../cloudflare-request.js";
import { assetsOf } from "./asset-routes.js";
import { branchAlias, latestDeployments } from "./deployment-view.js";
import { projectsIn, type StoredDeployment, type StoredProject, subdomainOf } from "./stored-project.js";

/** Where the sandbox serves what was deployed: `/pages.dev/<host>/<path>`. */
export const sitePrefix = "/pages.dev";

/** A site has visitors, who prove nothing. */
export function siteVisitor({ path }: Pick<RawRequest, "path">): Caller | undefined {
  return path.startsWith(`${sitePrefix}/`) ? { tokenId: "", accounts: [], readOnly: true } : undefined;
}

interface Site {
  readonly account: string;
  readonly one: StoredDeployment;
}

/** What a host shows: that of a project, a custom domain, a branch or a deployment. */
function siteAt(host: string, workshop: Pick<Workshop<CollectedState, unknown>, "state" | "nowMs">): Site | undefined {
  for (const { id: account } of [defaultAccount, secondAccount]) {
    for (const project of projectsIn(workshop, account)) {
      const one = deploymentAt(host, project, workshop.nowMs);
      if (one !== undefined) return { account, one };
    }
  }
  return undefined;
}

function deploymentAt(host: string, project: StoredProject, nowMs: number): StoredDeployment | undefined {
  const { canonical } = latestDeployments(project, nowMs);
  if (host === subdomainOf(project) || project.domains.some(({ name }) => name === host)) return canonical;
  const label = host.endsWith(`.${subdomainOf(project)}`) ? host.split(".")[0] : undefined;
  return label === undefined
    ? undefined
    : project.deployments.findLast(({ id, branch }) => id.startsWith(label) || branchAlias(branch) === label);
}

/** A file as Pages serves it, without the rules of `_headers` and `_redirects`. */
function serve(request: Request): VendorResponse {
  const [, host = "", path = "/"] = /^([^/]*)(\/.*)?$/.exec(request.path.slice(sitePrefix.length + 1)) ?? [];
  const site = siteAt(host, request);
  if (site === undefined)
    throw new Refusal(404, "nothing is deployed at this host", { body: "nothing is deployed here" });
  const { manifest } = site.one;
  const names = path.endsWith("/") ? [`${path}index.html`] : [path, `${path}.html`, `${path}/index.html`];
  const found = names.find((name) => manifest[name] !== undefined);
  const isApp = found === undefined && manifest["/404.html"] === undefined;
  const hash = manifest[found ?? (isApp ? "/index.html" : "/404.html")];
  const file = assetsOf(request, site.account).find((asset) => asset.hash === hash);
  if (file === undefined) throw new Refusal(404, "there is no such file", { body: "there is no such file" });
  return {
    status: found === undefined && !isApp ? 404 : 200,
    text: Buffer.from(file.content, "base64"),
    headers: { "content-type": file.contentType },
  };
}

/** Secrets show their SHA-256, so that a test can say which one arrived. */
function boundTo(config: JsonObject): JsonObject {
  const shown = Object.entries(config).map(([key, value]) => {
    if (key !== "env_vars" || !isJsonObject(value)) return [key, value] as const;
    const variables = Object.entries(value).map(([name, one]) => {
      const { type, value: text } = isJsonObject(one) ? one : {};
      const digest = createHash("sha256").update(String(text)).digest("hex");
      return [name, type === "secret_text" ? { type, sha256: digest } : one] as const;
    });
    return [key, Object.fromEntries(variables)] as const;
  });
  return Object.fromEntries(shown);
}

/** What a site was deployed with. */
export const pagesBindingsAction: VendorAction<CollectedState, unknown> = {
  name: "pages-bindings",
  meaning: "what the deployment at a host of Pages was made with: variables and bindings, secrets by their SHA-256",
  fields: { host: "such as web.pages.dev" },
  handle(workshop, { host }) {
    const site = siteAt(String(host), workshop);
    if (site === undefined) throw new Refusal(404, `nothing is deployed at "${String(host)}"`);
    return { deployment: site.one.id, config: boundTo(site.one.config) };
  },
};

/** What was deployed, served back. */
export const pagesSiteRoutes: readonly CloudflareRoute[] = [{ method: "GET", path: `${sitePrefix}/*`, handle: serve }];
