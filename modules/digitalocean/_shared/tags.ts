import { asStrings, type JsonObject } from "../../../http/json.js";

/** Longest tag that DigitalOcean takes. */
const maxTagLength = 255;

/**
 * The vendor's tags of a resource: the spec's own, one `key:value` per label, and the mark of the owning stack. Sorted,
 * and without those that differ in case only: DigitalOcean takes letters, digits, colons, dashes and underscores, at
 * most 255, and ignores case (OpenAPI document of DigitalOcean, schema tags, revision 7c1300c4).
 */
export function vendorTags(input: {
  readonly tags: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly owner: string;
}): string[] {
  const fromLabels = Object.entries(input.labels).map(([key, value]) =>
    legalTag(value === "" ? key : `${key}:${value}`),
  );
  const byLowerCase = new Map<string, string>();
  for (const tag of [...input.tags, ...fromLabels.sort(), ownerTag(input.owner)]) {
    if (!byLowerCase.has(tag.toLowerCase())) byLowerCase.set(tag.toLowerCase(), tag);
  }
  return [...byLowerCase].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, tag]) => tag);
}

/** The tag of a cluster whose stack leaves its trusted sources to others. */
export const externalFirewallTag = "planton-firewall:external";

/** True for a tag that marks a resource as belonging to a stack, whichever it is. */
export const isOwnerTag = (tag: string): boolean => tag.toLowerCase().startsWith("planton:");

/** The tag that marks a resource as belonging to a stack. */
export const ownerTag = (owner: string): string => legalTag(`planton:${owner}`);

/** True when the tags that the API returns contain one, in letters of either case. */
export function hasTag({ tags }: JsonObject, wanted: string): boolean {
  return asStrings(tags).some((tag) => tag.toLowerCase() === wanted.toLowerCase());
}

const legalTag = (text: string): string => text.replaceAll(/[^a-zA-Z0-9:_-]/g, "-").slice(0, maxTagLength);
