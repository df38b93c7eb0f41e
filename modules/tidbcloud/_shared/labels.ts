/** Longest key and value (limits of our own; TiDB Cloud documents none, cluster.swagger.json of tidbcloud-cli 19aea6a). */
const maxChars = 63;

/** Keys that TiDB Cloud and the plugin keep for themselves. */
const isReserved = (key: string): boolean => key.startsWith("tidb.cloud/") || key === "planton-owner";

/**
 * The labels of a cluster: those of the manifest's metadata, cut to 63 characters and without reserved keys, and over
 * them the spec's own. Sorted by key.
 */
export function vendorLabels(input: {
  readonly metadata: Readonly<Record<string, string>>;
  readonly spec: Readonly<Record<string, string>>;
}): Record<string, string> {
  const fromMetadata = Object.entries(input.metadata)
    .filter(([key]) => !isReserved(key))
    .map(([key, value]) => [key.slice(0, maxChars), value.slice(0, maxChars)] as const);
  const all = { ...Object.fromEntries(fromMetadata), ...input.spec };
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
}
