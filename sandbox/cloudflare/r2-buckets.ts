import {
  booleanField,
  type JsonObject,
  objectField,
  objectList,
  stringField,
  stringList,
} from "../kit/base/json-fields.js";
import { collection } from "../kit/vendor/collection.js";
import { collectedItems } from "../kit/vendor/plain-collection.js";
import { accountItems, type CloudflareRoute, newId, type Request, timeText } from "./cloudflare-request.js";
import { cloudflareForm, refusal, success } from "./envelope.js";

interface CustomDomain {
  readonly domain: string;
  readonly enabled: boolean;
  readonly minTLS: string;
  readonly ciphers: readonly string[];
  readonly zoneId: string;
  readonly zoneName: string;
}

interface Bucket {
  readonly name: string;
  readonly location: string;
  readonly jurisdiction: string;
  storage_class: string;
  readonly creation_date: string;
  /** Of its address at r2.dev. */
  readonly key: string;
  isPublic: boolean;
  cors?: readonly JsonObject[];
  lifecycle: readonly JsonObject[];
  domains: CustomDomain[];
}

/** What a new bucket has (R2's documents, object lifecycles, read 2026-11). */
const usualLifecycle: JsonObject = {
  id: "Default Multipart Abort Rule",
  enabled: true,
  conditions: { prefix: "" },
  abortMultipartUploadsTransition: { condition: { type: "Age", maxAge: 604_800 } },
};

const path = "/client/v4/accounts/:account/r2/buckets/:bucket";

const buckets = collection<Request, Bucket>({
  path,
  keys: ["bucket", "buckets"],
  form: {
    ...cloudflareForm,
    // Not paged as the others are: R2 gives a cursor.
    list: (_key, { items }) => ({ body: success({ buckets: items }).body }),
  },
  items: (request) => accountItems(request, "r2_buckets"),
  present: (stored, { headers }) => stored.filter(({ jurisdiction }) => jurisdiction === jurisdictionIn(headers)),
  id: ({ name }) => name,
  view: ({ name, location, jurisdiction, storage_class, creation_date }) => ({
    ...{ name, location, jurisdiction, storage_class, creation_date },
  }),
  filters: { name_contains: (bucket, name) => bucket.name.includes(name) },
  build(body, request) {
    const name = stringField(body, "name");
    if (!/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(name))
      throw refusal(400, 10005, "The specified bucket name is not valid.");
    const location = stringField(body, "locationHint") || "weur";
    if (!["apac", "eeur", "enam", "oc", "weur", "wnam"].includes(location))
      throw refusal(400, 10021, "The specified location hint is not valid.");
    return {
      ...{ name, location, jurisdiction: jurisdictionIn(request.headers), creation_date: timeText(request.nowMs) },
      storage_class: checkedClass(stringField(body, "storageClass") || "Standard"),
      ...{ key: newId(request), isPublic: false, lifecycle: [usualLifecycle], domains: [] },
    };
  },
  unique: {
    key: ({ name }) => name,
    taken: () => refusal(409, 10004, "The bucket you tried to create already exists, and you own it."),
  },
  notFound: () => refusal(404, 10006, "The specified bucket does not exist."),
  changes: {
    PATCH(bucket, { headers }) {
      bucket.storage_class = checkedClass(headers["cf-r2-storage-class"] ?? "");
    },
  },
  inUse: {
    by: ({ name }, request) => collectedItems(request, objectsOf(request, name)).length > 0,
    refusal: () => refusal(409, 10008, "The bucket you tried to delete is not empty."),
  },
  respond: { delete: () => success({}) },
});

/** The bucket that a path names. Throws a Refusal when there is none. */
export function bucketOf(request: Request): { readonly name: string } {
  return buckets.item(request);
}

/** The collection with the objects of a bucket. */
export function objectsOf({ params }: Request, bucket: string): string {
  return `r2_objects of ${params["account"]}/${bucket}`;
}

function jurisdictionIn(headers: Readonly<Record<string, string>>): string {
  return headers["cf-r2-jurisdiction"] || "default";
}

