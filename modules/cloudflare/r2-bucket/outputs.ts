import { interpolate, output } from "@pulumi/pulumi";
import type { CloudflareR2BucketStackOutputs } from "../../../apis/gen/es/planton/cloudflare/v1/cloudflare_r2_bucket_pb.js";
import type { OutputsOf } from "../../../contract/module.js";
import type { R2BucketLocals } from "./locals.js";
import type { R2BucketResources } from "./resources.js";

/** The stack outputs of a bucket. */
export function outputs(
  { bucket, managedDomain }: R2BucketResources,
  { accountId, jurisdiction, domains, publicAccess }: R2BucketLocals,
): OutputsOf<CloudflareR2BucketStackOutputs> {
  const within = jurisdiction === "default" ? "" : `.${jurisdiction}`;
  const endpoint = `https://${accountId}${within}.r2.cloudflarestorage.com`;
  return {
    bucketName: bucket.name,
    bucketUrl: interpolate`${endpoint}/${bucket.name}`,
    s3Endpoint: endpoint,
    customDomainUrls: domains.filter(({ enabled }) => enabled).map(({ domain }) => `https://${domain}`),
    publicUrl: publicAccess && managedDomain ? interpolate`https://${managedDomain.domain}` : output(undefined),
    accountId,
  };
}
