/** A manifest of the benchmark's workspace. */
export interface LevelManifest {
  /** Name of its file. */
  readonly file: string;
  readonly text: string;
}

/** In how many levels the manifests of one copy refer to each other. */
export const levelCount = 10;

/** What names of one copy end with: `-c0000`. With a dash, which no ciphertext holds. */
export function copySuffix(index: number): string {
  return `-c${String(index).padStart(4, "0")}`;
}

/**
 * One manifest for each level, each of which takes an output of the level below: a network, a cluster, a database, a pool,
 * and secrets at another vendor. Names end with the suffix; the sandbox has the project of the secrets.
 */
export function levelManifests(suffix: string): readonly LevelManifest[] {
  const [vpc, cluster, database, pool] = ["vpc", "cluster", "database", "pool"].map((name) => `${name}${suffix}`);
  const ofCluster = `cluster: {valueFrom: {kind: DigitalOceanDatabaseCluster, name: ${cluster}}}`;
  const first = [
    digitalOcean("DigitalOceanVpc", vpc, ["region: nyc3", "description: a network"]),
    digitalOcean("DigitalOceanDatabaseCluster", cluster, [
      "engine: pg",
      'engineVersion: "16"',
      "region: nyc3",
      "sizeSlug: db-s-1vcpu-1gb",
      "nodeCount: 1",
      `vpc: {valueFrom: {kind: DigitalOceanVpc, name: ${vpc}}}`,
    ]),
    digitalOcean("DigitalOceanDatabase", database, [ofCluster]),
    digitalOcean("DigitalOceanDatabaseConnectionPool", pool, [
      ofCluster,
      "mode: transaction",
      "size: 10",
      `database: {valueFrom: {kind: DigitalOceanDatabase, name: ${database}}}`,
    ]),
  ];
  const secrets = Array.from({ length: levelCount - first.length }, (_, index) => {
    const level = first.length + index;
    const reference =
      index === 0
        ? `{kind: DigitalOceanDatabaseConnectionPool, name: ${pool}, fieldPath: status.outputs.connection_uri}`
        : `{kind: DopplerSecret, name: secret-${level - 1}${suffix}, fieldPath: status.outputs.secret_name}`;
    return manifest("doppler", "DopplerSecret", `secret-${level}${suffix}`, [
      "project: planton",
      "config: dev",
      `value: {valueFrom: ${reference}}`,
    ]);
  });
  return [...first, ...secrets].map((text, level) => ({ file: `level-${level}${suffix}.yaml`, text }));
}

/** Unprotected, so that the benchmark's own can be destroyed. */
function digitalOcean(kind: string, name: string | undefined, spec: readonly string[]): string {
  return manifest("digital-ocean", kind, `${name}\n  protect: false`, spec);
}

function manifest(vendor: string, kind: string, metadata: string, spec: readonly string[]): string {
  const lines = [`apiVersion: ${vendor}.planton.dev/v1`, `kind: ${kind}`, "metadata:", `  name: ${metadata}`, "spec:"];
  return [...lines, ...spec.map((line) => `  ${line}`), ""].join("\n");
}
