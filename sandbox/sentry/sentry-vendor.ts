import { isJsonObject } from "../kit/base/json-fields.js";
import { Refusal } from "../kit/base/refusal.js";
import { defineAdjustableVendor } from "../kit/vendor/open-vendor.js";
import { type CollectedState, countCollected, type PlainRoute } from "../kit/vendor/plain-collection.js";
import type { SandboxVendor } from "../kit/vendor/sandbox-vendor.js";
import { vendorRoutes } from "./gen/routes.js";
import { apiPath, organization } from "./organization.js";

/** The dummy token of the sandbox, worth nothing outside of it. */
const sandboxToken = "sntryu_sandbox0token";

const organizationsRoute: PlainRoute = {
  method: "GET",
  path: `${apiPath}/organizations/`,
  handle: () => ({ status: 200, body: [organization] }),
};

const messages: Readonly<Record<number, string>> = {
  401: "Invalid token",
  403: "You do not have permission to perform this action.",
  404: "The requested resource does not exist",
  429: "You are attempting to use this endpoint too frequently. Limit is 40 requests in 1 seconds",
  500: "Internal Error",
};

/**
 * The stand-in of Sentry's API as far as projects, teams and client keys need it: one organization with one team. From
 * docs.sentry.io/api and api.yaml of jianyuan/terraform-provider-sentry (read 2026-11).
 */
export const sentryVendor: SandboxVendor = defineAdjustableVendor({
  name: "sentry",
  pathPrefixes: ["/sentry/api/0"],
  settings: {},
  openMemory: () => undefined,
  routes: [organizationsRoute, ...vendorRoutes],
  initialState: (): CollectedState => ({
    version: 1,
    collected: { teams: [{ id: "1", slug: organization.slug, name: "Planton", dateCreated: "2026-01-02T03:04:05Z" }] },
  }),
  acceptsState: (value): value is CollectedState => isJsonObject(value) && value["version"] === 1,
  authenticate({ authorization }) {
    if (authorization !== `Bearer ${sandboxToken}`) throw new Refusal(401, "Invalid token");
    return undefined;
  },
  errorBody: (status, message) => ({ detail: message ?? messages[status] ?? `status ${status}` }),
  headers: (requestId) => ({ "x-sentry-request-id": requestId }),
  realRanges: { create: [200, 800], change: [200, 800], leave: [200, 800] },
  // One of the teams is there from the beginning.
  countObjects: (state) => {
    const { teams = 1, ...others } = countCollected(state);
    return { ...others, teams: teams - 1 };
  },
  environment: (baseUrl) => ({ SENTRY_BASE_URL: `${baseUrl}/sentry/api/`, SENTRY_AUTH_TOKEN: sandboxToken }),
});
