import { afterAll, beforeAll, expect, test } from "vitest";
import { openLife } from "../../support/kind-life.js";
import { openBed, type PlantonBed } from "../../support/planton-bed.js";

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openBed();
});
afterAll(() => bed.close());

/** What B2's API gives to a key. */
async function authorize(id: string, key: string) {
  const headers = { authorization: `Basic ${Buffer.from(`${id}:${key}`).toString("base64")}` };
  const response = await fetch(`${bed.env["B2_API_URL"]}/b2api/v4/b2_authorize_account`, { headers });
  return { status: response.status, body: (await response.json()) as Readonly<Record<string, unknown>> };
}

/** Sends a call with a key. */
async function call(name: string, body: object, [id, key]: readonly [string, string]) {
  const { body: account } = await authorize(id, key);
  const headers = { authorization: String(account["authorizationToken"]), "content-type": "application/json" };
  const url = `${bed.env["B2_API_URL"]}/b2api/v4/${name}`;
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  return (await response.json()) as Readonly<Record<string, unknown>>;
}

const master = (): readonly [string, string] => [
  bed.env["B2_APPLICATION_KEY_ID"] ?? "",
  bed.env["B2_APPLICATION_KEY"] ?? "",
];
const inAccount = { accountId: "0123456789ab" };
const list = async (of: "buckets" | "keys") => (await call(`b2_list_${of}`, inAccount, master()))[of];

const form = { apiVersion: "backblaze-b2.planton.dev/v1", kind: "BackblazeB2Bucket" };
const spec = { application_keys: [{ name: "web" }, { name: "backup", capabilities: ["listFiles", "readFiles"] }] };

test("a bucket is made with keys, changed in place, its keys are replaced, and nothing is left", async () => {
  const life = openLife(bed, "shop-files");
  const printed = await life.up({ ...form, spec });
  await life.expectUnchanged();
  const made = await life.outputs();
  expect(made).toMatchObject({ bucket_name: "shop-files", account_id: "0123456789ab", region: "sandbox-000" });
  const ids = made["application_key_ids"] as Record<string, string>;
  const keys = made["application_keys"] as Record<string, string>;
  expect([Object.keys(ids).sort(), Object.keys(keys).sort()]).toEqual(Array(2).fill(["backup", "web"]));
  expect(printed).not.toContain(keys["web"]);
  const { status, body } = await authorize(ids["web"] ?? "", keys["web"] ?? "");
  expect([status, body]).toMatchObject([
    200,
    { apiInfo: { storageApi: { allowed: { buckets: [{ id: made["bucket_id"], name: "shop-files" }] } } } },
  ]);

  const changed = {
    ...{ access: "public", server_side_encryption: true, lifecycle_rules: [{ days_from_hiding_to_deleting: 30 }] },
    application_keys: [{ name: "web" }, { name: "backup", capabilities: ["listFiles"] }],
    force_destroy: true,
  };
  const replaced = await life.up({ ...form, spec: changed }, ["--allow-data-loss"]);
  expect(replaced).toMatch(/created replacement[\s\S]*deleting original/);
  await life.expectUnchanged();
  const after = await life.outputs();
  const newIds = after["application_key_ids"] as Record<string, string>;
  expect([after["bucket_id"], newIds["web"]]).toEqual([made["bucket_id"], ids["web"]]);
  expect(newIds["backup"]).not.toBe(ids["backup"]);
  expect((await authorize(ids["backup"] ?? "", keys["backup"] ?? "")).status).toBe(401);
  expect(await list("buckets")).toMatchObject([{ bucketType: "allPublic", revision: 3 }]);

  const web = [ids["web"] ?? "", keys["web"] ?? ""] as const;
  const file = { bucketId: made["bucket_id"], fileName: "large", contentType: "text/plain" };
  expect(await call("b2_start_large_file", file, web)).toMatchObject({ action: "start" });
  await life.destroy();
  expect([await list("buckets"), await list("keys")]).toEqual([[], []]);
});

test("a bucket with files stays unless force_destroy was applied", async () => {
  const life = openLife(bed, "kept-files");
  await life.up({ ...form, spec: {} });
  const { bucket_id: bucketId } = await life.outputs();
  await call("b2_start_large_file", { bucketId, fileName: "large", contentType: "text/plain" }, master());
  const refused = await bed.planton(["pulumi", "destroy", "--yes", "--allow-data-loss"], {
    cwd: `${bed.folder}/kept-files`,
  });
  expect(refused.code).not.toBe(0);
  expect(refused.all).toContain("force_destroy: true");
  await life.up({ ...form, spec: { force_destroy: true } });
  await life.destroy();
  expect(await list("buckets")).toEqual([]);
});

test("a name that somebody has in another account is refused with what to do", async () => {
  bed.write(
    "taken/stack-input.yaml",
    JSON.stringify({ target: { ...form, metadata: { name: "taken-by-others" }, spec: {} } }),
  );
  const refused = await bed.planton(["pulumi", "up", "--yes"], { cwd: `${bed.folder}/taken` });
  expect(refused.code).not.toBe(0);
  expect(refused.all).toContain("unique among all accounts");
});
