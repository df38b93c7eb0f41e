import { apiPath, tidbCloudOf } from "../../../clients/tidbcloud.js";
import { hints } from "../../../clients/tidbcloud-hints.js";
import type { VendorAccount, VendorAdapter, VendorContext } from "../../../contract/vendor.js";
import { asObject, asObjects, type JsonObject } from "../../../http/json.js";
import { readExisting } from "./read-existing.js";

/** TiDB Cloud, as the runner needs it beside the plugin. */
export const vendorAdapter: VendorAdapter = {
  name: "tidbcloud",
  plugins: [{ name: "tidbcloud", version: "0.1.0", isOwn: true }],
  readAccount,
  readExisting,
  hints,
};

const organizationLabel = "tidb.cloud/organization";

/**
 * The organisation that the keys belong to: from its projects, else from the label of a cluster. Undefined when the keys
 * may read neither or there is neither.
 */
async function readAccount(context: VendorContext): Promise<VendorAccount | undefined> {
  const fromProject = idIn(await firstOf("iam", "projects", context), "org_id", "orgId");
  if (fromProject !== undefined) return account(fromProject);
  const cluster = await firstOf("serverless", "clusters", context);
  const fromCluster = idIn(asObject(cluster?.["labels"]), organizationLabel);
  return fromCluster === undefined ? undefined : account(fromCluster);
}

const account = (id: string): VendorAccount => ({ id, name: `organisation ${id}` });

async function firstOf(
  api: "iam" | "serverless",
  items: string,
  context: VendorContext,
): Promise<JsonObject | undefined> {
  const client = tidbCloudOf(api, context);
  const response = await client.send({ method: "GET", path: `${apiPath}/${items}?pageSize=1` });
  return response.status === 403 ? undefined : asObjects(client.bodyOf(response)[items])[0];
}

function idIn(object: JsonObject | undefined, ...keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = object?.[key];
    if ((typeof value === "string" && value !== "") || typeof value === "number") return String(value);
  }
  return undefined;
}
