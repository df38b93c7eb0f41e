import { existsSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readOnlyToken, secondAccount, secondToken } from "../../../sandbox/cloudflare/accounts.js";
import { askCloudflare } from "../../support/cloudflare-bed.js";
import { openLife } from "../../support/kind-life.js";
import { type Ended, openBed, type PlantonBed } from "../../support/planton-bed.js";

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openBed();
});
afterAll(() => bed.close());

const apiVersion = "cloudflare.planton.dev/v1";
const content = 'export default { fetch: () => new Response("hello") };';

/** Makes an object that planton did not make; gives the result. */
async function somebodys(path: string, body: object | FormData, method = "POST"): Promise<{ readonly id: string }> {
  const response = await askCloudflare(bed, path, { method, body });
  const text = await response.text();
  expect(response.ok, text).toBe(true);
  return (JSON.parse(text) as { readonly result: { readonly id: string } }).result;
}
const zone = (name: string) =>
  somebodys("/zones", { name, account: { id: bed.env["CLOUDFLARE_ACCOUNT_ID"] }, type: "full" });

/** Runs a manifest in a folder of its own, which has to be refused; gives how the run ended. */
async function refused(kind: string, name: string, spec: object, env: Record<string, string> = {}): Promise<Ended> {
  const folder = `${name}-${kind}`;
  bed.write(`${folder}/stack-input.yaml`, JSON.stringify({ target: { apiVersion, kind, metadata: { name }, spec } }));
  const ended = await bed.planton(["pulumi", "up", "--yes"], { cwd: join(bed.folder, folder), env });
  expect(ended.code, ended.all).not.toBe(0);
  return ended;
}

test.each([
  ["CloudflareKvNamespace", {}, "/storage/kv/namespaces", { title: "taken" }, "10014"],
  ["CloudflareQueue", {}, "/queues", { queue_name: "taken" }, "11009"],
  ["CloudflareD1Database", {}, "/d1/database", { name: "taken" }, "7502"],
  ["CloudflareR2Bucket", {}, "/r2/buckets", { name: "taken" }, "10004"],
  ["CloudflarePagesProject", {}, "/pages/projects", { name: "taken", production_branch: "main" }, "8000002"],
  [
    "CloudflareZeroTrustAccessApplication",
    { domain: "taken.shop.example" },
    "/access/apps",
    { name: "taken", type: "self_hosted", domain: "taken.shop.example" },
    "11010",
  ],
] as const)("a name that is taken is refused, and how it is taken over is named: %s", async (kind, spec, path, body, code) => {
  await somebodys(path, body);
  const { all } = await refused(kind, "taken", spec);
  expect(all).toContain(code);
  expect(all).toContain("metadata.import_id");
});

test("a zone, a record, and a name that others have are refused, and how they are taken over is named", async () => {
  const { id } = await zone("taken.example");
  expect((await refused("CloudflareDnsZone", "zone-taken", { zone_name: "taken.example" })).all).toMatch(
    /1061[\s\S]*metadata\.import_id/,
  );
  const record = { name: "www.taken.example", type: "A", content: "192.0.2.1" };
  await somebodys(`/zones/${id}/dns_records`, record);
  const same = await refused("CloudflareDnsRecord", "record-taken", { zone_id: id, ...record });
  expect(same.all).toMatch(/81058[\s\S]*metadata\.import_id/);
  const alias = { zone_id: id, name: "www.taken.example", type: "CNAME", content: "shop.example" };
  expect((await refused("CloudflareDnsRecord", "alias-taken", alias)).all).toContain("81053");
});

test.each([
  ["CloudflareDnsZone", { zone_name: "read.example" }, "Zone: Zone: Edit"],
  ["CloudflareKvNamespace", {}, "Workers KV Storage: Edit"],
  ["CloudflareQueue", {}, "Queues: Edit"],
  ["CloudflareD1Database", {}, "D1: Edit"],
  ["CloudflareR2Bucket", {}, "Workers R2 Storage: Edit"],
  ["CloudflarePagesProject", {}, "Cloudflare Pages: Edit"],
  ["CloudflareWorker", { content }, "Workers Scripts: Edit"],
  [
    "CloudflareZeroTrustAccessPolicy",
    { decision: "allow", include: [{ everyone: true }] },
    "Access: Apps and Policies",
  ],
  ["CloudflareZeroTrustAccessApplication", { domain: "read.shop.example" }, "Access: Apps and Policies: Edit"],
])("a token without the permission is refused, and the permission is named: %s", async (kind, spec, permission) => {
  const env = { CLOUDFLARE_API_TOKEN: readOnlyToken };
  expect((await refused(kind, `read-${kind.toLowerCase()}`, spec, env)).all).toContain(permission);
});

