import { isJsonObject } from "../kit/base/json-fields.js";
import { defineAdjustableVendor } from "../kit/vendor/open-vendor.js";
import { type CollectedState, countCollected } from "../kit/vendor/plain-collection.js";
import type { SandboxVendor } from "../kit/vendor/sandbox-vendor.js";
import { refusal, sandboxKey } from "./b2-call.js";
import { vendorRoutes } from "./gen/routes.js";

/** How long a token is good, at most. */
const tokenMs = 86_400_000;

/** The stand-in of Backblaze B2's native API, version 4, as far as buckets and keys need it; it has no API of S3. */
export const backblazeVendor: SandboxVendor = defineAdjustableVendor({
  name: "backblaze",
  pathPrefixes: ["/backblaze/b2api"],
  settings: {},
  openMemory: () => undefined,
  routes: vendorRoutes,
  initialState: (): CollectedState => ({ version: 1 }),
  acceptsState: (value): value is CollectedState => isJsonObject(value) && value["version"] === 1,
  authenticate({ authorization, path }, { nowMs }) {
    // Its route compares the key itself with those that were made.
    if (path === "/backblaze/b2api/v4/b2_authorize_account") return "";
    const [, madeMs, keyId] = /^4_sandbox_(\d+)_([0-9a-f]+)$/.exec(authorization) ?? [];
    if (madeMs === undefined || keyId === undefined)
      throw refusal(401, "bad_auth_token", "Invalid authorization token");
    if (nowMs - Number(madeMs) < tokenMs) return keyId;
    throw refusal(401, "expired_auth_token", "Authorization token has expired");
  },
  errorBody: (status, message) => ({ status, code: "error", message: message ?? `status ${status}` }),
  headers: (requestId) => ({ "x-request-id": requestId }),
  realRanges: { create: [1000, 3000], change: [1000, 3000], leave: [1000, 3000] },
  countObjects: countCollected,
  environment: (baseUrl) => ({
    B2_API_URL: `${baseUrl}/backblaze`,
    B2_APPLICATION_KEY_ID: sandboxKey.applicationKeyId,
    B2_APPLICATION_KEY: sandboxKey.applicationKey,
  }),
});
