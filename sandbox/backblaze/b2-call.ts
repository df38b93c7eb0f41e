import type { JsonObject } from "../kit/base/json-fields.js";
import { Refusal } from "../kit/base/refusal.js";
import { collectedItems, type PlainRequest, type PlainRoute } from "../kit/vendor/plain-collection.js";

/** The id of the one account. */
export const accountId = "0123456789ab";

/** An application key as it is kept. */
export interface StoredKey {
  readonly applicationKeyId: string;
  readonly applicationKey: string;
  readonly keyName: string;
  readonly capabilities: readonly string[];
  readonly bucketIds: readonly string[] | null;
  readonly namePrefix: string | null;
  readonly expirationTimestamp: number | null;
}

/** All that keys may do (backblaze.com/apidocs/b2-create-key, read 2026-11). */
export const allCapabilities: readonly string[] = [
  ...["listKeys", "writeKeys", "deleteKeys", "listAllBucketNames", "listBuckets", "readBuckets", "writeBuckets"],
  ...["deleteBuckets", "readBucketRetentions", "writeBucketRetentions", "readBucketEncryption"],
  ...["writeBucketEncryption", "readBucketReplications", "writeBucketReplications", "readBucketNotifications"],
  ...["writeBucketNotifications", "readBucketLogging", "writeBucketLogging", "listFiles", "readFiles", "shareFiles"],
  ...["writeFiles", "deleteFiles", "readFileLegalHolds", "writeFileLegalHolds", "readFileRetentions"],
  ...["writeFileRetentions", "bypassGovernance"],
];

/** The dummy master key of the sandbox, worth nothing outside of it. */
export const sandboxKey: StoredKey = {
  ...{ applicationKeyId: accountId, applicationKey: "K001sandbox0key", keyName: "master" },
  ...{ capabilities: allCapabilities, bucketIds: null, namePrefix: null, expirationTimestamp: null },
};

/** A refusal in B2's form. */
export function refusal(status: number, code: string, message: string): Refusal {
  return new Refusal(status, message, { body: { status, code, message } });
}

/** The key of that id, unless it has expired. */
export function keyOf(request: PlainRequest, id: unknown): StoredKey | undefined {
  const all = [sandboxKey, ...collectedItems<StoredKey>(request, "keys")];
  return all.find(
    ({ applicationKeyId, expirationTimestamp: endMs }) =>
      applicationKeyId === id && (endMs === null || request.nowMs < endMs),
  );
}

/** The key that a request comes with. Throws B2's refusal when it was deleted meanwhile. */
export function callerOf(request: PlainRequest): StoredKey {
  const key = keyOf(request, request.caller);
  if (key === undefined) throw refusal(401, "bad_auth_token", "Invalid authorization token");
  return key;
}

/** Refuses a key without a capability, or for other buckets. */
export function assertMay(request: PlainRequest, capability: string, bucketId?: string): void {
  const { capabilities, bucketIds } = callerOf(request);
  const isForBucket = bucketIds === null || (bucketId !== undefined && bucketIds.includes(bucketId));
  if (!capabilities.includes(capability) || !isForBucket) throw refusal(401, "unauthorized", "");
}

/** A call with a JSON body. What B2 does with a field that it does not know is not documented; here it is refused. */
export function b2Call(
  name: string,
  fields: readonly string[],
  handle: (request: PlainRequest) => unknown,
): PlainRoute {
  return {
    method: "POST",
    path: `/backblaze/b2api/v4/${name}`,
    handle(request) {
      const unknown = Object.keys(request.body).find((field) => !fields.includes(field));
      if (unknown !== undefined) throw refusal(400, "bad_request", `unknown field in ${name}: ${unknown}`);
      const isOther = fields.includes("accountId") && request.body["accountId"] !== accountId;
      if (isOther) throw refusal(400, "bad_request", "accountId is not valid");
      return { status: 200, body: handle(request) };
    },
  };
}

/** The number in a field between two bounds. Throws B2's refusal of another one; undefined when there is none. */
export function countIn(body: JsonObject, field: string, [least, most]: readonly [number, number]): number | undefined {
  const value = body[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return value;
  throw refusal(400, "bad_request", `${field} must be between ${least} and ${most}`);
}
