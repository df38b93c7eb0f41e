import { describeTable } from "../../fault-table/describe-table.js";
import { firewallSubjects, vpcSubjects } from "../../fault-table/digitalocean/networks.js";

const vpc = "DigitalOceanVpc";
const firewall = "DigitalOceanDatabaseFirewall";

await describeTable(
  [...vpcSubjects, ...firewallSubjects],
  [
    { kind: vpc, operation: "create", call: "POST /v2/vpcs", fault: "response lost", aftermath: "next up" },
    { kind: vpc, operation: "replace", call: "POST /v2/vpcs", fault: "422", aftermath: "plain pulumi up" },
    { kind: vpc, operation: "change", call: "PUT /v2/vpcs/*", fault: "422", aftermath: "next up" },
    {
      kind: firewall,
      operation: "change",
      call: "PUT /v2/databases/*/firewall",
      fault: "500 after the effect",
      aftermath: "refresh, then up",
    },
  ],
);
