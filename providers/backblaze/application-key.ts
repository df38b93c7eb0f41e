import { callOf, codeOf } from "../../clients/backblaze.js";
import {
  asNonEmptyString,
  asNumber,
  asObjects,
  asString,
  asStrings,
  type JsonObject,
  listOf,
} from "../../http/json.js";
import type { ManagedCall } from "../kit/managed/managed-declaration.js";
import { defineManagedResource, parseId } from "../kit/managed/managed-resource.js";
import { requestOf } from "../kit/resource/work-limits.js";
import { ownerInput } from "../kit/schema/owner-input.js";
import type { PropertyDeclarations, ValuesOf } from "../kit/schema/property-declaration.js";
import { atMostCharacters, between, each, matching, notEmpty, oneOf } from "../kit/schema/property-rules.js";
import { integer, set, string } from "../kit/schema/property-types.js";
import type { BackblazeApi } from "./backblaze-api.js";
import { capabilities, isForAccount } from "./capabilities.js";

interface ApplicationKeyKey {
  readonly id: string;
}

const pageSize = 1000;

/** All keys of the account; version 4 of the API shows those for several buckets, too. */
async function listKeys({ api, limits }: ManagedCall<BackblazeApi>): Promise<readonly JsonObject[]> {
  const found: JsonObject[] = [];
  for (let start: string | undefined; ; ) {
    const from = start === undefined ? {} : { startApplicationKeyId: start };
    const request = callOf("b2_list_keys", { maxKeyCount: pageSize, ...from });
    const body = api.bodyOf(await api.send({ ...request, ...requestOf(limits) }));
    found.push(...asObjects(body["keys"]));
    const next = asNonEmptyString(body["nextApplicationKeyId"]);
    if (next === undefined || next === start) return found;
    start = next;
  }
}

const keyInputs = {
  name: {
    type: string,
    required: true,
    replace: true,
    description: "Name: 1 to 100 letters, digits and dashes; several keys may have it. Another one replaces the key.",
    check: matching(/^[A-Za-z0-9-]{1,100}$/, "1 to 100 letters, digits and dashes"),
  },
  capabilities: {
    type: set(string, String),
    required: true,
    replace: true,
    description: "What the key may do, in B2's words. Others replace the key.",
    check: (value) => notEmpty(value) ?? each(oneOf(capabilities))(value),
  },
  bucketId: {
    type: string,
    replace: true,
    description: "Id of the one bucket that it is for. Another one replaces the key. Default: all of the account.",
    check: notEmpty,
  },
  namePrefix: {
    type: string,
    replace: true,
    description:
      "Beginning of the names of the files that it is for. Another one replaces the key. Default: all files.",
    check: (value) => notEmpty(value) ?? atMostCharacters(1000)(value),
  },
  validDurationSeconds: {
    type: integer,
    replace: true,
    description:
      "Seconds from its creation until it expires: less than 1000 days. Another value replaces the key. Default: never.",
    check: between(1, 86_399_999),
  },
  owner: ownerInput,
} as const satisfies PropertyDeclarations;

type KeyInputs = ValuesOf<typeof keyInputs>;

const sorted = (values: readonly string[]): string => JSON.stringify([...values].sort());

/** Whether a key of the list is what the inputs say: names are not unique. */
function isMeant(key: JsonObject, { capabilities: wanted, bucketId, namePrefix }: KeyInputs): boolean {
  return (
    sorted(asStrings(listOf(key["capabilities"]))) === sorted(wanted) &&
    sorted(asStrings(listOf(key["bucketIds"]))) === sorted(bucketId === undefined ? [] : [bucketId]) &&
    asNonEmptyString(key["namePrefix"]) === namePrefix
  );
}

/** `planton-backblaze.ApplicationKey` (backblaze.com/apidocs, b2sdk 2.13.2; read 2026-11). */
export const applicationKeyResource = defineManagedResource<BackblazeApi, ApplicationKeyKey>()({
  type: "planton-backblaze:index/applicationKey:ApplicationKey",
  description: "An application key at Backblaze B2. Its secret is shown once, to the stack that makes it.",
  noun: "application key",
  inputs: keyInputs,
  outputs: {
    applicationKeyId: { type: string, required: true, description: "Id of the key: the access key id of S3." },
    applicationKey: { type: string, secret: true, description: "The key. An imported one has none." },
    expiresAt: { type: string, description: "When it expires, RFC 3339. Default: never." },
  },
  local: ["validDurationSeconds", "owner"],
  check({ capabilities: wanted, bucketId }) {
    const many = Array.isArray(wanted) ? wanted.filter((one) => typeof one === "string" && isForAccount(one)) : [];
    if (bucketId === undefined || many.length === 0) return [];
    const reason = `${many.join(", ")} are for keys of the whole account: leave out bucketId, or them`;
    return [{ property: "capabilities", reason }];
  },
  recordScope: ({ bucketId = "" }) => bucketId,
  id: {
    text: ({ id }) => id,
    parse: (id) =>
      parseId<"id">(id, {
        pattern: /^(?<id>[0-9a-f]{12,64})$/,
        noun: "application key",
        example: "00512345678abcd0000000001",
      }),
  },
  find: {
    by: "list",
    list: async (inputs, call) => (await listKeys(call)).filter((key) => isMeant(key, inputs)),
    keyIn(key) {
      const id = asNonEmptyString(key["applicationKeyId"]);
      return id === undefined ? undefined : { id };
    },
    nameOf: ({ name }) => name,
    nameIn: ({ keyName }) => asString(keyName),
  },
  // There is no call for a single one: the list begins at it.
  read: ({ id }) => callOf("b2_list_keys", { startApplicationKeyId: id, maxKeyCount: 1 }),
  objectIn(body, key) {
    if (!("keys" in body)) return asNonEmptyString(body["applicationKeyId"]) === undefined ? "invalid" : body;
    return asObjects(body["keys"]).find(({ applicationKeyId }) => applicationKeyId === key?.id);
  },
  toState(object, { key, known }) {
    const expiresMs = asNumber(object["expirationTimestamp"]);
    return {
      name: asString(object["keyName"]) ?? known.name,
      capabilities: asStrings(listOf(object["capabilities"])),
      bucketId: asStrings(listOf(object["bucketIds"]))[0],
      namePrefix: asNonEmptyString(object["namePrefix"]),
      applicationKeyId: key.id,
      applicationKey: known.applicationKey,
      expiresAt: expiresMs === undefined ? undefined : new Date(expiresMs).toISOString(),
    };
  },
  create: ({ name, capabilities: wanted, bucketId, namePrefix, validDurationSeconds }) =>
    callOf("b2_create_key", {
      keyName: name,
      capabilities: wanted,
      ...(bucketId === undefined ? {} : { bucketIds: [bucketId] }),
      ...(namePrefix === undefined ? {} : { namePrefix }),
      ...(validDurationSeconds === undefined ? {} : { validDurationInSeconds: validDurationSeconds }),
    }),
  afterCreate: ({ applicationKey }) => ({ applicationKey: asString(applicationKey) }),
  uselessWithoutResponse: true,
  // Names are not unique.
  foreign: () => "ignore",
  presence: (response) => (codeOf(response) === "bad_application_key_id" ? "gone" : "present"),
  remove: ({ id }) => callOf("b2_delete_key", { applicationKeyId: id }),
  removal: "confirmed",
});
