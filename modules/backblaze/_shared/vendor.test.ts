import { expect, it } from "vitest";
import type { VendorContext } from "../../../contract/vendor.js";
import { vendorAdapter } from "./vendor.js";

const { readAccount, readExisting, hints } = vendorAdapter;

const account = {
  accountId: "a1",
  authorizationToken: "token",
  apiInfo: { storageApi: { apiUrl: "https://api004.backblazeb2.com" } },
};

/** B2 with one response to all but the exchange of the key, and what it was sent. */
function backblaze(status: number, body: unknown, exchange: readonly [number, unknown] = [200, account]) {
  const sent: string[] = [];
  const fetch: VendorContext["fetch"] = async (url, { body: given }) => {
    sent.push(`${url} ${given === undefined ? "" : String(given)}`.trim());
    const [of, response] = url.endsWith("/b2_authorize_account") ? exchange : [status, body];
    return new Response(JSON.stringify(response), { status: of });
  };
  const credentials = { application_key_id: "001", application_key: "marker" };
  return { context: { credentials, env: {}, fetch }, sent };
}

it("gives the account of a key", async () => {
  expect(await readAccount(backblaze(200, {}).context)).toEqual({ id: "a1", name: "account a1" });
});

it("refuses an account for a key that B2 refuses, without naming the key", async () => {
  const refusal = { status: 401, code: "unauthorized", message: "marker is unknown" };
  const read = readAccount(backblaze(200, {}, [401, refusal]).context);
  const message = expect.not.stringContaining("marker");
  await expect(read).rejects.toMatchObject({ code: "E_CREDENTIALS_REFUSED", message });
});

it.each([
  ["bucket:Bucket", { buckets: [{ bucketId: "b1" }] }, { buckets: [] }, '{"accountId":"a1","bucketId":"b1"}'],
  [
    "applicationKey:ApplicationKey",
    { keys: [{ applicationKeyId: "b1" }] },
    { keys: [{ applicationKeyId: "b2" }] },
    '{"accountId":"a1","startApplicationKeyId":"b1","maxKeyCount":1}',
  ],
])("reads a %s of the state", async (name, there, absent, body) => {
  const entry = { type: `planton-backblaze:index/${name}`, id: "b1", inputs: {} };
  const found = backblaze(200, there);
  expect(await readExisting(entry, found.context)).toEqual({ tags: [] });
  expect(found.sent[1]).toMatch(/^https:\/\/api004\.backblazeb2\.com\/b2api\/v4\/b2_list_/);
  expect(found.sent[1]?.endsWith(body)).toBe(true);
  expect(await readExisting(entry, backblaze(200, absent).context)).toBe("absent");
  expect(await readExisting(entry, backblaze(401, { code: "unauthorized" }).context)).toBeUndefined();
});

it.each([
  ["400 duplicate_bucket_name: Bucket name is already in use.", "metadata.import_id"],
  ["400 cannot_delete_non_empty_bucket: Cannot delete non-empty bucket", "force_destroy"],
  ["400 too_many_buckets: Maximum bucket limit reached", "no more buckets"],
  ["403 cap_exceeded: Usage cap exceeded", "cap"],
  ["409 conflict: the bucket has revision 3", "run it again"],
  ["401 unauthorized", "capabilities"],
  ["401 bad_auth_token: Invalid authorization token", "B2_APPLICATION_KEY"],
])("says what to do about %s", (rest, cure) => {
  const message = `POST https://api004.backblazeb2.com/b2api/v4/b2_create_bucket: ${rest}`;
  expect(hints.find(({ pattern }) => pattern.test(message))?.hint).toContain(cure);
});
