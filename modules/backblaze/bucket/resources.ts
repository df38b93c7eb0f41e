import type { ModuleContext } from "../../../contract/module.js";
import { ApplicationKey, Bucket } from "../../gen/resources/planton-backblaze.js";
import type { BucketLocals } from "./locals.js";

/** The resources of the kind. */
export interface BucketResources {
  readonly bucket: Bucket;
  /** By name, in the order of the manifest. */
  readonly keys: Readonly<Record<string, ApplicationKey>>;
}

/** Makes the bucket and its keys. */
export function resources({ keys, ...args }: BucketLocals, context: ModuleContext): BucketResources {
  const bucket = new Bucket(context.name, args, context.primary());
  const made = keys.map(({ accountWide, ...key }) => {
    const suffix = `-key-${key.name}`;
    const scope = accountWide ? {} : { bucketId: bucket.bucketId };
    const keyArgs = { ...key, ...scope, owner: args.owner };
    return [key.name, new ApplicationKey(`${context.name}${suffix}`, keyArgs, context.companion(suffix))] as const;
  });
  return { bucket, keys: Object.fromEntries(made) };
}
