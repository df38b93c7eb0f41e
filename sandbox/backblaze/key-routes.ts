import { stringField, stringList } from "../kit/base/json-fields.js";
import { collectedItems, type PlainRequest, type PlainRoute } from "../kit/vendor/plain-collection.js";
import {
  accountId,
  allCapabilities,
  assertMay,
  b2Call,
  countIn,
  keyOf,
  refusal,
  type StoredKey,
  sandboxKey,
} from "./b2-call.js";

const keysOf = (request: PlainRequest): StoredKey[] => collectedItems<StoredKey>(request, "keys");

/** A key without its secret. */
function view({ applicationKey: _secret, ...key }: StoredKey) {
  return { ...key, accountId, options: ["s3"] };
}

// Power over the account, which no key of one bucket has.
const ofAccount = ["listKeys", "writeKeys", "deleteKeys", "writeBuckets", "deleteBuckets"];

function bucketIdsIn(request: PlainRequest, capabilities: readonly string[]): readonly string[] | null {
  if (request.body["bucketIds"] === undefined || request.body["bucketIds"] === null) return null;
  const ids = stringList(request.body, "bucketIds");
  const buckets = collectedItems<{ readonly bucketId: string }>(request, "buckets");
  const missing = ids.find((id) => !buckets.some(({ bucketId }) => bucketId === id));
  if (ids.length === 0 || missing !== undefined)
    throw refusal(400, "bad_bucket_id", `Bucket ${missing ?? ""} does not exist`);
  const wrong = capabilities.find((capability) => ofAccount.includes(capability));
  if (wrong !== undefined) throw refusal(400, "bad_request", `${wrong} is not allowed with bucketIds`);
  return ids;
}

/** The account and its addresses for a key (backblaze.com/apidocs/b2-authorize-account, read 2026-11). */
function authorize(request: PlainRequest) {
  const [id, ...secret] = Buffer.from(request.authorization.replace(/^Basic /, ""), "base64")
    .toString()
    .split(":");
  const key = keyOf(request, id);
  if (key === undefined || key.applicationKey !== secret.join(":"))
    throw refusal(401, "unauthorized", "The application key is not valid");
  const { capabilities, namePrefix, bucketIds } = key;
  const stored = collectedItems<{ readonly bucketId: string; readonly bucketName: string }>(request, "buckets");
  const buckets =
    bucketIds?.map((of) => ({ id: of, name: stored.find(({ bucketId }) => bucketId === of)?.bucketName ?? null })) ??
    null;
  return {
    ...{ accountId, authorizationToken: `4_sandbox_${request.nowMs}_${key.applicationKeyId}` },
    applicationKeyExpirationTimestamp: key.expirationTimestamp,
    apiInfo: {
      storageApi: {
        ...{ infoType: "storageApi", apiUrl: `${request.baseUrl}/backblaze`, capabilities, namePrefix },
        ...{ downloadUrl: "https://f000.backblazeb2.invalid", s3ApiUrl: "https://s3.sandbox-000.backblazeb2.invalid" },
        ...{ recommendedPartSize: 100_000_000, absoluteMinimumPartSize: 5_000_000 },
        allowed: { buckets, capabilities, namePrefix },
      },
    },
  };
}

/** Application keys: authorize, create, list, delete (backblaze.com/apidocs, b2sdk 2.13.2; read 2026-11). */
export const keyRoutes: readonly PlainRoute[] = [
  // Backblaze's own Python SDK sends a POST (b2sdk 2.13.2, seen 2026-12).
  ...(["GET", "POST"] as const).map((method) => ({
    method,
    path: "/backblaze/b2api/v4/b2_authorize_account",
    handle: (request: PlainRequest) => ({ status: 200, body: authorize(request) }),
  })),
  b2Call(
    "b2_create_key",
    ["accountId", "capabilities", "keyName", "validDurationInSeconds", "bucketIds", "namePrefix"],
    (request) => {
      assertMay(request, "writeKeys");
      const { body, nowMs } = request;
      const [keyName, capabilities] = [stringField(body, "keyName"), stringList(body, "capabilities")];
      if (!/^[A-Za-z0-9-]{1,100}$/.test(keyName)) throw refusal(400, "bad_request", `illegal key name: ${keyName}`);
      const wrong = capabilities.find((capability) => !allCapabilities.includes(capability));
      if (capabilities.length === 0 || wrong !== undefined)
        throw refusal(400, "bad_request", `Invalid capability: ${wrong ?? ""}`);
      const seconds = countIn(body, "validDurationInSeconds", [1, 86_400_000]);
      const count = keysOf(request).length;
      const key: StoredKey = {
        // Ids grow, as B2's do, and lists are in their order.
        applicationKeyId: `001${accountId}${(nowMs * 1000 + count).toString(16).padStart(16, "0")}`,
        applicationKey: `K001${request.randomText(27).replaceAll(/[-_]/g, "+")}`,
        ...{ keyName, capabilities, bucketIds: bucketIdsIn(request, capabilities) },
        namePrefix: stringField(body, "namePrefix") || null,
        expirationTimestamp: seconds === undefined ? null : nowMs + seconds * 1000,
      };
      keysOf(request).push(key);
      return { ...view(key), applicationKey: key.applicationKey };
    },
  ),
  b2Call("b2_list_keys", ["accountId", "maxKeyCount", "startApplicationKeyId"], (request) => {
    assertMay(request, "listKeys");
    const most = countIn(request.body, "maxKeyCount", [1, 10_000]) ?? 100;
    const start = stringField(request.body, "startApplicationKeyId");
    const all = keysOf(request).filter(({ applicationKeyId: id }) => id >= start && keyOf(request, id) !== undefined);
    const sorted = all.sort((left, right) => (left.applicationKeyId < right.applicationKeyId ? -1 : 1));
    return {
      keys: sorted.slice(0, most).map(view),
      nextApplicationKeyId: sorted[most]?.applicationKeyId ?? null,
    };
  }),
  b2Call("b2_delete_key", ["applicationKeyId"], (request) => {
    assertMay(request, "deleteKeys");
    const id = stringField(request.body, "applicationKeyId");
    const keys = keysOf(request);
    const at = keys.findIndex(({ applicationKeyId }) => applicationKeyId === id);
    const [deleted] = at < 0 || id === sandboxKey.applicationKeyId ? [] : keys.splice(at, 1);
    if (deleted === undefined) throw refusal(400, "bad_application_key_id", `Application key ${id} does not exist`);
    return view(deleted);
  }),
];
