import { all, type Output } from "@pulumi/pulumi";
import type { BackblazeB2BucketStackOutputs } from "../../../apis/gen/es/planton/backblaze/v1/backblaze_b2_bucket_pb.js";
import type { OutputsOf } from "../../../contract/module.js";
import type { BucketResources } from "./resources.js";

/** One property of each by name; what there is not is left out. */
function byName(values: Readonly<Record<string, Output<string | undefined>>>): Output<Record<string, string>> {
  return all(values).apply((known) =>
    Object.fromEntries(Object.entries(known).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
  );
}

/** The stack outputs of a bucket. */
export function outputs({ bucket, keys }: BucketResources): OutputsOf<BackblazeB2BucketStackOutputs> {
  const each = <Value>(property: (key: (typeof keys)[string]) => Value): Record<string, Value> =>
    Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, property(key)]));
  return {
    bucketId: bucket.bucketId,
    bucketName: bucket.name,
    accountId: bucket.accountId,
    s3Endpoint: bucket.s3Endpoint,
    // "https://s3.us-west-004.backblazeb2.com"
    region: bucket.s3Endpoint.apply((endpoint) => /^https?:\/\/s3\.([a-z0-9-]+)\./.exec(endpoint ?? "")?.[1]),
    downloadUrl: all([bucket.downloadUrl, bucket.name]).apply(([url, name]) => url && `${url}/file/${name}`),
    applicationKeyIds: byName(each(({ applicationKeyId }) => applicationKeyId)),
    applicationKeys: byName(each(({ applicationKey }) => applicationKey)),
  };
}
