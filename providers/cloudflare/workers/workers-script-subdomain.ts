import { defineFrameworkResource } from "../../kit/bridged/framework-resource.js";
import { boolean, string } from "../../kit/schema/property-types.js";

const path = "/accounts/{accountId}/workers/scripts/{scriptName}/subdomain";

/**
 * `cloudflare.WorkersScriptSubdomain` (terraform-provider-cloudflare 174db438; DELETE of cloudflare-typescript v7.3.0,
 * read 2026-11).
 */
export const workersScriptSubdomainResource = defineFrameworkResource({
  type: "cloudflare:index/workersScriptSubdomain:WorkersScriptSubdomain",
  description: "Whether a Worker is reachable under workers.dev.",
  inputs: {
    accountId: { type: string, required: true, replace: true },
    enabled: { type: boolean, required: true },
    previewsEnabled: { type: boolean, computed: true },
    scriptName: { type: string, required: true, replace: true },
  },
  outputs: {},
  collection: path,
  item: path,
  id: (_result, { scriptName }) => scriptName,
  importedBy: ["accountId", "scriptName"],
  changes: "POST",
});
