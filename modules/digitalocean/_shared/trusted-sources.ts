import {
  type DigitalOceanDatabaseTrustedSource,
  DigitalOceanDatabaseTrustedSource_Type,
} from "../../../apis/gen/es/planton/digitalocean/v1/database_trusted_source_pb.js";

/** A rule as DigitalOcean writes it: type is one of ip_addr, droplet, k8s, tag, app. */
export interface FirewallRule {
  readonly type: string;
  readonly value: string;
}

/** The rules of a list of trusted sources: sorted, each once, so that the order in a manifest means nothing. */
export function firewallRules(rules: readonly FirewallRule[]): FirewallRule[] {
  const byText = new Map(rules.map((rule) => [`${rule.type} ${rule.value}`, rule]));
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, rule]) => rule);
}

/** A trusted source of a manifest as the vendor's rule. */
export function firewallRule({ type, value }: DigitalOceanDatabaseTrustedSource): FirewallRule {
  return { type: DigitalOceanDatabaseTrustedSource_Type[type], value };
}
