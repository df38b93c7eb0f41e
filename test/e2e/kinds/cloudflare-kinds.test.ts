import { afterAll, beforeAll, expect, test } from "vitest";
import { shownAtCloudflare } from "../../support/cloudflare-bed.js";
import { openLife } from "../../support/kind-life.js";
import { openBed, type PlantonBed } from "../../support/planton-bed.js";

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openBed();
});
afterAll(() => bed.close());

const apiVersion = "cloudflare.planton.dev/v1";
const web = { name: "@", type: "A", content: "192.0.2.1" };
const mail = { name: "@", type: "MX", content: "mail.example.com", priority: 10 };
const rule = { methods: ["GET"], origins: ["https://shop.example"] };

/** The life of a kind: what is made, what it becomes in place, and by which id another stack takes it over. */
interface Life {
  readonly kind: string;
  readonly first: object;
  readonly second: object;
  /** Of another stack that takes it over; default: the second. */
  readonly taken?: object;
  /** List at Cloudflare, empty at first. */
  readonly list: string;
  readonly importId: (outputs: Readonly<Record<string, unknown>>) => string;
}

const lives: readonly Life[] = [
  {
    kind: "CloudflareDnsZone",
    first: { zone_name: "shop.example", records: [web, mail] },
    second: { zone_name: "shop.example", records: [{ ...web, content: "192.0.2.9", ttl: 300 }], paused: true },
    // Its records stay those of the first stack.
    taken: { zone_name: "shop.example", paused: true },
    list: "/zones",
    importId: ({ zone_id }) => String(zone_id),
  },
  {
    kind: "CloudflareKvNamespace",
    first: { namespace_name: "sessions" },
    second: { namespace_name: "sessions-2" },
    list: "/storage/kv/namespaces",
    importId: ({ account_id, namespace_id }) => `${account_id}/${namespace_id}`,
  },
  {
    kind: "CloudflareQueue",
    first: { queue_name: "orders", delivery_delay_seconds: 60 },
    second: { queue_name: "orders", delivery_paused: true, message_retention_seconds: 3600 },
    list: "/queues",
    importId: ({ account_id, queue_id }) => `${account_id}/${queue_id}`,
  },
  {
    kind: "CloudflareD1Database",
    first: { database_name: "orders", region: "weur" },
    second: { database_name: "orders", region: "weur", read_replication: { mode: "auto" } },
    taken: { database_name: "orders", read_replication: { mode: "auto" } },
    list: "/d1/database",
    importId: ({ account_id, database_id }) => `${account_id}/${database_id}`,
  },
  {
    kind: "CloudflareR2Bucket",
    first: { bucket_name: "invoices", cors: { rules: [rule] } },
    second: { bucket_name: "invoices", cors: { rules: [{ ...rule, methods: ["PUT"] }] }, public_access: true },
    list: "/r2/buckets",
    importId: ({ account_id }) => `${account_id}/invoices/default`,
  },
];

test.each(lives)("$kind is made, changed in place, taken over by another stack, and leaves nothing", async (life) => {
  const name = life.kind.toLowerCase();
  const own = openLife(bed, name);
  await own.up({ apiVersion, kind: life.kind, spec: life.first });
  await own.expectUnchanged();
  const changed = await own.up({ apiVersion, kind: life.kind, spec: life.second });
  expect(changed).not.toContain("replaced");
  await own.expectUnchanged();
  const metadata = { import_id: life.importId(await own.outputs()), retain_on_delete: true };
  const other = openLife(bed, `${name}-other`);
  await other.up({ apiVersion, kind: life.kind, metadata, spec: life.taken ?? life.second });
  await other.expectUnchanged();
  await other.destroy();
  await own.destroy();
  const shown = await shownAtCloudflare<readonly unknown[] | { readonly buckets: readonly unknown[] }>(bed, life.list);
  expect("buckets" in shown ? shown.buckets : shown).toEqual([]);
});

test("the region of a database that is taken over is refused, as it is not known", async () => {
  const own = openLife(bed, "regional");
  const form = { apiVersion, kind: "CloudflareD1Database" };
  await own.up({ ...form, spec: {} });
  const { account_id, database_id } = await own.outputs();
  const metadata = { name: "taken", import_id: `${account_id}/${database_id}` };
  const target = { ...form, metadata, spec: { database_name: "regional", region: "weur" } };
  bed.write("taken/stack-input.yaml", JSON.stringify({ target }));
  const refused = await bed.planton(["pulumi", "up", "--yes"], { cwd: `${bed.folder}/taken` });
  expect([refused.code === 0, refused.all.includes("spec.region")], refused.all).toEqual([false, true]);
  await own.destroy();
});

test("a record follows its manifest, and another stack takes it over", async () => {
  const zone = openLife(bed, "zone");
  await zone.up({ apiVersion, kind: "CloudflareDnsZone", spec: { zone_name: "records.example" } });
  const { zone_id } = await zone.outputs();
  const form = { apiVersion, kind: "CloudflareDnsRecord" };
  const own = openLife(bed, "record");
  const spec = { zone_id, name: "www.records.example", type: "A", content: "192.0.2.1" };
  await own.up({ ...form, spec });
  await own.expectUnchanged();
  await own.up({ ...form, spec: { ...spec, content: "192.0.2.7", proxied: true } });
  await own.expectUnchanged();
  const { record_id } = await own.outputs();
  expect(await shownAtCloudflare(bed, `/zones/${zone_id}/dns_records`)).toMatchObject([
    { id: record_id, content: "192.0.2.7", proxied: true },
  ]);
  const other = openLife(bed, "record-other");
  const metadata = { import_id: `${zone_id}/${record_id}`, retain_on_delete: true };
  await other.up({ ...form, metadata, spec: { ...spec, content: "192.0.2.7", proxied: true } });
  await other.expectUnchanged();
  await other.destroy();
  await own.destroy();
  expect(await shownAtCloudflare(bed, `/zones/${zone_id}/dns_records`)).toEqual([]);
  await zone.destroy();
});
