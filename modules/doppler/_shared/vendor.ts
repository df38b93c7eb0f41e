import { dopplerOf } from "../../../clients/doppler.js";
import { hints } from "../../../clients/doppler-hints.js";
import type { VendorAccount, VendorAdapter, VendorContext } from "../../../contract/vendor.js";
import { asNonEmptyString, asObject } from "../../../http/json.js";
import { readExisting } from "./read-existing.js";

/** Doppler, as the runner needs it beside the plugin. */
export const vendorAdapter: VendorAdapter = {
  name: "doppler",
  // Not "doppler": a plugin of that name is the community's.
  plugins: [{ name: "planton-doppler", version: "0.1.0", isOwn: true }],
  readAccount,
  readExisting,
  hints,
};

/** The workplace that the token belongs to (GET /v3/me; Doppler's OpenAPI document 1.0.0, read 2026-11). */
async function readAccount(context: VendorContext): Promise<VendorAccount | undefined> {
  const workplace = asObject(asObject(await dopplerOf(context).find("/v3/me"))?.["workplace"]);
  const slug = asNonEmptyString(workplace?.["slug"]);
  return slug === undefined
    ? undefined
    : { id: slug, name: `workplace ${asNonEmptyString(workplace?.["name"]) ?? slug}` };
}
