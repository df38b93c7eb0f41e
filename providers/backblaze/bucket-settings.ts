import { asNumber, asObject, asObjects, asString, asStrings, type JsonObject, listOf } from "../../http/json.js";
import type { PropertyDeclarations, ValuesOf } from "../kit/schema/property-declaration.js";
import { atMostCharacters, between, each, matching, notEmpty, oneOf } from "../kit/schema/property-rules.js";
import { boolean, integer, list, map, object, set, string } from "../kit/schema/property-types.js";

/** Name in the bucket's info under which the mark of the stack is kept. */
export const ownerInfo = "planton-owner";

/** What pages of other origins may do, in B2's words. */
const operations = [
  ...["b2_download_file_by_name", "b2_download_file_by_id", "b2_upload_file", "b2_upload_part"],
  ...["s3_delete", "s3_get", "s3_head", "s3_post", "s3_put"],
];

const days = (what: string) =>
  ({ type: integer, description: `Days ${what}, at least 1.`, check: between(1, 2_147_483_647) }) as const;

/** Inputs of a bucket that are changed in place (backblaze.com/apidocs, b2sdk 2.13.2; read 2026-11). */
export const bucketSettings = {
  access: {
    type: string,
    generate: () => "allPrivate",
    description: "Who may read: allPrivate or allPublic. Changed in place. Default: allPrivate.",
    check: oneOf(["allPrivate", "allPublic"]),
  },
  encryption: {
    type: string,
    generate: () => "none",
    description: "How new files are encrypted: none, or SSE-B2 with AES256. Changed in place. Default: none.",
    check: oneOf(["none", "SSE-B2"]),
  },
  info: {
    type: map(string),
    generate: () => ({}),
    description: "Values of your own, at most 9. Changed in place. Default: none.",
  },
  corsRules: {
    type: list(
      object({
        name: {
          type: string,
          required: true,
          description: "Name: 6 to 50 letters, digits and dashes.",
          check: matching(/^(?!b2-)[A-Za-z0-9-]{6,50}$/, "6 to 50 letters, digits and dashes, not beginning with b2-"),
        },
        allowedOrigins: { type: list(string), required: true, description: "Origins of the pages.", check: notEmpty },
        allowedOperations: {
          type: set(string, String),
          required: true,
          description: `What they may do: ${operations.join(", ")}.`,
          check: (value) => notEmpty(value) ?? each(oneOf(operations))(value),
        },
        allowedHeaders: { type: list(string), description: "Headers that they may send. Default: none." },
        exposeHeaders: { type: list(string), description: "Headers of responses that they see. Default: none." },
        maxAgeSeconds: {
          type: integer,
          required: true,
          description: "Seconds for which a browser may remember it: 0 to 86400.",
          check: between(0, 86_400),
        },
      }),
    ),
    generate: () => [],
    description: "What pages of other origins may do. Changed in place. Default: nothing.",
  },
  lifecycleRules: {
    type: list(
      object({
        fileNamePrefix: {
          type: string,
          required: true,
          description: "Beginning of the names; empty for all files.",
          check: atMostCharacters(1024),
        },
        daysFromUploadingToHiding: days("after which a file is hidden"),
        daysFromHidingToDeleting: days("after which a hidden file is deleted"),
        daysFromStartingToCancelingUnfinishedLargeFiles: days(
          "after which a large file that is not finished is canceled",
        ),
      }),
    ),
    generate: () => [],
    description: "What becomes of files in time. Changed in place. Default: they stay.",
  },
  fileLock: {
    type: boolean,
    generate: () => false,
    description: "True lets files be locked. It can be turned on and never off again. Default: false.",
  },
  defaultRetention: {
    type: object({
      mode: {
        type: string,
        required: true,
        description: "governance or compliance.",
        check: oneOf(["governance", "compliance"]),
      },
      duration: { type: integer, required: true, description: "How long: at least 1.", check: between(1, 3650) },
      unit: { type: string, required: true, description: "days or years.", check: oneOf(["days", "years"]) },
    }),
    description: "How long new files are locked. Changed in place. Default: not at all.",
  },
} as const satisfies PropertyDeclarations;

/** Values of {@link bucketSettings}, some of them absent where they are not known. */
export type BucketSettings = { readonly [Name in keyof typeof bucketSettings]?: Values[Name] | undefined };
type Values = Required<ValuesOf<typeof bucketSettings>>;