test("a token that may not write records or routes is refused with the zone's permissions", async () => {
  const { id: zone_id } = await zone("routes.example");
  const env = { CLOUDFLARE_API_TOKEN: readOnlyToken };
  const record = { zone_id, name: "routes.example", type: "A", content: "192.0.2.1" };
  expect((await refused("CloudflareDnsRecord", "read-record", record, env)).all).toContain("Zone: DNS: Edit");
});

test("an account and a zone of somebody else are refused", async () => {
  const foreign = await refused("CloudflareKvNamespace", "foreign", { account_id: secondAccount.id });
  expect(foreign.all).toContain(secondAccount.id);
  const { id } = await zone("mine.example");
  const spec = { zone_id: id, name: "mine.example", type: "A", content: "192.0.2.1" };
  const env = { CLOUDFLARE_API_TOKEN: secondToken, CLOUDFLARE_ACCOUNT_ID: secondAccount.id };
  expect((await refused("CloudflareDnsRecord", "foreign-zone", spec, env)).all).toContain(id);
});

test("a bucket with an object is kept, and deleted once it is empty", async () => {
  const bucket = openLife(bed, "invoices");
  await bucket.up({ apiVersion, kind: "CloudflareR2Bucket", spec: {} });
  const path = "/r2/buckets/invoices/objects/2026/1.pdf";
  await somebodys(path, { pages: 1 }, "PUT");
  const kept = await bed.planton(["pulumi", "destroy", "--yes", "--allow-data-loss"], {
    cwd: join(bed.folder, "invoices"),
  });
  expect([kept.code === 0, kept.all.includes("10008")], kept.all).toEqual([false, true]);
  await askCloudflare(bed, path, { method: "DELETE" });
  await bucket.destroy();
});

test("a domain of another project is refused", async () => {
  await somebodys("/pages/projects", { name: "theirs", production_branch: "main" });
  await somebodys("/pages/projects/theirs/domains", { name: "www.theirs.example" });
  const spec = { domains: [{ domain: "www.theirs.example" }] };
  expect((await refused("CloudflarePagesProject", "ours", spec)).all).toMatch(/80000\d\d/);
});

test.each([
  ["a Worker of more than 10 MiB", "CloudflareWorker", { script_file: "large.js" }, "10485760"],
  ["a file that is not there", "CloudflareWorker", { script_file: "none.js" }, "E_FILESYSTEM"],
  ["a link out of the workspace", "CloudflarePagesProject", { upload: "linked" }, "/etc/hostname"],
])("is refused: %s", async (_what, kind, spec, code) => {
  const folder = `refused-${kind}`;
  // Random letters, which a compression makes no smaller than three quarters.
  bed.write(`${folder}/large.js`, `export default {}; // ${noise(15 * 1024 * 1024)}`);
  const linked = bed.write(`${folder}/linked/index.html`, "<h1>linked</h1>");
  const link = join(dirname(linked), "hostname");
  if (!existsSync(link)) symlinkSync("/etc/hostname", link);
  expect((await refused(kind, "refused", spec)).all).toContain(code);
});

function noise(length: number): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(65_536)))
    .toString("base64")
    .repeat(length / 65_536);
}

test("bindings that somebody changed in the dashboard are seen by a refresh, and undone", async () => {
  const worker = openLife(bed, "worker");
  const manifest = { apiVersion, kind: "CloudflareWorker", spec: { content, vars: { MODE: "live" } } };
  await worker.up(manifest);
  const form = new FormData();
  form.append("settings", JSON.stringify({ bindings: [{ type: "plain_text", name: "MODE", text: "test" }] }));
  await somebodys("/workers/scripts/worker/settings", form, "PATCH");
  const drift = await bed.planton(["pulumi", "refresh", "--yes"], { cwd: join(bed.folder, "worker") });
  expect(drift.code, drift.all).toBe(0);
  expect(await worker.up(manifest)).toMatch(/1 updated/);
  await worker.expectUnchanged();
  await worker.destroy();
});
