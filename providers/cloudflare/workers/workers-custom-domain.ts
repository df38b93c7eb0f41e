import { defineFrameworkResource } from "../../kit/bridged/framework-resource.js";
import { string } from "../../kit/schema/property-types.js";

/**
 * `cloudflare.WorkersCustomDomain`: created by a PUT of the collection, never changed (cloudflare-typescript v7.3.0, read
 * 2026-11).
 */
export const workersCustomDomainResource = defineFrameworkResource({
  type: "cloudflare:index/workersCustomDomain:WorkersCustomDomain",
  description: "A host name that a Worker serves, with its DNS record and certificate.",
  inputs: {
    accountId: { type: string, required: true, replace: true },
    environment: { type: string, replace: true, computed: true },
    hostname: { type: string, required: true, replace: true },
    service: { type: string, required: true, replace: true },
    zoneId: { type: string, replace: true, computed: true },
    zoneName: { type: string, replace: true, computed: true },
  },
  outputs: { certId: { type: string } },
  collection: "/accounts/{accountId}/workers/domains",
  creates: "PUT",
  createsAt: "collection",
  importedBy: ["accountId", "id"],
});
