/** Longest key and value (limits of our own; TiDB Cloud documents none, cluster.swagger.json of tidbcloud-cli 19aea6a). */
const maxChars = 63;

/** Keys that TiDB Cloud and the plugin keep for themselves. */
const isReserved = (key: string): boolean => key.startsWith("tidb.cloud/") || key === "planton-owner";

/**
 * The labels of a cluster: those of the manifest's metadata, cut to 63 characters and without reserved keys, and over
 * them the spec's own. Sorted by key. `warn` is called for each that is left out or changed.
 */
export function vendorLabels(input: {
  readonly metadata: Readonly<Record<string, string>>;
  readonly spec: Readonly<Record<string, string>>;
  readonly warn: (message: string) => void;
}): Record<string, string> {
  const { metadata, spec, warn } = input;
  const fromMetadata: Record<string, string> = {};
  for (const [key, value] of Object.entries(metadata)) {
    const name = key.slice(0, maxChars);
    if (isReserved(key)) warn(`the label "${key}" is left out: TiDB Cloud and planton keep that key for themselves`);
    else if (Object.hasOwn(fromMetadata, name))
      warn(`the label "${key}" is left out: cut to ${maxChars} characters it is "${name}"`);
    else {
      if (key.length > maxChars || value.length > maxChars) warn(`the label "${key}" is cut to ${maxChars} characters`);
      fromMetadata[name] = value.slice(0, maxChars);
    }
  }
  const all = { ...fromMetadata, ...spec };
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
}
