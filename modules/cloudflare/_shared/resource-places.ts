import type { JsonObject } from "../../../http/json.js";

/** Where a resource is at Cloudflare, and how the outcome of its creation is known. */
export interface ResourcePlace {
  /** For people: "queue". */
  readonly what: string;
  /** Path of the collection with inputs in it: `/accounts/{accountId}/queues`. */
  readonly collection: string;
  /** Path of a collection by which one of it is read, where its own gives no JSON. Default: `collection`. */
  readonly readBelow?: string;
  /** Inputs that identify it, each with the key of the API; the first one holds the registration back. */
  readonly identity: Readonly<Record<string, string>>;
  /** Key of the id in the API. Default: "id". */
  readonly idKey?: string;
  /** The id of an import: inputs, "id", and "scope" for the word "accounts". */
  readonly importedBy: readonly string[];
  /** Header that says in which jurisdiction it is looked for, by the input of that name. Default: none. */
  readonly jurisdictionHeader?: string;
  /** Key of a list that is not in pages, below "result". Default: a list in pages. */
  readonly listKey?: string;
  /** True when Cloudflare refuses a second one of the same identity, with one of these codes. */
  readonly takenCodes?: readonly number[];
}

/** By Pulumi type token. Codes are those of Cloudflare's API as its clients know them, read 2026-11. */
export const resourcePlaces: Readonly<Record<string, ResourcePlace>> = {
  "cloudflare:index/d1Database:D1Database": {
    what: "D1 database",
    collection: "/accounts/{accountId}/d1/database",
    identity: { name: "name" },
    idKey: "uuid",
    importedBy: ["accountId", "id"],
    takenCodes: [7502],
  },
  "cloudflare:index/dnsRecord:DnsRecord": {
    what: "DNS record",
    collection: "/zones/{zoneId}/dns_records",
    identity: { name: "name", type: "type", content: "content", data: "data" },
    importedBy: ["zoneId", "id"],
    takenCodes: [81053, 81057, 81058],
  },
  "cloudflare:index/pagesDomain:PagesDomain": {
    what: "domain of a Pages project",
    collection: "/accounts/{accountId}/pages/projects/{projectName}/domains",
    identity: { name: "name" },
    idKey: "name",
    importedBy: ["accountId", "projectName", "id"],
    takenCodes: [8000018],
  },
  "cloudflare:index/pagesProject:PagesProject": {
    what: "Pages project",
    collection: "/accounts/{accountId}/pages/projects",
    identity: { name: "name" },
    idKey: "name",
    importedBy: ["accountId", "id"],
    takenCodes: [8000002],
  },
  "cloudflare:index/queue:Queue": {
    what: "queue",
    collection: "/accounts/{accountId}/queues",
    identity: { queueName: "queue_name" },
    idKey: "queue_id",
    importedBy: ["accountId", "id"],
    takenCodes: [11009],
  },
  "cloudflare:index/r2Bucket:R2Bucket": {
    what: "R2 bucket",
    collection: "/accounts/{accountId}/r2/buckets",
    identity: { name: "name", jurisdiction: "jurisdiction" },
    idKey: "name",
    importedBy: ["accountId", "id", "jurisdiction"],
    jurisdictionHeader: "cf-r2-jurisdiction",
    listKey: "buckets",
    takenCodes: [10004],
  },
  "cloudflare:index/workersKvNamespace:WorkersKvNamespace": {
    what: "KV namespace",
    collection: "/accounts/{accountId}/storage/kv/namespaces",
    identity: { title: "title" },
    importedBy: ["accountId", "id"],
    takenCodes: [10014],
  },
  "cloudflare:index/workersRoute:WorkersRoute": {
    what: "route",
    collection: "/zones/{zoneId}/workers/routes",
    identity: { pattern: "pattern", script: "script" },
    importedBy: ["zoneId", "id"],
    takenCodes: [10020],
  },
  // An upload takes over one of that name, so that no code says that there is one.
  "cloudflare:index/workersScript:WorkersScript": {
    what: "Worker",
    collection: "/accounts/{accountId}/workers/scripts",
    readBelow: "/accounts/{accountId}/workers/services",
    identity: { scriptName: "id" },
    importedBy: ["accountId", "id"],
    takenCodes: [],
  },
  "cloudflare:index/zeroTrustAccessApplication:ZeroTrustAccessApplication": {
    what: "Access application",
    collection: "/accounts/{accountId}/access/apps",
    identity: { name: "name", domain: "domain" },
    importedBy: ["scope", "accountId", "id"],
    takenCodes: [11010],
  },
  // Several policies may have one name.
  "cloudflare:index/zeroTrustAccessPolicy:ZeroTrustAccessPolicy": {
    what: "Access policy",
    collection: "/accounts/{accountId}/access/policies",
    identity: { name: "name", decision: "decision" },
    importedBy: ["accountId", "id"],
  },
  "cloudflare:index/zone:Zone": {
    what: "zone",
    collection: "/zones",
    identity: { name: "name", account: "account" },
    importedBy: ["id"],
    takenCodes: [1061],
  },
};

/**
 * Paths by which resources are read that are deleted before their successor is made, so that a run which ended in between
 * is seen. Their creation sets them again and needs no lookup. Values are inputs, and "id".
 */
export const readPaths: Readonly<Record<string, string>> = {
  "cloudflare:index/r2CustomDomain:R2CustomDomain":
    "/accounts/{accountId}/r2/buckets/{bucketName}/domains/custom/{domain}",
  "cloudflare:index/workersCustomDomain:WorkersCustomDomain": "/accounts/{accountId}/workers/domains/{id}",
};

/** Inputs in the paths of a resource: "accountId" of `/accounts/{accountId}/queues`. */
export function pathInputs({ collection }: ResourcePlace): readonly string[] {
  return [...collection.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
}

/** The path of the collection; undefined when an input in it is not known. */
export function collectionPath(
  { collection }: Pick<ResourcePlace, "collection">,
  inputs: Readonly<Record<string, unknown>>,
): string | undefined {
  let isKnown = true;
  const path = collection.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = inputs[name];
    if (typeof value !== "string") isKnown = false;
    return encodeURIComponent(String(value));
  });
  return isKnown ? path : undefined;
}

/** The headers without which it is not found. */
export function headersOf(
  { jurisdictionHeader: header }: Pick<ResourcePlace, "jurisdictionHeader">,
  { jurisdiction }: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string>> {
  return header === undefined || typeof jurisdiction !== "string" ? {} : { [header]: jurisdiction };
}

/** The id of an object of the API. */
export function idIn(object: JsonObject, { idKey = "id" }: ResourcePlace): string {
  return String(object[idKey]);
}
