/** What {@link vpcInput} writes. */
export interface VpcManifest {
  readonly name: string;
  readonly env?: string;
  readonly description?: string;
  readonly ipRange?: string;
}

/** A stack input of a DigitalOceanVpc in nyc3. */
export function vpcInput({ name, env, description, ipRange }: VpcManifest): string {
  return JSON.stringify({
    target: {
      apiVersion: "digital-ocean.planton.dev/v1",
      kind: "DigitalOceanVpc",
      metadata: { name, env },
      spec: { region: "nyc3", description, ip_range_cidr: ipRange },
    },
  });
}

/** A stack input of a small PostgreSQL cluster in nyc3; `spec` adds to its spec or overrides it. */
export function clusterInput(name: string, spec: object = {}): string {
  return JSON.stringify({
    target: {
      apiVersion: "digital-ocean.planton.dev/v1",
      kind: "DigitalOceanDatabaseCluster",
      metadata: { name },
      spec: { engine: "pg", engineVersion: "16", region: "nyc3", sizeSlug: "db-s-1vcpu-2gb", nodeCount: 1, ...spec },
    },
  });
}

/** A stack input of a DigitalOceanDatabaseFirewall. */
export function firewallInput(name: string, spec: object): string {
  return JSON.stringify({
    target: {
      apiVersion: "digital-ocean.planton.dev/v1",
      kind: "DigitalOceanDatabaseFirewall",
      metadata: { name },
      spec,
    },
  });
}
