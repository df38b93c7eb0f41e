/**
 * Lines of a stack input without envelope for a private PostgreSQL cluster, the README's but for its name; `change`
 * replaces or removes (undefined) lines.
 */
export function clusterYaml(name: string, change: Readonly<Record<string, string | undefined>> = {}): string {
  const fields: Record<string, string | undefined> = {
    cluster_name: name,
    engine: "pg",
    engine_version: '"16"',
    region: "nyc3",
    size_slug: "db-s-1vcpu-2gb",
    node_count: "1",
    ...change,
  };
  const lines = Object.entries(fields).flatMap(([key, value]) => (value === undefined ? [] : [`    ${key}: ${value}`]));
  return ["target:", "  spec:", ...lines, ""].join("\n");
}
