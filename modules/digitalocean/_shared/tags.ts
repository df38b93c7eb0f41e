import { asStrings, type JsonObject } from "../../../http/json.js";

/** Longest tag that DigitalOcean takes. */
const maxTagLength = 255;

/**
 * The vendor's tags of a resource: the spec's own, one `key:value` per label, and the mark of the owning stack. Sorted,
 * and without those that differ in case only: DigitalOcean takes letters, digits, colons, dashes and underscores, at
 * most 255, and ignores case (OpenAPI document of DigitalOcean, schema tags, revision 7c1300c4). `warn` is called for each
 * that is left out or changed.
 */
export function vendorTags(input: {
  readonly tags: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly owner: string;
  readonly warn: (message: string) => void;
}): string[] {
  const { tags, labels, owner, warn } = input;
  const fromLabels = Object.entries(labels).map(([key, value]) => {
    const text = value === "" ? key : `${key}:${value}`;
    const tag = legalTag(text);
    if (tag !== text && !isToolLabel(key)) warn(`the label "${text}" becomes the tag "${tag}" at DigitalOcean`);
    return tag;
  });
  const byLowerCase = new Map<string, string>();
  for (const tag of [...tags, ...fromLabels.sort(), ownerTag(owner)]) {
    const kept = byLowerCase.get(tag.toLowerCase());
    if (kept === undefined) byLowerCase.set(tag.toLowerCase(), tag);
    else if (kept !== tag)
      warn(`the tag "${tag}" is left out: DigitalOcean takes it for "${kept}", as case does not count`);
  }
  return [...byLowerCase].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, tag]) => tag);
}

/** Labels by which tools of this name are steered; nobody searches for them at the vendor. */
const isToolLabel = (key: string): boolean => /(^|\.)planton\.dev\//.test(key);

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
