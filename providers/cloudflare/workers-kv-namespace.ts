import { defineFrameworkResource } from "../kit/bridged/framework-resource.js";
import { boolean, string } from "../kit/schema/property-types.js";

/** `cloudflare.WorkersKvNamespace` (terraform-provider-cloudflare e74cdb2a, workers_kv_namespace, read 2026-11). */
export const workersKvNamespaceResource = defineFrameworkResource({
  type: "cloudflare:index/workersKvNamespace:WorkersKvNamespace",
  description: "A namespace of Workers KV.",
  inputs: {
    accountId: { type: string, required: true, replace: true },
    jurisdiction: { type: string, replace: true },
    title: { type: string, required: true },
  },
  outputs: { supportsUrlEncoding: { type: boolean } },
  collection: "/accounts/{accountId}/storage/kv/namespaces",
  importedBy: ["accountId", "id"],
  changes: "PUT",
});
