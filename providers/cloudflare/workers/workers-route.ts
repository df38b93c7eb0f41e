import { defineFrameworkResource } from "../../kit/bridged/framework-resource.js";
import { string } from "../../kit/schema/property-types.js";

/**
 * `cloudflare.WorkersRoute` (terraform-provider-cloudflare, workers_route; facts of cloudflare-typescript v7.3.0, read
 * 2026-11).
 */
export const workersRouteResource = defineFrameworkResource({
  type: "cloudflare:index/workersRoute:WorkersRoute",
  description: "A pattern of URLs of a zone that a Worker serves.",
  inputs: {
    pattern: { type: string, required: true },
    script: { type: string },
    zoneId: { type: string, required: true, replace: true },
  },
  outputs: {},
  collection: "/zones/{zoneId}/workers/routes",
  importedBy: ["zoneId", "id"],
  changes: "PUT",
});
