import type { DigitalOceanDatabaseFirewallStackOutputs } from "../../../apis/gen/es/planton/digitalocean/v1/digital_ocean_database_firewall_pb.js";
import type { OutputsOf } from "../../../contract/module.js";
import type { DatabaseFirewallResources } from "./resources.js";

/** The stack outputs of a database firewall. */
export function outputs({ firewall }: DatabaseFirewallResources): OutputsOf<DigitalOceanDatabaseFirewallStackOutputs> {
  return { clusterId: firewall.clusterId, ruleCount: firewall.rules.apply((rules) => rules.length) };
}
