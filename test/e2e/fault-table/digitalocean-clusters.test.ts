import { describeTable } from "../../fault-table/describe-table.js";
import { clusterSubjects } from "../../fault-table/digitalocean/clusters.js";

const kind = "DigitalOceanDatabaseCluster";
const post = "POST /v2/databases";

await describeTable(clusterSubjects, [
  { kind, operation: "create", call: post, fault: "response lost", aftermath: "next up" },
  { kind, operation: "create", call: post, fault: "422", aftermath: "plain pulumi up" },
  { kind, operation: "create", call: "PUT /v2/databases/*/firewall", fault: "500 for long", aftermath: "next up" },
  { kind, operation: "change", call: "PUT /v2/databases/*/resize", fault: "422", aftermath: "next up" },
  { kind, operation: "change", call: "PUT /v2/databases/*/maintenance", fault: "422", aftermath: "plain pulumi up" },
  { kind, operation: "change", call: "PUT /v2/databases/*/firewall", fault: "422", aftermath: "refresh, then up" },
  { kind, operation: "replace", call: post, fault: "422", aftermath: "next up" },
  { kind, operation: "replace", call: "DELETE /v2/databases/*", fault: "response lost", aftermath: "next up" },
  { kind, operation: "destroy", call: "DELETE /v2/databases/*", fault: "response lost", aftermath: "next up" },
]);
