import { callOf } from "../../clients/backblaze.js";
import { asNonEmptyString, asObject, asObjects, asString, type JsonObject } from "../../http/json.js";
import type { RestApi } from "../kit/managed/managed-declaration.js";
import { defineManagedResource, parseId } from "../kit/managed/managed-resource.js";
import { requestOf } from "../kit/resource/work-limits.js";
import { ownerInput } from "../kit/schema/owner-input.js";
import { matching, neverManaged } from "../kit/schema/property-rules.js";
import { boolean, string } from "../kit/schema/property-types.js";
import type { BackblazeApi } from "./backblaze-api.js";
import { type BucketSettings, bucketSettings, ownerInfo, settingBodies, settingsIn } from "./bucket-settings.js";
import { emptyBucket } from "./empty-bucket.js";

interface BucketKey {
  readonly id: string;
}

/** Adds the addresses of the account to what is read, as the responses about buckets lack them. */
function withAddresses(api: BackblazeApi): RestApi {
  return {
    ...api,
    bodyOf: (response, secrets) => ({ ...api.bodyOf(response, secrets), addresses: { ...api.account() } }),
  };
}

const ownerIn = (bucket: JsonObject): string | undefined =>
  asNonEmptyString(asObject(bucket["bucketInfo"])?.[ownerInfo]);

const infoWith = (owner: string | undefined, info: BucketSettings["info"]) => ({
  ...info,
  ...(owner === undefined ? {} : { [ownerInfo]: owner }),
});

/** `planton-backblaze.Bucket` (backblaze.com/apidocs, b2sdk 2.13.2; read 2026-11). */
export const bucketResource = defineManagedResource<BackblazeApi, BucketKey>()({
  type: "planton-backblaze:index/bucket:Bucket",
  description: "A bucket at Backblaze B2.",
  noun: "bucket",
  inputs: {
    name: {
      type: string,
      required: true,
      replace: true,
      description: "Name, unique among all accounts. Another one replaces the bucket with an empty one.",
      check: matching(/^(?!b2-)[A-Za-z0-9-]{6,63}$/, "6 to 63 letters, digits and dashes, not beginning with b2-"),
    },
    ...bucketSettings,
    forceDestroy: {
      type: boolean,
      managed: neverManaged,
      description: "True deletes all versions of all files with the bucket. Default: false.",
    },
    owner: ownerInput,
  },
  outputs: {
    bucketId: { type: string, required: true, description: "Id of the bucket." },
    accountId: { type: string, description: "Id of the account." },
    s3Endpoint: { type: string, description: "Endpoint for clients of S3." },
    downloadUrl: { type: string, description: "Address of downloads of the account." },
  },
  stableOutputs: ["bucketId", "accountId"],
  local: ["forceDestroy", "owner"],
  refuseChange({ state, inputs }, replaces) {
    if (replaces || state["fileLock"] !== true || inputs["fileLock"] !== false) return [];
    return [{ property: "fileLock", reason: "it cannot be turned off again: leave it true, or make another bucket" }];
  },
  check: ({ fileLock, defaultRetention }) =>
    defaultRetention !== undefined && fileLock === false
      ? [{ property: "defaultRetention", reason: "it needs fileLock: true" }]
      : [],
  rest: withAddresses,
  id: {
    text: ({ id }) => id,
    parse: (id) =>
      parseId<"id">(id, { pattern: /^(?<id>[0-9a-f]{24})$/, noun: "bucket", example: "4a48fe8875c6214145260818" }),
  },
  find: {
    by: "list",
    async list({ name }, { api, limits }) {
      const response = await api.send({ ...callOf("b2_list_buckets", { bucketName: name }), ...requestOf(limits) });
      return asObjects(api.bodyOf(response)["buckets"]);
    },
    keyIn(bucket) {
      const id = asNonEmptyString(bucket["bucketId"]);
      return id === undefined ? undefined : { id };
    },
    nameOf: ({ name }) => name,
    nameIn: ({ bucketName }) => asString(bucketName),
    mark: { of: ({ owner }) => owner, in: ownerIn },
  },
  read: ({ id }) => callOf("b2_list_buckets", { bucketId: id }),
  objectIn(body, key) {
    if (!("buckets" in body)) return asNonEmptyString(body["bucketId"]) === undefined ? "invalid" : body;
    const bucket = asObjects(body["buckets"]).find(({ bucketId }) => key === undefined || bucketId === key.id);
    return bucket && { ...bucket, addresses: body["addresses"] };
  },
  toState(bucket, { key, known }) {
    const { s3ApiUrl, downloadUrl } = asObject(bucket["addresses"]) ?? {};
    return {
      ...settingsIn(bucket, known),
      name: asString(bucket["bucketName"]) ?? known.name,
      bucketId: key.id,
      accountId: asString(bucket["accountId"]) ?? known.accountId,
      s3Endpoint: asString(s3ApiUrl) ?? known.s3Endpoint,
      downloadUrl: asString(downloadUrl) ?? known.downloadUrl,
    };
  },
  create({ name, owner, info, ...settings }) {
    // A creation takes no retention; it is a change of the new bucket.
    const { defaultRetention: _retention, ...bodies } = settingBodies({ ...settings, info: infoWith(owner, info) });
    return callOf("b2_create_bucket", { bucketName: name, ...Object.assign({}, ...Object.values(bodies)) });
  },
  changes({ key, inputs, actual, object }) {
    const has = settingBodies(actual);
    const wanted = settingBodies(inputs);
    const names = Object.keys(bucketSettings).filter((name): name is keyof BucketSettings => name in bucketSettings);
    const sets = names.filter((name) => JSON.stringify(has[name]) !== JSON.stringify(wanted[name]));
    if (sets.length === 0) return [];
    const bodies = sets.map((name) =>
      // The mark of who made the bucket stays, whoever that was.
      name === "info" ? { bucketInfo: infoWith(ownerIn(object), inputs.info) } : wanted[name],
    );
    const body = { bucketId: key.id, ifRevisionIs: object["revision"], ...Object.assign({}, ...bodies) };
    return [{ ...callOf("b2_update_bucket", body), sets }];
  },
  remove: ({ id }) => callOf("b2_delete_bucket", { bucketId: id }),
  // A bucket that is gone is a 400, as other refusals are.
  removal: "confirmed",
  foreignHint: "take another name, or import the bucket by its id",
  async beforeDelete({ api, limits, key, state, inputs }) {
    if ((inputs.forceDestroy ?? state.forceDestroy) === true) await emptyBucket({ api, limits }, key.id);
    return "delete";
  },
});
