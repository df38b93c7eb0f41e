import { serverClusterRanges } from "../kit/base/pace.js";
import { defineAdjustableVendor } from "../kit/vendor/open-vendor.js";
import type { SandboxVendor } from "../kit/vendor/sandbox-vendor.js";
import { authenticate, defaultToken } from "./accounts.js";
import { vendorRoutes } from "./gen/routes.js";
import { errorBody } from "./messages.js";
import { settingTable } from "./settings.js";
import { initialState, isDigitalOceanState } from "./state.js";

const hourMs = 3_600_000;
/** Requests an hour (digitalocean/openapi 7c1300c4); shown in headers, not enforced. */
const hourlyLimit = 5000;

/** The stand-in of DigitalOcean's API, as far as the catalog uses it. */
export const digitalOceanVendor: SandboxVendor = defineAdjustableVendor({
  name: "digitalocean",
  pathPrefixes: ["/v2"],
  settings: settingTable,
  openMemory: () => undefined,
  routes: vendorRoutes,
  initialState,
  acceptsState: isDigitalOceanState,
  authenticate,
  errorBody,
  headers: (requestId, nowMs) => ({
    "x-request-id": requestId,
    "ratelimit-limit": String(hourlyLimit),
    "ratelimit-remaining": String(hourlyLimit - 1),
    "ratelimit-reset": String(Math.ceil((nowMs + hourMs) / 1000)),
  }),
  realRanges: serverClusterRanges,
  countObjects(state) {
    const all = Object.values(state.accounts);
    const count = (length: (account: (typeof all)[number]) => number): number =>
      all.reduce((sum, account) => sum + length(account), 0);
    return {
      databases: count(({ clusters }) => clusters.length),
      vpcs: count(({ vpcs }) => vpcs.filter(({ given }) => !given).length),
      tags: count(({ tags }) => tags.length),
    };
  },
  environment: (baseUrl) => ({
    DIGITALOCEAN_API_URL: baseUrl,
    DIGITALOCEAN_TOKEN: defaultToken,
    // Read by some clients too: a real one left there would reach the sandbox.
    DIGITALOCEAN_ACCESS_TOKEN: defaultToken,
  }),
});
