import { rediscloudOf } from "../../../clients/rediscloud.js";
import { hints } from "../../../clients/rediscloud-hints.js";
import type {
  ExistingResource,
  StateEntry,
  VendorAccount,
  VendorAdapter,
  VendorContext,
} from "../../../contract/vendor.js";
import { asNonEmptyString, asNumber, asObject } from "../../../http/json.js";

/** Redis Cloud, as the runner needs it beside the plugin. */
export const vendorAdapter: VendorAdapter = {
  name: "rediscloud",
  plugins: [{ name: "planton-rediscloud", version: "0.1.0", isOwn: true }],
  readAccount,
  readExisting,
  hints,
};

/** The account that the keys belong to (GET /v1/; api.redislabs.com/v1/swagger-ui, read 2026-11). */
async function readAccount(context: VendorContext): Promise<VendorAccount | undefined> {
  const body = asObject(await rediscloudOf(context).find("/"));
  const account = asObject(body?.["account"]);
  const id = asNumber(account?.["id"]);
  return id === undefined ? undefined : { id: String(id), name: asNonEmptyString(account?.["name"]) ?? String(id) };
}

/** Paths of the objects, by type token and the parts of the id. */
const paths: Readonly<Record<string, (parts: readonly string[]) => string>> = {
  "planton-rediscloud:index/subscription:Subscription": ([id]) => `/fixed/subscriptions/${id}`,
  "planton-rediscloud:index/database:Database": ([subscription, id]) =>
    `/fixed/subscriptions/${subscription}/databases/${id}`,
};

/** Reads a resource of the state by its id; see VendorAdapter.readExisting. */
async function readExisting(
  { type, id }: StateEntry,
  context: VendorContext,
): Promise<ExistingResource | "absent" | undefined> {
  const path = paths[type];
  if (path === undefined) return undefined;
  const body = await rediscloudOf(context).find(path(id.split("/").map(encodeURIComponent)));
  return body === undefined || body === "absent" ? body : { tags: [] };
}
