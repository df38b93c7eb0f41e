import { asNonEmptyString } from "../../http/json.js";
import { defineFrameworkResource } from "../kit/bridged/framework-resource.js";
import { oneOf } from "../kit/schema/property-rules.js";
import { integer, object, string } from "../kit/schema/property-types.js";

/** `cloudflare.D1Database` (terraform-provider-cloudflare v5.22.0, d1_database, read 2026-11). */
export const d1DatabaseResource = defineFrameworkResource({
  type: "cloudflare:index/d1Database:D1Database",
  description: "A D1 database.",
  inputs: {
    accountId: { type: string, required: true, replace: true },
    jurisdiction: { type: string, replace: true, check: oneOf(["eu", "fedramp", "us"]) },
    name: { type: string, required: true, replace: true },
    primaryLocationHint: {
      type: string,
      replace: true,
      check: oneOf(["wnam", "enam", "weur", "eeur", "apac", "oc"]),
    },
    readReplication: { type: object({ mode: { type: string, required: true } }) },
  },
  outputs: {
    createdAt: { type: string },
    fileSize: { type: integer },
    numTables: { type: integer },
    uuid: { type: string },
    version: { type: string },
  },
  collection: "/accounts/{accountId}/d1/database",
  id: ({ uuid }) => asNonEmptyString(uuid),
  importedBy: ["accountId", "id"],
  changes: "PUT",
});
