import { digitalOceanOf } from "../../../clients/digitalocean.js";
import { hints } from "../../../clients/digitalocean-hints.js";
import type { VendorAccount, VendorAdapter, VendorContext } from "../../../contract/vendor.js";
import { asNonEmptyString, asObject, type JsonObject } from "../../../http/json.js";
import { readObstacles } from "./deletion-obstacles.js";
import { findCreated, lookups, refusalOf, unreadable } from "./find-created.js";
import { readExisting } from "./read-existing.js";

/** DigitalOcean, as the runner needs it beside the plugin. */
export const vendorAdapter: VendorAdapter = {
  name: "digitalocean",
  plugins: [{ name: "digitalocean", version: "4.80.1", isOwn: false }],
  readAccount,
  readExisting,
  readObstacles,
  recovery: { findCreated, lookups, unreadable, refusalOf },
  hints,
};

/** The team that the token belongs to, else the user (GET /v2/account; team is absent outside teams). */
async function readAccount(context: VendorContext): Promise<VendorAccount | undefined> {
  const client = digitalOceanOf(context);
  const response = await client.send({ method: "GET", path: "/v2/account" });
  if (response.status === 403) return undefined;
  const account = asObject(client.bodyOf(response)["account"]);
  return identity(asObject(account?.["team"])) ?? identity(account);
}

function identity(object: JsonObject | undefined): VendorAccount | undefined {
  const id = asNonEmptyString(object?.["uuid"]);
  return id === undefined
    ? undefined
    : { id, name: asNonEmptyString(object?.["name"]) ?? asNonEmptyString(object?.["email"]) ?? id };
}
