import { isJsonObject } from "../../../contract/json-object.js";
import type { VendorAccount, VendorAdapter, VendorSurroundings } from "../../../contract/vendor.js";
import { findDoppler } from "./api.js";
import { hints } from "./hints.js";
import { readExisting } from "./read-existing.js";

/** Doppler, as the runner needs it beside the plugin. */
export const vendorAdapter: VendorAdapter = {
  name: "doppler",
  // Not "doppler": a plugin of that name is the community's.
  plugin: "planton-doppler",
  pluginVersion: "0.1.0",
  ownPlugin: true,
  readAccount,
  readExisting,
  // The plugin looks for the secret of an unfinished run before it writes one.
  findCreated: async () => undefined,
  lookups: {},
  refusalOf: () => undefined,
  hints,
};

/** The workplace that the token belongs to (GET /v3/me; Doppler's OpenAPI document 1.0.0, read 2026-11). */
async function readAccount(surroundings: VendorSurroundings): Promise<VendorAccount | undefined> {
  const me = await findDoppler("/v3/me", surroundings);
  const workplace = isJsonObject(me) ? me["workplace"] : undefined;
  if (!isJsonObject(workplace)) return undefined;
  const { slug, name } = workplace;
  if (typeof slug !== "string" || slug === "") return undefined;
  return { id: slug, name: `workplace ${typeof name === "string" && name !== "" ? name : slug}` };
}
