import { isJsonObject } from "../kit/base/json-fields.js";
import { Refusal } from "../kit/base/refusal.js";
import { defineAdjustableVendor } from "../kit/vendor/open-vendor.js";
import type { CollectedState } from "../kit/vendor/plain-collection.js";
import type { SandboxVendor } from "../kit/vendor/sandbox-vendor.js";
import { vendorRoutes } from "./gen/routes.js";

/** The dummy keys of the sandbox, worth nothing outside of it. */
const keys = { access: "A-sandbox-access-key-of-the-account", secret: "S-sandbox-secret-key-of-a-user" };

const messages: Readonly<Record<number, string>> = { 401: "Unauthorized", 403: "Forbidden", 404: "Not Found" };

/**
 * The stand-in of Redis Cloud's API as far as Essentials subscriptions and their databases need it (api.redislabs.com/v1
 * and RedisLabs/rediscloud-go-api, read 2026-11).
 */
export const rediscloudVendor: SandboxVendor = defineAdjustableVendor({
  name: "rediscloud",
  pathPrefixes: ["/rediscloud/v1"],
  settings: {},
  openMemory: () => undefined,
  routes: vendorRoutes,
  initialState: (): CollectedState => ({ version: 1 }),
  acceptsState: (value): value is CollectedState => isJsonObject(value) && value["version"] === 1,
  authenticate({ headers }) {
    if (headers["x-api-key"] !== keys.access || headers["x-api-secret-key"] !== keys.secret)
      throw new Refusal(401, "Unauthorized");
    return undefined;
  },
  errorBody: (status, message) => ({
    status,
    error: messages[status] ?? "Error",
    message: message ?? messages[status],
  }),
  headers: (requestId) => ({ "x-request-id": requestId }),
  realRanges: { create: [20_000, 60_000], change: [5000, 20_000], leave: [5000, 20_000] },
  countObjects: ({ collected = {} }) => {
    const databases = Object.entries(collected).filter(([name]) => name.startsWith("databases of "));
    return {
      subscriptions: remaining(collected["subscriptions"] ?? []),
      databases: databases.reduce((sum, [, items]) => sum + remaining(items), 0),
    };
  },
  environment: (baseUrl) => ({
    REDISCLOUD_URL: `${baseUrl}/rediscloud/v1`,
    REDISCLOUD_ACCESS_KEY: keys.access,
    REDISCLOUD_SECRET_KEY: keys.secret,
  }),
});

/** Those that are not deleted or being deleted. */
function remaining(items: readonly unknown[]): number {
  return items.filter((item) => isJsonObject(item) && item["goneAtMs"] === undefined).length;
}
