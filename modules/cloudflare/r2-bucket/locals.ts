import type { Output } from "@pulumi/pulumi";
import {
  type CloudflareR2BucketSpec_Condition,
  type CloudflareR2BucketSpec_CustomDomain,
  type CloudflareR2BucketSpec_Lifecycle_Rule,
  type CloudflareR2BucketStackInput,
  CloudflareR2BucketSpec_Location as Location,
  CloudflareR2BucketSpec_Cors_Rule_Method as Method,
  CloudflareR2BucketSpec_StorageClass as StorageClass,
} from "../../../apis/gen/es/planton/cloudflare/v1/cloudflare_r2_bucket_pb.js";
import type { ModuleContext } from "../../../contract/module.js";
import { PlantonError } from "../../../contract/planton-error.js";
import { present } from "../../../contract/present.js";

/** A domain under which objects are read. */
export interface BucketDomain {
  readonly domain: string;
  readonly zoneId: Output<string>;
  readonly enabled: boolean;
  readonly minTls: string;
  readonly ciphers: string[] | undefined;
}

interface CorsRule {
  readonly allowed: { readonly methods: string[]; readonly origins: string[]; readonly headers: string[] };
  readonly exposeHeaders: string[];
  readonly maxAgeSeconds?: number;
  readonly id?: string;
}

interface Condition {
  readonly type: string;
  /** Seconds. */
  readonly maxAge?: number;
  readonly date?: string;
}

interface LifecycleRule {
  readonly id: string;
  readonly enabled: boolean;
  readonly conditions: { readonly prefix: string };
  readonly abortMultipartUploadsTransition?: { readonly condition: { readonly type: string; readonly maxAge: number } };
  readonly deleteObjectsTransition?: { readonly condition: Condition };
  readonly storageClassTransitions?: { readonly condition: Condition; readonly storageClass: string }[];
}

/** The values of a bucket. */
export interface R2BucketLocals {
  readonly accountId: string;
  readonly name: string;
  /** Undefined: Cloudflare chooses. */
  readonly location: string | undefined;
  readonly jurisdiction: string;
  readonly storageClass: string;
  readonly publicAccess: boolean;
  readonly domains: readonly BucketDomain[];
  readonly corsRules: CorsRule[] | undefined;
  readonly lifecycleRules: LifecycleRule[] | undefined;
}

/** Type token of a bucket. */
export const bucketType = "cloudflare:index/r2Bucket:R2Bucket";

/** The values of a bucket manifest. Throws E_RULE_VIOLATED when something is to change that is fixed. */
export function locals(input: CloudflareR2BucketStackInput, context: ModuleContext): R2BucketLocals {
  const spec = present(input.target?.spec, "target.spec");
  const location = Location[present(spec.location, "target.spec.location")];
  const values = {
    accountId: context.account(),
    name: spec.bucketName ?? context.resourceName,
    location: location === "auto" ? undefined : location,
    jurisdiction: present(spec.jurisdiction, "target.spec.jurisdiction"),
    storageClass: StorageClass[present(spec.storageClass, "target.spec.storage_class")],
    publicAccess: spec.publicAccess ?? false,
    domains: spec.customDomains.map((domain) => domainOf(domain, context)),
    corsRules: spec.cors?.rules.map(({ methods, origins, headers, exposeHeaders, maxAgeSeconds, id }) => ({
      allowed: { methods: methods.map((method) => Method[method]), origins, headers },
      exposeHeaders,
      ...(maxAgeSeconds === undefined ? {} : { maxAgeSeconds }),
      ...(id === undefined ? {} : { id }),
    })),
    lifecycleRules: spec.lifecycle?.rules.map(lifecycleRule),
  };
  if (context.appliesManifest) refuseMoves(values, context);
  return values;
}

function domainOf(domain: CloudflareR2BucketSpec_CustomDomain, context: ModuleContext): BucketDomain {
  return {
    domain: domain.domain,
    zoneId: present(context.input(domain.zoneId), "target.spec.custom_domains.zone_id"),
    enabled: domain.enabled ?? true,
    minTls: domain.minTls ?? "1.2",
    ciphers: domain.ciphers.length > 0 ? domain.ciphers : undefined,
  };
}

function lifecycleRule(rule: CloudflareR2BucketSpec_Lifecycle_Rule): LifecycleRule {
  const { abortMultipartUploadsAfterSeconds: abortAfter, deleteObjects, infrequentAccess } = rule;
  return {
    id: rule.id,
    enabled: rule.enabled ?? true,
    conditions: { prefix: rule.prefix ?? "" },
    ...(abortAfter === undefined
      ? {}
      : { abortMultipartUploadsTransition: { condition: { type: "Age", maxAge: Number(abortAfter) } } }),
    ...(deleteObjects === undefined ? {} : { deleteObjectsTransition: { condition: conditionOf(deleteObjects) } }),
    ...(infrequentAccess === undefined
      ? {}
      : {
          storageClassTransitions: [{ condition: conditionOf(infrequentAccess), storageClass: "InfrequentAccess" }],
        }),
  };
}

function conditionOf({ maxAgeSeconds, date }: CloudflareR2BucketSpec_Condition): Condition {
  if (maxAgeSeconds !== undefined) return { type: "Age", maxAge: Number(maxAgeSeconds) };
  return { type: "Date", ...(date === undefined ? {} : { date: `${date}T00:00:00Z` }) };
}

/**
 * Where a bucket is cannot change: of another jurisdiction the plugin would look for it there and make a second one, and
 * another location it does not send (terraform-provider-cloudflare v5.22.0, r2_bucket, read 2026-11).
 */
function refuseMoves(values: Pick<R2BucketLocals, "name" | "location" | "jurisdiction">, context: ModuleContext): void {
  const [old] = context.inState(bucketType);
  if (old === undefined || old.inputs["name"] !== values.name) return;
  for (const field of ["jurisdiction", "location"] as const) {
    const [before = "auto", now = "auto"] = [old.inputs[field], values[field]];
    // Wherever it is, that is where Cloudflare chose, or where it was taken over.
    if (before === now || (field === "location" && now === "auto")) continue;
    throw new PlantonError({
      code: "E_RULE_VIOLATED",
      message: `spec.${field}: the bucket "${values.name}" was made with "${String(before)}", which cannot become "${now}"`,
      hint: `write ${field}: ${String(before)}, or make another bucket with another bucket_name and copy the objects`,
    });
  }
}
