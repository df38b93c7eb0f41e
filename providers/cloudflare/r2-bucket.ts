import { asNonEmptyString } from "../../http/json.js";
import { defineFrameworkResource } from "../kit/bridged/framework-resource.js";
import { oneOf } from "../kit/schema/property-rules.js";
import { boolean, integer, list, object, string } from "../kit/schema/property-types.js";

const buckets = "/accounts/{accountId}/r2/buckets";
const names = { style: "camel" } as const;
const place = {
  accountId: { type: string, required: true, replace: true },
  bucketName: { type: string, required: true, replace: true },
  jurisdiction: { type: string, generate: () => "default", check: oneOf(["default", "eu", "fedramp"]) },
} as const;

/** Where the API looks for a bucket; it is in no body. */
const inJurisdiction = {
  unsent: ["jurisdiction"],
  headers: ({ jurisdiction = "default" }: { readonly jurisdiction?: string | undefined }) => ({
    "cf-r2-jurisdiction": jurisdiction,
  }),
} as const;

/**
 * `cloudflare.R2Bucket` (terraform-provider-cloudflare v5.22.0, r2_bucket, read 2026-11). Another location is no change,
 * and another jurisdiction no replacement, so that the bucket is looked for where it is not.
 */
export const r2BucketResource = defineFrameworkResource({
  type: "cloudflare:index/r2Bucket:R2Bucket",
  description: "A bucket of R2.",
  inputs: {
    accountId: place.accountId,
    jurisdiction: place.jurisdiction,
    location: { type: string, computed: true, managed: () => false },
    name: { type: string, required: true, replace: true },
    storageClass: { type: string, generate: () => "Standard", check: oneOf(["Standard", "InfrequentAccess"]) },
  },
  outputs: { creationDate: { type: string } },
  collection: buckets,
  item: `${buckets}/{name}`,
  ...inJurisdiction,
  headers: ({ jurisdiction = "default", storageClass = "Standard" }) => ({
    "cf-r2-jurisdiction": jurisdiction,
    "cf-r2-storage-class": storageClass,
  }),
  id: ({ name }) => asNonEmptyString(name),
  importedBy: ["accountId", "name", "jurisdiction"],
  changes: "PATCH",
  // A change is all in the headers.
  body: (_body, { name, location, storageClass, creationDate }) =>
    creationDate === undefined ? { name, locationHint: location, storageClass } : undefined,
});

/** `cloudflare.R2CustomDomain` (v5.22.0, r2_custom_domain). */
export const r2CustomDomainResource = defineFrameworkResource({
  type: "cloudflare:index/r2CustomDomain:R2CustomDomain",
  description: "A domain under which objects of a bucket are read.",
  inputs: {
    ...place,
    ciphers: { type: list(string) },
    domain: { type: string, required: true, replace: true },
    enabled: { type: boolean, required: true },
    minTls: { type: string },
    zoneId: { type: string, required: true, replace: true },
  },
  outputs: {
    status: { type: object({ ownership: { type: string }, ssl: { type: string } }) },
    zoneName: { type: string },
  },
  names: { ...names, special: { minTls: "minTLS" } },
  collection: `${buckets}/{bucketName}/domains/custom`,
  item: `${buckets}/{bucketName}/domains/custom/{domain}`,
  ...inJurisdiction,
  id: (_result, { accountId, zoneId }) => `${accountId}__${zoneId}`,
  changes: "PUT",
});

/** `cloudflare.R2ManagedDomain` (v5.22.0, r2_managed_domain): the address at r2.dev, which a deletion leaves. */
export const r2ManagedDomainResource = defineFrameworkResource({
  type: "cloudflare:index/r2ManagedDomain:R2ManagedDomain",
  description: "The address of a bucket at r2.dev.",
  inputs: { ...place, enabled: { type: boolean, required: true } },
  outputs: { bucketId: { type: string }, domain: { type: string } },
  names,
  collection: `${buckets}/{bucketName}/domains/managed`,
  item: `${buckets}/{bucketName}/domains/managed`,
  ...inJurisdiction,
  id: (_result, { accountId }) => accountId,
  creates: "PUT",
  changes: "PUT",
  deletes: false,
});

/** `cloudflare.R2BucketCors` (v5.22.0, r2_bucket_cors). */
export const r2BucketCorsResource = defineFrameworkResource({
  type: "cloudflare:index/r2BucketCors:R2BucketCors",
  description: "What pages of other origins may do with a bucket.",
  inputs: {
    ...place,
    rules: {
      type: list(
        object({
          allowed: {
            type: object({
              headers: { type: list(string) },
              methods: { type: list(string), required: true },
              origins: { type: list(string), required: true },
            }),
            required: true,
          },
          exposeHeaders: { type: list(string) },
          id: { type: string },
          maxAgeSeconds: { type: integer },
        }),
      ),
    },
  },
  outputs: {},
  names,
  collection: `${buckets}/{bucketName}/cors`,
  item: `${buckets}/{bucketName}/cors`,
  ...inJurisdiction,
  id: (_result, { accountId }) => accountId,
  creates: "PUT",
  changes: "PUT",
});

const condition = {
  date: { type: string },
  maxAge: { type: integer },
  type: { type: string, required: true },
} as const;

/** `cloudflare.R2BucketLifecycle` (v5.22.0, r2_bucket_lifecycle), which a deletion leaves. */
export const r2BucketLifecycleResource = defineFrameworkResource({
  type: "cloudflare:index/r2BucketLifecycle:R2BucketLifecycle",
  description: "What happens to objects of a bucket in time.",
  inputs: {
    ...place,
    rules: {
      type: list(
        object({
          abortMultipartUploadsTransition: {
            type: object({
              condition: {
                type: object({
                  maxAge: { type: integer, required: true },
                  type: { type: string, required: true },
                }),
              },
            }),
          },
          conditions: { type: object({ prefix: { type: string, required: true } }), required: true },
          deleteObjectsTransition: { type: object({ condition: { type: object(condition) } }) },
          enabled: { type: boolean, required: true },
          id: { type: string, required: true },
          storageClassTransitions: {
            type: list(
              object({
                condition: { type: object(condition), required: true },
                storageClass: { type: string, required: true },
              }),
            ),
          },
        }),
      ),
    },
  },
  outputs: {},
  names,
  collection: `${buckets}/{bucketName}/lifecycle`,
  item: `${buckets}/{bucketName}/lifecycle`,
  ...inJurisdiction,
  id: (_result, { accountId }) => accountId,
  creates: "PUT",
  changes: "PUT",
  deletes: false,
});
