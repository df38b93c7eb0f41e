import { R2Bucket } from "@pulumi/cloudflare/r2bucket.js";
import { R2BucketCors } from "@pulumi/cloudflare/r2bucketCors.js";
import { R2BucketLifecycle } from "@pulumi/cloudflare/r2bucketLifecycle.js";
import { R2CustomDomain } from "@pulumi/cloudflare/r2customDomain.js";
import { R2ManagedDomain } from "@pulumi/cloudflare/r2managedDomain.js";
import type { CustomResourceOptions } from "@pulumi/pulumi";
import type { ModuleContext } from "../../../contract/module.js";
import type { R2BucketLocals } from "./locals.js";

/** The resources of the kind. */
export interface R2BucketResources {
  readonly bucket: R2Bucket;
  /** Undefined where the bucket never had an address at r2.dev. */
  readonly managedDomain: R2ManagedDomain | undefined;
}

/** What Cloudflare gives a new bucket (R2's documents, object lifecycles, read 2026-11). */
const usualLifecycle = {
  id: "Default Multipart Abort Rule",
  enabled: true,
  conditions: { prefix: "" },
  abortMultipartUploadsTransition: { condition: { type: "Age", maxAge: 604_800 } },
};

/** Makes the bucket with what belongs to it. */
export function resources(locals: R2BucketLocals, context: ModuleContext): R2BucketResources {
  const { accountId, name, location, jurisdiction, storageClass, corsRules, domains } = locals;
  const bucket = new R2Bucket(
    context.name,
    { accountId, name, location, jurisdiction, storageClass },
    context.primary(),
  );
  const place = { accountId, bucketName: bucket.name, jurisdiction };
  const part = <Args>(
    suffix: string,
    args: Args,
    more: CustomResourceOptions = {},
  ): [string, Args, CustomResourceOptions] => [
    `${context.name}${suffix}`,
    args,
    context.companion(suffix, { protect: false, deletedWith: bucket, ...more }),
  ];
  for (const { domain, ...settings } of domains) {
    // The deletion is by domain, and would remove a successor that came first.
    const options = { deleteBeforeReplace: true };
    new R2CustomDomain(...part(`-domain-${domain}`, { ...place, domain, ...settings }, options));
  }
  if (corsRules !== undefined) new R2BucketCors(...part("-cors", { ...place, rules: corsRules }));
  // The plugin deletes neither of these two, so what the manifest has no more is set back.
  const rules =
    locals.lifecycleRules ?? (isHeld("r2BucketLifecycle:R2BucketLifecycle", context) ? [usualLifecycle] : undefined);
  if (rules !== undefined) new R2BucketLifecycle(...part("-lifecycle", { ...place, rules }));
  const hasAddress = locals.publicAccess || isHeld("r2ManagedDomain:R2ManagedDomain", context);
  const managedDomain = hasAddress
    ? new R2ManagedDomain(...part("-public", { ...place, enabled: locals.publicAccess }))
    : undefined;
  return { bucket, managedDomain };
}

function isHeld(type: string, context: ModuleContext): boolean {
  return context.inState(`cloudflare:index/${type}`).length > 0;
}
