import { PlantonError } from "../../../contract/planton-error.js";

/** The parts of a record's data, as Cloudflare's plugin names them. */
export type RecordData = Readonly<Record<string, string | number>>;

/** The whole name of a record: "www" of the zone "example.com" is "www.example.com", "@" is "example.com". */
export function wholeName(name: string, zoneName: string): string {
  const bare = name.replace(/\.$/, "").toLowerCase();
  if (bare === "@" || bare === zoneName) return zoneName;
  return bare.endsWith(`.${zoneName}`) ? bare : `${bare}.${zoneName}`;
}

/** Most characters of one string of a TXT record (RFC 1035, section 3.3). */
const stringLength = 255;

/**
 * Content as Cloudflare keeps it: a TXT record in quotes, in several strings when it is long, and host names without a dot
 * at the end.
 */
export function canonicalContent(type: string, content: string): string {
  if (type === "TXT" && !content.startsWith('"')) {
    const strings = content.match(new RegExp(`.{1,${stringLength}}`, "gs")) ?? [];
    return strings.map((text) => `"${text.replace(/["\\]/g, "\\$&")}"`).join(" ");
  }
  const isHost = ["CNAME", "MX", "NS", "PTR"].includes(type);
  return isHost && content !== "." ? content.replace(/\.$/, "") : content;
}

type Part = readonly [name: string, form: "number" | "string" | "rest"];

const svcb: readonly Part[] = [
  ["priority", "number"],
  ["target", "string"],
  ["value", "rest"],
];
const tlsa: readonly Part[] = [
  ["usage", "number"],
  ["selector", "number"],
  ["matchingType", "number"],
  ["certificate", "rest"],
];

/** Parts of the types that have some, in the order of a zone file (RFC 1035 and those of the types). */
const partsByType: Readonly<Record<string, readonly Part[]>> = {
  CAA: [
    ["flags", "number"],
    ["tag", "string"],
    ["value", "string"],
  ],
  CERT: [
    ["type", "number"],
    ["keyTag", "number"],
    ["algorithm", "number"],
    ["certificate", "rest"],
  ],
  DNSKEY: [
    ["flags", "number"],
    ["protocol", "number"],
    ["algorithm", "number"],
    ["publicKey", "rest"],
  ],
  DS: [
    ["keyTag", "number"],
    ["algorithm", "number"],
    ["digestType", "number"],
    ["digest", "rest"],
  ],
  HTTPS: svcb,
  NAPTR: [
    ["order", "number"],
    ["preference", "number"],
    ["flags", "string"],
    ["service", "string"],
    ["regex", "string"],
    ["replacement", "string"],
  ],
  SMIMEA: tlsa,
  SRV: [
    ["priority", "number"],
    ["weight", "number"],
    ["port", "number"],
    ["target", "string"],
  ],
  SSHFP: [
    ["algorithm", "number"],
    ["type", "number"],
    ["fingerprint", "rest"],
  ],
  SVCB: svcb,
  TLSA: tlsa,
  URI: [
    ["priority", "number"],
    ["weight", "number"],
    ["target", "string"],
  ],
};

/** True for a type whose content has parts, which Cloudflare takes as data. */
export function hasParts(type: string): boolean {
  return type in partsByType;
}

/** The parts of content as a zone file has it: '10 5 5060 sip.example.com'. Throws E_RULE_VIOLATED for other content. */
export function dataOf(type: string, content: string): RecordData {
  const parts = partsByType[type] ?? [];
  const words = content.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
  const bare = (word: string): string => (word.startsWith('"') ? word.slice(1, -1).replace(/\\(.)/g, "$1") : word);
  const entries = parts.flatMap(([name, form], index): [string, string | number][] => {
    const word = words[index];
    if (word === undefined) return [];
    if (form === "number") return [[name, /^\d{1,10}$/.test(word) ? Number(word) : Number.NaN]];
    // Digests may be in groups, and parameters are several words.
    return [[name, form === "string" ? bare(word) : words.slice(index).join(parts === svcb ? " " : "")]];
  });
  const isWhole = parts.every(([, form], index) => index < words.length || (parts === svcb && form === "rest"));
  const hasMore = parts.at(-1)?.[1] !== "rest" && words.length > parts.length;
  if (isWhole && !hasMore && entries.every(([, value]) => !Number.isNaN(value))) return Object.fromEntries(entries);
  throw new PlantonError({
    code: "E_RULE_VIOLATED",
    message: `the content "${content}" is none of a record of type ${type}: expected ${parts.map(([name]) => name).join(" ")}`,
    hint: "write its parts with spaces between, those with spaces inside in quotes",
  });
}
