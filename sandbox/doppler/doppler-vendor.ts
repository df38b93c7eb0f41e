import { serverClusterRanges } from "../kit/base/pace.js";
import { defineAdjustableVendor } from "../kit/vendor/open-vendor.js";
import type { SandboxVendor } from "../kit/vendor/sandbox-vendor.js";
import { actions } from "./actions.js";
import { withoutValues } from "./change-secrets.js";
import { vendorRoutes } from "./gen/routes.js";
import { errorBody } from "./messages.js";
import { countWritten, type DopplerState, isDopplerState } from "./secrets.js";
import { settingTable } from "./settings.js";
import { authenticate, serviceToken } from "./tokens.js";

/**
 * The stand-in of Doppler's API as far as secrets are read and written by it: one project with two configs. From the
 * OpenAPI document 1.0.0 of docs.doppler.com and DopplerHQ/terraform-provider-doppler (read 2026-11).
 */
export const dopplerVendor: SandboxVendor = defineAdjustableVendor({
  name: "doppler",
  pathPrefixes: ["/v3"],
  settings: settingTable,
  openMemory: () => undefined,
  routes: vendorRoutes,
  actions,
  initialState: (): DopplerState => ({ version: 1 }),
  acceptsState: isDopplerState,
  authenticate: (request) => authenticate(request),
  callerName: ({ name }) => name,
  errorBody,
  headers: (requestId) => ({ "x-request-id": requestId }),
  realRanges: serverClusterRanges,
  countObjects: (state) => ({ secrets: countWritten(state) }),
  environment: (baseUrl) => ({ DOPPLER_API_HOST: baseUrl, DOPPLER_TOKEN: serviceToken }),
  loggedBody: withoutValues,
});
