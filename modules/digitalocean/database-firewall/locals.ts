import type { Output } from "@pulumi/pulumi";
import type { DigitalOceanDatabaseFirewallStackInput } from "../../../apis/gen/es/planton/digitalocean/v1/digital_ocean_database_firewall_pb.js";
import type { ModuleContext } from "../../../contract/module.js";
import { present } from "../../../contract/present.js";
import { type FirewallRule, firewallRule, firewallRules } from "../_shared/trusted-sources.js";

/** The values of a database firewall. */
export interface DatabaseFirewallLocals {
  readonly clusterId: Output<string>;
  /** Output firewall_owner of the cluster's stack; undefined when the cluster is given by its id. */
  readonly firewallOwner: Output<unknown> | undefined;
  /** Sorted, each once. */
  readonly rules: readonly FirewallRule[];
  /** As the manifest lists them. */
  readonly given: readonly FirewallRule[];
  /** True keeps the rules at the vendor when the firewall is destroyed. */
  readonly keepRules: boolean;
}

/** The values of a database firewall manifest. */
export function locals(input: DigitalOceanDatabaseFirewallStackInput, context: ModuleContext): DatabaseFirewallLocals {
  const spec = present(input.target?.spec, "target.spec");
  const given = spec.rules.map(firewallRule);
  return {
    clusterId: present(context.input(spec.cluster), "target.spec.cluster"),
    firewallOwner: context.referenced(spec.cluster, "firewall_owner"),
    rules: firewallRules(given),
    given,
    keepRules: spec.openOnDelete !== true,
  };
}
