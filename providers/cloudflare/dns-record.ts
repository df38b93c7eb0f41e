import { defineFrameworkResource } from "../kit/bridged/framework-resource.js";
import type { PropertyDeclarations } from "../kit/schema/property-declaration.js";
import { between, oneOf } from "../kit/schema/property-rules.js";
import { boolean, decimal, list, object, scalar, string } from "../kit/schema/property-types.js";

const types = [
  ...["A", "AAAA", "CAA", "CERT", "CNAME", "DNSKEY", "DS", "HTTPS", "LOC", "MX", "NAPTR", "NS", "OPENPGPKEY", "PTR"],
  ...["SMIMEA", "SRV", "SSHFP", "SVCB", "TLSA", "TXT", "URI"],
];

const number = { type: decimal } as const;
const text = { type: string } as const;

/** Parts of records, in the order of the SDK. */
const dataProperties = {
  algorithm: number,
  altitude: number,
  certificate: text,
  digest: text,
  digestType: number,
  fingerprint: text,
  flags: { type: scalar },
  keyTag: number,
  latDegrees: number,
  latDirection: text,
  latMinutes: number,
  latSeconds: number,
  longDegrees: number,
  longDirection: text,
  longMinutes: number,
  longSeconds: number,
  matchingType: number,
  order: number,
  port: number,
  precisionHorz: number,
  precisionVert: number,
  preference: number,
  priority: number,
  protocol: number,
  publicKey: text,
  regex: text,
  replacement: text,
  selector: number,
  service: text,
  size: number,
  tag: text,
  target: text,
  type: number,
  usage: number,
  value: text,
  weight: number,
} as const satisfies PropertyDeclarations;

const onOrOff = { type: boolean, computed: true } as const;

/** `cloudflare.DnsRecord` (terraform-provider-cloudflare 000940cb and 06cc3d67, dns_record, read 2026-11). */
export const dnsRecordResource = defineFrameworkResource({
  type: "cloudflare:index/dnsRecord:DnsRecord",
  description: "A DNS record.",
  inputs: {
    comment: { type: string },
    content: { type: string, computed: true },
    data: { type: object(dataProperties) },
    name: { type: string, required: true },
    priority: { type: decimal, check: between(0, 65_535) },
    privateRouting: { type: boolean },
    proxied: { type: boolean, generate: () => false },
    settings: {
      type: object({ flattenCname: onOrOff, ipv4Only: onOrOff, ipv6Only: onOrOff }),
      computed: true,
    },
    tags: { type: list(string), computed: true },
    ttl: { type: decimal, required: true },
    type: { type: string, required: true, replace: true, check: oneOf(types) },
    zoneId: { type: string, required: true, replace: true },
  },
  outputs: {
    commentModifiedOn: { type: string },
    createdOn: { type: string },
    modifiedOn: { type: string },
    proxiable: { type: boolean },
    tagsModifiedOn: { type: string },
  },
  check: ({ proxied, ttl }) =>
    proxied === true && typeof ttl === "number" && ttl !== 1
      ? [{ property: "ttl", reason: "ttl must be set to 1 when `proxied` is true" }]
      : [],
  collection: "/zones/{zoneId}/dns_records",
  importedBy: ["zoneId", "id"],
  changes: "PUT",
});
