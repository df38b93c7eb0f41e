import { isJsonObject } from "../kit/base/json-fields.js";
import { serverClusterRanges } from "../kit/base/pace.js";
import { defineAdjustableVendor } from "../kit/vendor/open-vendor.js";
import type { CollectedState } from "../kit/vendor/plain-collection.js";
import type { SandboxVendor } from "../kit/vendor/sandbox-vendor.js";
import { authenticate, defaultAccount, defaultToken } from "./accounts.js";
import { errorBody } from "./envelope.js";
import { vendorRoutes } from "./gen/routes.js";
import { pagesUploader } from "./pages/asset-routes.js";
import { withoutSecretTexts } from "./pages/deployment-configs.js";
import { pagesBindingsAction, sitePrefix, siteVisitor } from "./pages/site-routes.js";

function isCloudflareState(value: unknown): value is CollectedState {
  return isJsonObject(value) && value["version"] === 1;
}

/** Numbers of objects by collection, over all accounts and zones. */
function countObjects({ collected = {} }: CollectedState): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {
    zones: 0,
    pages_projects: 0,
    kv_namespaces: 0,
    d1_databases: 0,
    r2_buckets: 0,
    queues: 0,
  };
  for (const [place, items] of Object.entries(collected)) {
    const [collection = ""] = place.split(" of ");
    // Cloudflare keeps uploaded files whatever becomes of the project; a collection that was only asked for has no items.
    if (collection === "pages_assets" || items.length === 0) continue;
    counts[collection] = (counts[collection] ?? 0) + items.length;
  }
  return counts;
}

/** The stand-in of Cloudflare's API, as far as the catalog uses it. */
export const cloudflareVendor: SandboxVendor = defineAdjustableVendor({
  name: "cloudflare",
  pathPrefixes: ["/client/v4", sitePrefix],
  actions: [pagesBindingsAction],
  settings: {},
  openMemory: () => undefined,
  routes: vendorRoutes,
  initialState: (): CollectedState => ({ version: 1 }),
  acceptsState: isCloudflareState,
  authenticate: (request) => pagesUploader(request) ?? siteVisitor(request) ?? authenticate(request),
  errorBody,
  headers: (requestId) => ({ "cf-ray": requestId.replaceAll("-", "").slice(0, 16) }),
  realRanges: serverClusterRanges,
  countObjects,
  bodyLimitBytes: 64 * 1024 * 1024,
  loggedBody: withoutSecretTexts,
  environment(baseUrl) {
    const url = `${baseUrl}/client/v4`;
    return {
      CLOUDFLARE_BASE_URL: url,
      // Cloudflare's own wrangler reads this one.
      CLOUDFLARE_API_BASE_URL: url,
      CLOUDFLARE_API_TOKEN: defaultToken,
      CLOUDFLARE_ACCOUNT_ID: defaultAccount.id,
    };
  },
});
