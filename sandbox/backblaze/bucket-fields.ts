import {
  type JsonObject,
  numberField,
  objectField,
  objectList,
  stringField,
  stringList,
} from "../kit/base/json-fields.js";
import { countIn, refusal } from "./b2-call.js";

/** A bucket as it is kept. */
export interface Bucket {
  readonly bucketId: string;
  readonly bucketName: string;
  bucketType: string;
  bucketInfo: Readonly<Record<string, unknown>>;
  corsRules: readonly JsonObject[];
  lifecycleRules: readonly JsonObject[];
  encryption: string | null;
  isFileLockEnabled: boolean;
  defaultRetention: { readonly mode: string; readonly period: JsonObject } | null;
  revision: number;
}

const bad = (message: string): Error => refusal(400, "bad_request", message);

function typeIn(body: JsonObject): string {
  const type = stringField(body, "bucketType");
  if (type === "allPrivate" || type === "allPublic") return type;
  throw bad(`Invalid bucketType: ${type}`);
}

function infoIn(body: JsonObject): JsonObject {
  const info = objectField(body, "bucketInfo") ?? {};
  if (Object.keys(info).length > 10) throw bad("bucketInfo must have at most 10 entries");
  const wrong = Object.entries(info).find(
    ([name, value]) => !/^[A-Za-z0-9_-]{1,50}$/.test(name) || typeof value !== "string",
  );
  if (wrong !== undefined) throw bad(`bucketInfo has an invalid entry: ${wrong[0]}`);
  return info;
}

const operations =
  /^(b2_download_file_by_name|b2_download_file_by_id|b2_upload_file|b2_upload_part|s3_(delete|get|head|post|put))$/;

function corsIn(body: JsonObject): readonly JsonObject[] {
  const rules = objectList(body, "corsRules") ?? [];
  if (rules.length > 100) throw bad("too many CORS rules");
  const names = rules.map((rule) => stringField(rule, "corsRuleName"));
  if (new Set(names).size < names.length) throw bad("CORS rules have the same name");
  for (const rule of rules) {
    const name = stringField(rule, "corsRuleName");
    if (!/^(?!b2-)[A-Za-z0-9-]{6,50}$/.test(name)) throw bad(`Invalid corsRuleName: ${name}`);
    const [origins, allowed] = [stringList(rule, "allowedOrigins"), stringList(rule, "allowedOperations")];
    if (origins.length === 0 || allowed.length === 0) throw bad(`CORS rule ${name} allows nothing`);
    const wrong = allowed.find((operation) => !operations.test(operation));
    if (wrong !== undefined) throw bad(`Invalid allowedOperations: ${wrong}`);
    if (countIn(rule, "maxAgeSeconds", [0, 86_400]) === undefined) throw bad("maxAgeSeconds is required");
  }
  return rules;
}

const dayFields = [
  ...["daysFromUploadingToHiding", "daysFromHidingToDeleting"],
  "daysFromStartingToCancelingUnfinishedLargeFiles",
];

function lifecycleIn(body: JsonObject): readonly JsonObject[] {
  const rules = objectList(body, "lifecycleRules") ?? [];
  const prefixes = rules.map((rule) => stringField(rule, "fileNamePrefix"));
  const clash = prefixes.find((prefix, at) => prefixes.some((other, of) => of !== at && other.startsWith(prefix)));
  if (clash !== undefined)
    throw bad(`lifecycle rules must not have prefixes of which one begins with another: ${clash}`);
  return rules.map((rule, at) => {
    const days = dayFields.map((field) => [field, countIn(rule, field, [1, 2_147_483_647]) ?? null] as const);
    if (days.every(([, count]) => count === null)) throw bad("a lifecycle rule must have at least one number of days");
    return { fileNamePrefix: prefixes[at], ...Object.fromEntries(days) };
  });
}

function encryptionIn(body: JsonObject): string | null {
  const { mode, algorithm } = objectField(body, "defaultServerSideEncryption") ?? {};
  if (mode === "none") return null;
  if (mode === "SSE-B2" && algorithm === "AES256") return mode;
  throw bad("Invalid defaultServerSideEncryption");
}

function retentionIn(body: JsonObject, isLockEnabled: boolean): Bucket["defaultRetention"] {
  const given = objectField(body, "defaultRetention") ?? {};
  const { mode } = given;
  if (mode === "none") return null;
  if (!isLockEnabled) throw bad("default retention needs file lock to be enabled");
  const period = objectField(given, "period") ?? {};
  const isUnit = period["unit"] === "days" || period["unit"] === "years";
  if ((mode === "governance" || mode === "compliance") && isUnit && (numberField(period, "duration") ?? 0) >= 1)
    return { mode, period };
  throw bad("Invalid defaultRetention");
}

/** Puts what a body names into a bucket. Throws B2's refusal of what it does not take. */
export function applyFields(bucket: Bucket, body: JsonObject): void {
  if ("fileLockEnabled" in body) {
    const isEnabled = body["fileLockEnabled"] === true;
    if (!isEnabled && bucket.isFileLockEnabled) throw bad("file lock cannot be disabled");
    bucket.isFileLockEnabled = isEnabled;
  }
  if ("bucketType" in body) bucket.bucketType = typeIn(body);
  if ("bucketInfo" in body) bucket.bucketInfo = infoIn(body);
  if ("corsRules" in body) bucket.corsRules = corsIn(body);
  if ("lifecycleRules" in body) bucket.lifecycleRules = lifecycleIn(body);
  if ("defaultServerSideEncryption" in body) bucket.encryption = encryptionIn(body);
  if ("defaultRetention" in body) bucket.defaultRetention = retentionIn(body, bucket.isFileLockEnabled);
}

/** A bucket as B2 shows it to a key with these capabilities. */
export function bucketView(bucket: Bucket, accountId: string, capabilities: readonly string[]): JsonObject {
  const { encryption, isFileLockEnabled, defaultRetention, ...shown } = bucket;
  const seen = (capability: string, value: unknown): JsonObject => {
    const isSeen = capabilities.includes(capability);
    return { isClientAuthorizedToRead: isSeen, value: isSeen ? value : null };
  };
  return {
    ...{ accountId, ...shown, options: ["s3"] },
    defaultServerSideEncryption: seen("readBucketEncryption", {
      mode: encryption,
      algorithm: encryption === null ? null : "AES256",
    }),
    fileLockConfiguration: seen("readBucketRetentions", {
      isFileLockEnabled,
      defaultRetention: defaultRetention ?? { mode: null, period: null },
    }),
    replicationConfiguration: seen("readBucketReplications", {
      asReplicationSource: null,
      asReplicationDestination: null,
    }),
  };
}
