import { isJsonObject, type JsonObject } from "../../../contract/json-object.js";
import type { VendorAccount, VendorAdapter, VendorSurroundings } from "../../../contract/vendor.js";
import { readTidbCloud } from "./api.js";
import { hints } from "./hints.js";
import { readExisting } from "./read-existing.js";

/** TiDB Cloud, as the runner needs it beside the plugin. */
export const vendorAdapter: VendorAdapter = {
  name: "tidbcloud",
  plugin: "tidbcloud",
  pluginVersion: "0.1.0",
  ownPlugin: true,
  readAccount,
  readExisting,
  // The plugin looks for the cluster of an unfinished run before it makes one.
  findCreated: async () => undefined,
  lookups: {},
  refusalOf: () => undefined,
  hints,
};

const organizationLabel = "tidb.cloud/organization";

/**
 * The organisation that the keys belong to: from its projects, else from the label of a cluster. Undefined when the keys
 * may read neither or there is neither.
 */
async function readAccount(surroundings: VendorSurroundings): Promise<VendorAccount | undefined> {
  const { env } = surroundings;
  const iam = env["TIDBCLOUD_IAM_ENDPOINT"] || "https://iam.tidbapi.com";
  const projects = await readTidbCloud({ base: iam, path: "/v1beta1/projects?pageSize=1" }, surroundings);
  const fromProject = textIn(firstOf(projects, "projects"), "org_id", "orgId");
  if (fromProject !== undefined) return account(fromProject);
  const serverless = env["TIDBCLOUD_SERVERLESS_ENDPOINT"] || "https://serverless.tidbapi.com";
  const clusters = await readTidbCloud({ base: serverless, path: "/v1beta1/clusters?pageSize=1" }, surroundings);
  const labels = firstOf(clusters, "clusters")?.["labels"];
  const fromCluster = textIn(isJsonObject(labels) ? labels : undefined, organizationLabel);
  return fromCluster === undefined ? undefined : account(fromCluster);
}

const account = (id: string): VendorAccount => ({ id, name: `organisation ${id}` });

function firstOf(answer: JsonObject | undefined, key: string): JsonObject | undefined {
  const items = answer?.[key];
  return Array.isArray(items) ? items.find(isJsonObject) : undefined;
}

function textIn(object: JsonObject | undefined, ...keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = object?.[key];
    if ((typeof value === "string" && value !== "") || typeof value === "number") return String(value);
  }
  return undefined;
}
