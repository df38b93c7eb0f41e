import type { Catalog, KindEntry } from "../contract/catalog.js";
import type { YamlNode } from "./yaml-node.js";

/** What a spec's keys tell of its kind. */
export interface InferredKind {
  /** The only kind whose spec takes all keys; without such a one, the kind that is clearly nearest. */
  readonly entry: KindEntry | undefined;
  /** Kinds whose spec takes all keys. */
  readonly candidates: readonly KindEntry[];
}

/**
 * Infers a kind from the keys of its spec. A kind that is only nearest takes more than half of the keys and more than
 * any other; decoding against it then reports the keys it does not take, so that a typo is shown as such.
 */
export function inferKind(catalog: Catalog, spec: YamlNode | undefined): InferredKind {
  if (spec?.kind !== "map" || spec.entries.length === 0) return { entry: undefined, candidates: [] };
  const taken = catalog.kinds.map((entry) => {
    return { entry, count: spec.entries.filter(({ key }) => entry.specKeys.includes(key)).length };
  });
  const candidates = taken.filter(({ count }) => count === spec.entries.length).map(({ entry }) => entry);
  if (candidates.length > 0) return { entry: candidates.length === 1 ? candidates[0] : undefined, candidates };
  const [nearest, second] = taken.toSorted((a, b) => b.count - a.count);
  const clear =
    nearest !== undefined && nearest.count * 2 > spec.entries.length && nearest.count > (second?.count ?? 0);
  return { entry: clear ? nearest.entry : undefined, candidates };
}
