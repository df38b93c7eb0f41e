import { isIPv4, isIPv6 } from "node:net";
import {
  booleanField,
  type JsonObject,
  numberField,
  objectField,
  stringField,
  stringList,
} from "../kit/base/json-fields.js";
import { collection } from "../kit/vendor/collection.js";
import { collectedItems } from "../kit/vendor/plain-collection.js";
import { type CloudflareRoute, newId, type Request, timeText } from "./cloudflare-request.js";
import { cloudflareForm, refusal, success } from "./envelope.js";
import { zoneOf } from "./zones.js";

interface DnsRecord {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly content: string;
  readonly data?: JsonObject;
  readonly priority?: number;
  readonly proxied: boolean;
  readonly ttl: number;
  readonly comment: string | null;
  readonly tags: readonly string[];
  readonly settings: JsonObject;
  readonly private_routing?: boolean;
  readonly created_on: string;
  readonly modified_on: string;
}

/** Types whose content is given as data, with the parts in their order (OpenAPI document of 2024-08, read 2026-11). */
const parts: Readonly<Record<string, readonly string[]>> = {
  CAA: ["flags", "tag", "value"],
  CERT: ["type", "key_tag", "algorithm", "certificate"],
  DNSKEY: ["flags", "protocol", "algorithm", "public_key"],
  DS: ["key_tag", "algorithm", "digest_type", "digest"],
  HTTPS: ["priority", "target", "value"],
  LOC: [
    ...["lat_degrees", "lat_minutes", "lat_seconds", "lat_direction", "long_degrees", "long_minutes", "long_seconds"],
    ...["long_direction", "altitude", "size", "precision_horz", "precision_vert"],
  ],
  NAPTR: ["order", "preference", "flags", "service", "regex", "replacement"],
  SMIMEA: ["usage", "selector", "matching_type", "certificate"],
  SRV: ["priority", "weight", "port", "target"],
  SSHFP: ["algorithm", "type", "fingerprint"],
  SVCB: ["priority", "target", "value"],
  TLSA: ["usage", "selector", "matching_type", "certificate"],
  URI: ["priority", "weight", "target"],
};
const plainTypes = ["A", "AAAA", "CNAME", "MX", "NS", "OPENPGPKEY", "PTR", "TXT"];
const hostTypes = ["A", "AAAA", "CNAME"];
const host = /^(?:[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?$|^\.$/i;

const records = collection<Request, DnsRecord>({
  path: "/client/v4/zones/:zone/dns_records/:record",
  keys: ["record", "records"],
  form: cloudflareForm,
  items: (request) => collectedItems<DnsRecord>(request, `dns_records of ${zoneOf(request).id}`),
  id: ({ id }) => id,
  view: (record) => ({ ...record, proxiable: hostTypes.includes(record.type), meta: {} }),
  filters: {
    name: (record, name) => record.name === name,
    type: (record, type) => record.type === type,
    content: (record, content) => record.content === content,
  },
  build,
  notFound: () => refusal(404, 81044, "Record does not exist."),
  changes: { PUT: "replace", PATCH: "merge" },
  respond: { delete: ({ id }) => success({ id }) },
});

/** `/dns_records` of a zone: create, list, get, change, delete. */
export const dnsRecordRoutes: readonly CloudflareRoute[] = records.routes;

function build(body: JsonObject, request: Request, old?: DnsRecord): DnsRecord {
  const type = stringField(body, "type").toUpperCase();
  const name = wholeName(stringField(body, "name"), zoneOf(request).name);
  const content = contentOf(type, body);
  const proxied = booleanField(body, "proxied") ?? false;
  if (proxied && !hostTypes.includes(type)) throw refusal(400, 9004, "This record type cannot be proxied.");
  const ttl = numberField(body, "ttl") ?? 1;
  if (ttl !== 1 && (ttl < 60 || ttl > 86_400))
    throw refusal(400, 9021, "Invalid TTL. Must be between 60 and 86400 seconds, or 1 for Automatic.");
  const priority = numberField(body, "priority");
  if (type === "MX" && priority === undefined) throw refusal(400, 9100, "DNS record has invalid or no priority.");
  const comment = stringField(body, "comment") || null;
  if ((comment?.length ?? 0) > 100) throw refusal(400, 9313, "DNS record comment exceeds the limit of 100 characters.");
  const privateRouting = booleanField(body, "private_routing");
  const data = objectField(body, "data");
  const now = timeText(request.nowMs);
  const record: DnsRecord = {
    ...{ id: old?.id ?? newId(request), name, type, content, proxied, comment, created_on: old?.created_on ?? now },
    ...{ ttl: proxied ? 1 : ttl, tags: stringList(body, "tags"), settings: objectField(body, "settings") ?? {} },
    ...(data === undefined || parts[type] === undefined ? {} : { data }),
    ...(type === "MX" && priority !== undefined ? { priority } : {}),
    ...(privateRouting === undefined ? {} : { private_routing: privateRouting }),
    modified_on: now,
  };
  refuseConflict(record, request, old);
  return record;
}

function wholeName(name: string, zone: string): string {
  const bare = name.toLowerCase().replace(/\.$/, "");
  if (bare === "" || !/^(@|(\*|[a-z0-9_-]+)(\.[a-z0-9_-]+)*)$/.test(bare))
    throw refusal(400, 9000, "DNS name is invalid.");
  if (bare === "@" || bare === zone) return zone;
  return bare.endsWith(`.${zone}`) ? bare : `${bare}.${zone}`;
}

function contentOf(type: string, body: JsonObject): string {
  const names = parts[type];
  const content = stringField(body, "content");
  if (names === undefined) {
    if (!plainTypes.includes(type)) throw refusal(400, 9001, "DNS record type is invalid.");
    if (content === "") throw refusal(400, 9005, `Content for ${type} record is invalid.`);
    if (type === "A" && !isIPv4(content))
      throw refusal(400, 9005, "Content for A record must be a valid IPv4 address.");
    if (type === "AAAA" && !isIPv6(content))
      throw refusal(400, 9006, "Content for AAAA record must be a valid IPv6 address.");
    if (["CNAME", "MX", "NS", "PTR"].includes(type) && !host.test(content))
      throw refusal(400, 9007, `Content for ${type} record is invalid.`);
    return content;
  }
  const data = objectField(body, "data");
  const missing = names.filter((name) => !isOptional(type, name) && data?.[name] === undefined);
  if (data === undefined || missing.length > 0)
    throw refusal(400, 9100, `Data for ${type} record is invalid: ${missing.join(", ")} is required.`);
  return names.flatMap((name) => (data[name] === undefined ? [] : [String(data[name])])).join(" ");
}

function isOptional(type: string, part: string): boolean {
  return type === "LOC" || type === "NAPTR" || part === "value";
}

function refuseConflict(record: DnsRecord, request: Request, old: DnsRecord | undefined): void {
  const others = records.present(request).filter((other) => other !== old && other.name === record.name);
  if (others.some((other) => other.type === record.type && other.content === record.content))
    throw refusal(400, 81058, "An identical record already exists.");
  const isHost = (one: DnsRecord): boolean => hostTypes.includes(one.type);
  const blocks = others.filter((other) => isHost(other) && (other.type === "CNAME" || record.type === "CNAME"));
  if (isHost(record) && blocks.length > 0)
    throw refusal(400, 81053, "An A, AAAA, or CNAME record with that host already exists.");
}