function checkedClass(storageClass: string): string {
  if (storageClass === "Standard" || storageClass === "InfrequentAccess") return storageClass;
  throw refusal(400, 10062, "The storage class you specified is not valid.");
}

const domains = collection<Request, CustomDomain>({
  path: `${path}/domains/custom/:domain`,
  keys: ["domain", "domains"],
  form: { ...cloudflareForm, list: (_key, { items }) => ({ body: success({ domains: items }).body }) },
  items: (request) => buckets.item(request).domains,
  id: ({ domain }) => domain,
  view: (domain) => ({ ...domain, status: { ownership: "pending", ssl: "initializing" } }),
  build(body, request, old) {
    const domain = old?.domain ?? stringField(body, "domain");
    const zoneId = old?.zoneId ?? stringField(body, "zoneId");
    const zone = collectedItems<{ readonly id: string; readonly name: string }>(request, "zones").find(
      ({ id }) => id === zoneId,
    );
    if (zone === undefined || (domain !== zone.name && !domain.endsWith(`.${zone.name}`)))
      throw refusal(400, 10061, "The specified zone id is not valid.");
    return {
      ...{ domain, zoneId, zoneName: zone.name, enabled: booleanField(body, "enabled") ?? old?.enabled ?? true },
      minTLS: stringField(body, "minTLS") || (old?.minTLS ?? "1.0"),
      ciphers: "ciphers" in body ? stringList(body, "ciphers") : (old?.ciphers ?? []),
    };
  },
  unique: { key: ({ domain }) => domain, taken: () => refusal(409, 10060, "The custom domain is in use already.") },
  notFound: () => refusal(404, 10054, "The specified custom domain does not exist."),
  changes: { PUT: "replace" },
  respond: { delete: ({ domain }) => success({ domain }) },
});

function managedDomain({ isPublic, key }: Bucket): unknown {
  return { bucketId: key, domain: `pub-${key}.r2.dev`, enabled: isPublic };
}

function rulesIn({ body }: Request): readonly JsonObject[] {
  const rules = objectList(body, "rules");
  if (rules === undefined) throw refusal(400, 10040, "The JSON you provided was not well formed.");
  return rules;
}

/** `/r2/buckets`, and of each: CORS, lifecycle, domains (OpenAPI document of 2024-08, SDK's types, read 2026-11). */
export const r2BucketRoutes: readonly CloudflareRoute[] = [
  ...buckets.routes,
  ...domains.routes,
  {
    method: "GET",
    path: `${path}/domains/managed`,
    handle: (request) => success(managedDomain(buckets.item(request))),
  },
  {
    method: "PUT",
    path: `${path}/domains/managed`,
    handle(request) {
      const bucket = buckets.item(request);
      bucket.isPublic = booleanField(request.body, "enabled") ?? false;
      return success(managedDomain(bucket));
    },
  },
  {
    method: "GET",
    path: `${path}/cors`,
    handle(request) {
      const { cors } = buckets.item(request);
      if (cors === undefined) throw refusal(404, 10059, "The CORS configuration does not exist.");
      return success({ rules: cors });
    },
  },
  {
    method: "PUT",
    path: `${path}/cors`,
    handle(request) {
      const rules = rulesIn(request);
      const isWhole = (rule: JsonObject): boolean =>
        stringList(objectField(rule, "allowed") ?? {}, "methods").length > 0;
      if (!rules.every(isWhole)) throw refusal(400, 10040, "The JSON you provided was not well formed.");
      buckets.item(request).cors = rules;
      return success({});
    },
  },
  {
    method: "DELETE",
    path: `${path}/cors`,
    handle(request) {
      delete buckets.item(request).cors;
      return success({});
    },
  },
  {
    method: "GET",
    path: `${path}/lifecycle`,
    handle: (request) => success({ rules: buckets.item(request).lifecycle }),
  },
  {
    method: "PUT",
    path: `${path}/lifecycle`,
    handle(request) {
      buckets.item(request).lifecycle = rulesIn(request);
      return success({});
    },
  },
];
