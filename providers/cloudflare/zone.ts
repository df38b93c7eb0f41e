import { defineFrameworkResource } from "../kit/bridged/framework-resource.js";
import { oneOf } from "../kit/schema/property-rules.js";
import { boolean, list, object, string } from "../kit/schema/property-types.js";

/** `cloudflare.Zone` (terraform-provider-cloudflare v5.22.0, zone, read 2026-11). A pending zone is not waited for. */
export const zoneResource = defineFrameworkResource({
  type: "cloudflare:index/zone:Zone",
  description: "A DNS zone.",
  inputs: {
    account: { type: object({ id: { type: string } }), required: true, replace: true },
    name: { type: string, required: true, replace: true },
    paused: { type: boolean, generate: () => false },
    type: {
      type: string,
      generate: () => "full",
      check: oneOf(["full", "partial", "secondary", "internal"]),
    },
    vanityNameServers: { type: list(string), computed: true },
  },
  outputs: {
    activatedOn: { type: string },
    createdOn: { type: string },
    modifiedOn: { type: string },
    nameServers: { type: list(string) },
    originalNameServers: { type: list(string) },
    status: { type: string },
    verificationKey: { type: string },
  },
  outputsChangedBy: { paused: ["modifiedOn"], type: ["modifiedOn", "nameServers", "status", "verificationKey"] },
  collection: "/zones",
  importedBy: ["id"],
  changes: "PATCH",
});
