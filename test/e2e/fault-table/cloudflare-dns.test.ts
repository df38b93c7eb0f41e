import { recordSubjects, zoneSubjects } from "../../fault-table/cloudflare/dns.js";
import { describeTable } from "../../fault-table/describe-table.js";

const kind = "CloudflareDnsZone";
const records = "POST /client/v4/zones/*/dns_records";

await describeTable(
  [...zoneSubjects, ...recordSubjects],
  [
    { kind, operation: "create", call: "POST /client/v4/zones", fault: "response lost", aftermath: "next up" },
    { kind, operation: "create", call: records, fault: "response lost", aftermath: "refresh, then up" },
  ],
);