/** The settings as `b2_update_bucket` takes them, by input; what is not given is as B2 has it by default. */
export function settingBodies(settings: BucketSettings): Readonly<Record<keyof BucketSettings, JsonObject>> {
  const { access = "allPrivate", encryption = "none", info = {}, corsRules = [], lifecycleRules = [] } = settings;
  const { fileLock = false, defaultRetention: retention } = settings;
  return {
    access: { bucketType: access },
    encryption: {
      defaultServerSideEncryption: encryption === "none" ? { mode: "none" } : { mode: encryption, algorithm: "AES256" },
    },
    info: { bucketInfo: Object.fromEntries(Object.entries(info).sort()) },
    corsRules: {
      corsRules: corsRules.map((rule) => ({
        corsRuleName: rule.name,
        allowedOrigins: rule.allowedOrigins,
        allowedOperations: [...rule.allowedOperations].sort(),
        allowedHeaders: rule.allowedHeaders ?? [],
        exposeHeaders: rule.exposeHeaders ?? [],
        maxAgeSeconds: rule.maxAgeSeconds,
      })),
    },
    lifecycleRules: {
      lifecycleRules: lifecycleRules.map((rule) => ({
        fileNamePrefix: rule.fileNamePrefix,
        daysFromUploadingToHiding: rule.daysFromUploadingToHiding ?? null,
        daysFromHidingToDeleting: rule.daysFromHidingToDeleting ?? null,
        daysFromStartingToCancelingUnfinishedLargeFiles: rule.daysFromStartingToCancelingUnfinishedLargeFiles ?? null,
      })),
    },
    fileLock: { fileLockEnabled: fileLock },
    defaultRetention: {
      defaultRetention:
        retention === undefined
          ? { mode: "none" }
          : { mode: retention.mode, period: { duration: retention.duration, unit: retention.unit } },
    },
  };
}

const orUndefined = <Item>(items: readonly Item[]): readonly Item[] | undefined =>
  items.length === 0 ? undefined : items;

/** What only keys with the capability for it see; undefined: this one does not. */
function readable(value: unknown): JsonObject | undefined {
  const given = asObject(value);
  return given?.["isClientAuthorizedToRead"] === true ? (asObject(given["value"]) ?? {}) : undefined;
}

/** The settings of a bucket as B2 shows it; `known` is kept of what the key may not read. */
export function settingsIn(bucket: JsonObject, known: BucketSettings): BucketSettings {
  const encryption = readable(bucket["defaultServerSideEncryption"]);
  const lock = readable(bucket["fileLockConfiguration"]);
  const retention = asObject(lock?.["defaultRetention"]);
  const period = asObject(retention?.["period"]);
  const [mode, duration, unit] = [
    asString(retention?.["mode"]),
    asNumber(period?.["duration"]),
    asString(period?.["unit"]),
  ];
  const isLocked = mode !== undefined && duration !== undefined && unit !== undefined;
  const info = Object.entries(asObject(bucket["bucketInfo"]) ?? {}).filter(([name]) => name !== ownerInfo);
  return {
    access: asString(bucket["bucketType"]) ?? known.access,
    encryption: encryption === undefined ? known.encryption : (asString(encryption["mode"]) ?? "none"),
    info: Object.fromEntries(info.map(([name, value]) => [name, String(value)])),
    corsRules: asObjects(bucket["corsRules"]).map((rule) => ({
      name: asString(rule["corsRuleName"]) ?? "",
      allowedOrigins: asStrings(listOf(rule["allowedOrigins"])),
      allowedOperations: asStrings(listOf(rule["allowedOperations"])),
      allowedHeaders: orUndefined(asStrings(listOf(rule["allowedHeaders"]))),
      exposeHeaders: orUndefined(asStrings(listOf(rule["exposeHeaders"]))),
      maxAgeSeconds: asNumber(rule["maxAgeSeconds"]) ?? 0,
    })),
    lifecycleRules: asObjects(bucket["lifecycleRules"]).map((rule) => ({
      fileNamePrefix: asString(rule["fileNamePrefix"]) ?? "",
      daysFromUploadingToHiding: asNumber(rule["daysFromUploadingToHiding"]),
      daysFromHidingToDeleting: asNumber(rule["daysFromHidingToDeleting"]),
      daysFromStartingToCancelingUnfinishedLargeFiles: asNumber(
        rule["daysFromStartingToCancelingUnfinishedLargeFiles"],
      ),
    })),
    fileLock: lock === undefined ? known.fileLock : lock["isFileLockEnabled"] === true,
    defaultRetention: lock === undefined ? known.defaultRetention : isLocked ? { mode, duration, unit } : undefined,
  };
}
