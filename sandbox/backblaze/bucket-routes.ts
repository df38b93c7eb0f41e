import { numberField, stringField } from "../kit/base/json-fields.js";
import { collectedItems, type PlainRequest, type PlainRoute } from "../kit/vendor/plain-collection.js";
import { accountId, assertMay, b2Call, callerOf, refusal } from "./b2-call.js";
import { applyFields, type Bucket, bucketView } from "./bucket-fields.js";

const bucketsOf = (request: PlainRequest): Bucket[] => collectedItems<Bucket>(request, "buckets");

/** The bucket that a body names by its id. Throws B2's refusal of one that does not exist. */
export function bucketIn(request: PlainRequest): Bucket {
  const id = stringField(request.body, "bucketId");
  const found = bucketsOf(request).find(({ bucketId }) => bucketId === id);
  if (found === undefined) throw refusal(400, "bad_bucket_id", `Bucket ${id} does not exist`);
  return found;
}

const view = (request: PlainRequest, bucket: Bucket) => bucketView(bucket, accountId, callerOf(request).capabilities);

const settings = [
  ...["bucketType", "bucketInfo", "corsRules", "lifecycleRules", "defaultServerSideEncryption", "fileLockEnabled"],
  "replicationConfiguration",
];

// Names that others have, as names are unique among all accounts.
const namesOfOthers: ReadonlySet<string> = new Set(["taken-by-others"]);

/** Buckets: create, list, change, delete (backblaze.com/apidocs, b2sdk 2.13.2; read 2026-11). */
export const bucketRoutes: readonly PlainRoute[] = [
  b2Call("b2_create_bucket", ["accountId", "bucketName", ...settings], (request) => {
    assertMay(request, "writeBuckets");
    const [buckets, bucketName] = [bucketsOf(request), stringField(request.body, "bucketName")];
    if (!/^(?!b2-)[A-Za-z0-9-]{6,63}$/.test(bucketName)) throw refusal(400, "bad_request", "Invalid bucket name");
    const name = bucketName.toLowerCase();
    if (namesOfOthers.has(name) || buckets.some((bucket) => bucket.bucketName.toLowerCase() === name))
      throw refusal(400, "duplicate_bucket_name", "Bucket name is already in use.");
    if (buckets.length >= 100) throw refusal(400, "too_many_buckets", "Maximum bucket limit reached");
    const bucket: Bucket = {
      ...{ bucketId: request.uuid().replaceAll("-", "").slice(0, 24), bucketName, bucketType: "", bucketInfo: {} },
      ...{ corsRules: [], lifecycleRules: [], encryption: null, isFileLockEnabled: false, defaultRetention: null },
      revision: 2,
    };
    applyFields(bucket, { bucketType: "", ...request.body });
    buckets.push(bucket);
    return view(request, bucket);
  }),
  b2Call("b2_list_buckets", ["accountId", "bucketId", "bucketName", "bucketTypes"], (request) => {
    const [id, name] = [stringField(request.body, "bucketId"), stringField(request.body, "bucketName")];
    const found = bucketsOf(request).filter(
      (bucket) => (id === "" || bucket.bucketId === id) && (name === "" || bucket.bucketName === name),
    );
    const isNamed = id !== "" || name !== "";
    assertMay(request, "listBuckets", id !== "" ? id : isNamed ? found[0]?.bucketId : undefined);
    return { buckets: found.map((bucket) => view(request, bucket)) };
  }),
  b2Call("b2_update_bucket", ["accountId", "bucketId", "ifRevisionIs", "defaultRetention", ...settings], (request) => {
    const bucket = bucketIn(request);
    assertMay(request, "writeBuckets", bucket.bucketId);
    const revision = numberField(request.body, "ifRevisionIs");
    if (revision !== undefined && revision !== bucket.revision)
      throw refusal(409, "conflict", `the bucket has revision ${bucket.revision}`);
    applyFields(bucket, request.body);
    bucket.revision += 1;
    return view(request, bucket);
  }),
  b2Call("b2_delete_bucket", ["accountId", "bucketId"], (request) => {
    const [bucket, buckets] = [bucketIn(request), bucketsOf(request)];
    assertMay(request, "deleteBuckets", bucket.bucketId);
    const files = collectedItems<{ readonly bucketId: string }>(request, "files");
    if (files.some(({ bucketId }) => bucketId === bucket.bucketId))
      throw refusal(400, "cannot_delete_non_empty_bucket", "Cannot delete non-empty bucket");
    buckets.splice(buckets.indexOf(bucket), 1);
    return view(request, bucket);
  }),
];
