import {
  BackblazeB2BucketSpec_Access as Access,
  type BackblazeB2BucketSpec,
  type BackblazeB2BucketStackInput,
  BackblazeB2BucketSpec_FileLock_DefaultRetention_Mode as Mode,
} from "../../../apis/gen/es/planton/backblaze/v1/backblaze_b2_bucket_pb.js";
import type { ModuleContext } from "../../../contract/module.js";
import { present } from "../../../contract/present.js";

/** The plain values of an application key. */
export interface KeyLocals {
  readonly name: string;
  readonly capabilities: readonly string[];
  readonly namePrefix: string | undefined;
  readonly validDurationSeconds: number | undefined;
  readonly accountWide: boolean;
}

/** The plain values of a bucket, in B2's words. */
export interface BucketLocals {
  readonly name: string;
  readonly access: string;
  readonly encryption: string;
  readonly info: Readonly<Record<string, string>>;
  readonly corsRules: readonly {
    readonly name: string;
    readonly allowedOrigins: readonly string[];
    readonly allowedOperations: readonly string[];
    readonly allowedHeaders: readonly string[] | undefined;
    readonly exposeHeaders: readonly string[] | undefined;
    readonly maxAgeSeconds: number;
  }[];
  readonly lifecycleRules: readonly {
    readonly fileNamePrefix: string;
    readonly daysFromUploadingToHiding: number | undefined;
    readonly daysFromHidingToDeleting: number | undefined;
    readonly daysFromStartingToCancelingUnfinishedLargeFiles: number | undefined;
  }[];
  readonly fileLock: boolean;
  readonly defaultRetention: { readonly mode: string; readonly duration: number; readonly unit: string } | undefined;
  readonly keys: readonly KeyLocals[];
  readonly forceDestroy: boolean;
  readonly owner: string;
}

/** What a program needs that reads and writes files, by B2's API or that of S3. */
const usualCapabilities = ["listBuckets", "readBuckets", "listFiles", "readFiles", "writeFiles", "deleteFiles"];

const orUndefined = <Item>(items: readonly Item[]): readonly Item[] | undefined =>
  items.length === 0 ? undefined : items;

function retentionOf({ fileLock }: BackblazeB2BucketSpec): BucketLocals["defaultRetention"] {
  const retention = fileLock?.defaultRetention;
  if (retention === undefined) return undefined;
  const mode = Mode[present(retention.mode, "target.spec.file_lock.default_retention.mode")];
  return { mode, duration: present(retention.days, "target.spec.file_lock.default_retention.days"), unit: "days" };
}

/** The plain values of a bucket manifest. */
export function locals(input: BackblazeB2BucketStackInput, context: ModuleContext): BucketLocals {
  const spec = present(input.target?.spec, "target.spec");
  return {
    name: spec.bucketName ?? context.resourceName,
    access: Access[present(spec.access, "target.spec.access")],
    encryption: present(spec.serverSideEncryption, "target.spec.server_side_encryption") ? "SSE-B2" : "none",
    info: spec.bucketInfo,
    corsRules: spec.corsRules.map((rule) => ({
      name: rule.name,
      allowedOrigins: rule.allowedOrigins,
      allowedOperations: rule.allowedOperations,
      allowedHeaders: orUndefined(rule.allowedHeaders),
      exposeHeaders: orUndefined(rule.exposeHeaders),
      maxAgeSeconds: present(rule.maxAgeSeconds, "target.spec.cors_rules.max_age_seconds"),
    })),
    lifecycleRules: spec.lifecycleRules.map((rule) => ({
      fileNamePrefix: present(rule.fileNamePrefix, "target.spec.lifecycle_rules.file_name_prefix"),
      daysFromUploadingToHiding: rule.daysFromUploadingToHiding,
      daysFromHidingToDeleting: rule.daysFromHidingToDeleting,
      daysFromStartingToCancelingUnfinishedLargeFiles: rule.daysFromStartingToCancelingUnfinishedLargeFiles,
    })),
    fileLock: spec.fileLock !== undefined,
    defaultRetention: retentionOf(spec),
    keys: spec.applicationKeys.map((key) => ({
      name: key.name,
      capabilities: key.capabilities.length === 0 ? usualCapabilities : key.capabilities,
      namePrefix: key.namePrefix,
      validDurationSeconds: key.validDurationSeconds,
      accountWide: present(key.accountWide, "target.spec.application_keys.account_wide"),
    })),
    forceDestroy: present(spec.forceDestroy, "target.spec.force_destroy"),
    owner: context.owner,
  };
}
