import { describeTable } from "../../fault-table/describe-table.js";
import { partSubjects } from "../../fault-table/digitalocean/cluster-parts.js";

const user = "DigitalOceanDatabaseUser";
const database = "DigitalOceanDatabase";
const pool = "DigitalOceanDatabaseConnectionPool";
const replica = "DigitalOceanDatabaseReplica";

await describeTable(partSubjects, [
  {
    kind: user,
    operation: "create",
    call: "POST /v2/databases/*/users",
    fault: "response lost",
    aftermath: "next up",
  },
  {
    kind: database,
    operation: "destroy",
    call: "DELETE /v2/databases/*/dbs/*",
    fault: "response lost",
    aftermath: "next up",
  },
  { kind: replica, operation: "change", call: "PUT /v2/databases/*/resize", fault: "422", aftermath: "next up" },
  { kind: pool, operation: "replace", call: "POST /v2/databases/*/pools", fault: "422", aftermath: "next up" },
]);
