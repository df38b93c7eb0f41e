import { isJsonObject, type JsonObject } from "../../../contract/json-object.js";
import type { VendorAccount, VendorAdapter, VendorSurroundings } from "../../../contract/vendor.js";
import { readApi } from "./api.js";
import { findCreated, lookups, refusalOf, unreadable } from "./find-created.js";
import { hints } from "./hints.js";
import { readExisting } from "./read-existing.js";

/** DigitalOcean, as the runner needs it beside the plugin. */
export const vendorAdapter: VendorAdapter = {
  name: "digitalocean",
  plugin: "digitalocean",
  pluginVersion: "4.80.1",
  ownPlugin: false,
  readAccount,
  readExisting,
  findCreated,
  lookups,
  unreadable,
  refusalOf,
  hints,
};

/** The team that the token belongs to, else the user (GET /v2/account; team is absent outside teams). */
async function readAccount(surroundings: VendorSurroundings): Promise<VendorAccount | undefined> {
  const answer = await readApi("/v2/account", surroundings);
  const account = answer?.["account"];
  if (!isJsonObject(account)) return undefined;
  const team = account["team"];
  return (isJsonObject(team) ? identity(team) : undefined) ?? identity(account);
}

function identity(object: JsonObject): VendorAccount | undefined {
  const { uuid, name, email } = object;
  if (typeof uuid !== "string" || uuid === "") return undefined;
  const label = [name, email].find((text) => typeof text === "string" && text !== "");
  return { id: uuid, name: String(label ?? uuid) };
}
