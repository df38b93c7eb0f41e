import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { askCloudflare, shownAtCloudflare } from "../../support/cloudflare-bed.js";
import { openLife } from "../../support/kind-life.js";
import { openBed, type PlantonBed } from "../../support/planton-bed.js";

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openBed({ env: { SHOP_KEY: "worker-marker-1" } });
});
afterAll(() => bed.close());

const apiVersion = "cloudflare.planton.dev/v1";
const form = { apiVersion, kind: "CloudflareWorker" };
const content = 'export default { fetch: () => new Response("hello") };';
const room = "export class Room { fetch() { return new Response(); } }";

const shown = (path: string) => shownAtCloudflare<unknown>(bed, path);
const contentOf = async (name: string): Promise<string> =>
  (await askCloudflare(bed, `/workers/scripts/${name}/content/v2`)).text();
const scripts = async () => (await shown("/workers/scripts")) as readonly { readonly id: string }[];

test("a Worker with bindings, secrets and triggers is made, changed in place, and leaves nothing", async () => {
  const zone = openLife(bed, "shop");
  await zone.up({ apiVersion, kind: "CloudflareDnsZone", spec: { zone_name: "shop.example" } });
  const { zone_id } = await zone.outputs();
  const queue = openLife(bed, "jobs");
  await queue.up({ apiVersion, kind: "CloudflareQueue", spec: {} });
  const life = openLife(bed, "api");
  const spec = {
    content,
    vars: { MODE: "live" },
    secrets_from: [{ source: "env://", names: ["SHOP_KEY"] }],
    queues: [{ name: "JOBS", queue_name: "jobs" }],
    workers_dev: {},
    routes: [{ zone_id, pattern: "shop.example/api/*" }],
    custom_domains: [{ zone_id, hostname: "api.shop.example" }],
    schedules: ["0 6 * * *"],
    observability: {},
  };
  expect(await life.up({ ...form, spec })).not.toContain("worker-marker");
  await life.expectUnchanged();
  expect(await life.outputs()).toMatchObject({ script_name: "api", custom_domain_hostnames: ["api.shop.example"] });
  expect(await shown("/workers/scripts/api/settings")).toMatchObject({
    compatibility_date: "2026-05-01",
    bindings: [
      { name: "JOBS", type: "queue", queue_name: "jobs" },
      { name: "MODE", type: "plain_text", text: "live" },
      { name: "SHOP_KEY", type: "secret_text" },
    ],
  });
  expect(await shown("/workers/scripts/api/schedules")).toMatchObject({ schedules: [{ cron: "0 6 * * *" }] });
  expect(await shown(`/zones/${zone_id}/workers/routes`)).toMatchObject([{ pattern: "shop.example/api/*" }]);

  const fewer = { content, vars: { MODE: "test" }, routes: [{ zone_id, pattern: "shop.example/v2/*" }] };
  await life.up({ ...form, spec: fewer });
  await life.expectUnchanged();
  expect(await shown("/workers/scripts/api/settings")).toMatchObject({ bindings: [{ name: "MODE", text: "test" }] });
  expect(await shown("/workers/scripts/api/schedules")).toMatchObject({ schedules: [] });
  expect(await shown("/workers/domains")).toEqual([]);

  await life.up({ ...form, spec: { ...fewer, worker_name: "api-2" } });
  await life.expectUnchanged();
  expect((await scripts()).map(({ id }) => id)).toEqual(["api-2"]);
  expect(await shown(`/zones/${zone_id}/workers/routes`)).toMatchObject([{ script: "api-2" }]);

  await life.destroy();
  await queue.destroy();
  await zone.destroy();
  expect([await scripts(), await shown("/queues")]).toEqual([[], []]);
});

test("a folder of modules and static assets are sent without what is hidden, and again when they change", async () => {
  for (const [path, text] of [
    ["src/index.js", `import { text } from "./lib/text.js"; export default { fetch: () => new Response(text) };`],
    ["src/lib/text.js", 'export const text = "one";'],
    ["src/notes.md", "notes"],
    ["public/index.html", "<h1>one</h1>"],
    ["public/.env", "KEY=x"],
    ["public/_headers", "/*\n  X-Frame-Options: DENY\n"],
  ])
    bed.write(`site/${path}`, text ?? "");
  const life = openLife(bed, "site");
  const spec = { modules: { directory: "src", entry: "index.js" }, assets: { directory: "public" } };
  await life.up({ ...form, spec });
  await life.expectUnchanged();
  expect(await life.outputs()).toMatchObject({ left_out: ["notes.md", ".env"] });
  const sent = await contentOf("site");
  expect([sent.includes("lib/text.js"), sent.includes("notes")]).toEqual([true, false]);
  bed.write("site/public/index.html", "<h1>two</h1>");
  expect(await life.up({ ...form, spec })).toMatch(/1 updated/);
  bed.write("site/src/lib/text.js", 'export const text = "two";');
  expect(await life.up({ ...form, spec })).toMatch(/1 updated/);
  expect(await contentOf("site")).toContain('"two"');
  // A refresh and a destroy work where the files are not.
  rmSync(join(bed.folder, "site/src"), { recursive: true });
  rmSync(join(bed.folder, "site/public"), { recursive: true });
  const refreshed = await bed.planton(["pulumi", "refresh", "--yes"], { cwd: join(bed.folder, "site") });
  expect(refreshed.code, refreshed.all).toBe(0);
  await life.destroy();
});

test("migrations of durable objects are applied once each, in their order", async () => {
  const life = openLife(bed, "rooms");
  const hall = room.replace("Room", "Hall");
  const first = { tag: "v1", new_sqlite_classes: ["Hall"] };
  const spec = (code: string, className: string, migrations: readonly object[], vars: object = {}) => ({
    content: `${code} ${content}`,
    durable_objects: [{ name: "ROOM", class_name: className }],
    migrations,
    vars,
  });
  await life.up({ ...form, spec: spec(hall, "Hall", [first]) });
  // What was sent is not sent again with another change.
  await life.up({ ...form, spec: spec(hall, "Hall", [first], { MODE: "x" }) });
  await life.expectUnchanged();
  const second = { tag: "v2", renamed_classes: [{ from: "Hall", to: "Room" }] };
  await life.up({ ...form, spec: spec(room, "Room", [first, second]) });
  await life.up({ ...form, spec: spec(room, "Room", [first, second], { MODE: "y" }) });
  await life.expectUnchanged();
  expect(await shown("/workers/scripts/rooms/settings")).toMatchObject({ bindings: [{}, { class_name: "Room" }] });
  await life.destroy();
});

test("a Worker that somebody else made is refused, and taken over when the manifest says so", async () => {
  const theirs = new FormData();
  theirs.set("metadata", JSON.stringify({ main_module: "index.js", compatibility_date: "2026-01-01" }));
  theirs.set("index.js", new File([content], "index.js", { type: "application/javascript+module" }));
  expect((await askCloudflare(bed, "/workers/scripts/theirs", { method: "PUT", body: theirs })).status).toBe(200);
  const life = openLife(bed, "theirs");
  const other = { content: content.replace("hello", "ours") };
  bed.write(
    "theirs/stack-input.yaml",
    JSON.stringify({ target: { ...form, metadata: { name: "theirs" }, spec: other } }),
  );
  const refused = await bed.planton(["pulumi", "up", "--yes"], { cwd: join(bed.folder, "theirs") });
  expect([refused.code === 0, refused.all.includes("adopt_if_found")], refused.all).toEqual([false, true]);
  expect(await contentOf("theirs")).toContain("hello");
  await life.up({ ...form, spec: { ...other, adoption_policy: "adopt_if_found" } });
  await life.expectUnchanged();
  expect(await contentOf("theirs")).toContain("ours");
  const other2 = openLife(bed, "theirs-imported");
  const metadata = { import_id: `${bed.env["CLOUDFLARE_ACCOUNT_ID"]}/theirs`, retain_on_delete: true };
  await other2.up({ ...form, metadata, spec: { ...other, worker_name: "theirs" } });
  await other2.expectUnchanged();
  await other2.destroy();
  await life.destroy();
});

test("a Worker that another one is bound to is kept, and the destroy says by whom", async () => {
  const api = openLife(bed, "kept");
  await api.up({ ...form, spec: { content } });
  const web = openLife(bed, "caller");
  await web.up({ ...form, spec: { content, services: [{ name: "API", service: "kept" }] } });
  const refused = await bed.planton(["pulumi", "destroy", "--yes"], { cwd: join(bed.folder, "kept") });
  expect([refused.code === 0, refused.all.includes("10142")], refused.all).toEqual([false, true]);
  expect((await scripts()).map(({ id }) => id)).toContain("kept");
  await web.destroy();
  await api.destroy();
});

test.each([
  ["an entry that the folder does not have", { modules: { directory: ".", entry: "none.js" } }, "E_FILESYSTEM"],
  ["JSON that is none", { content, json_vars: { FLAGS: "{" } }, "E_RULE_VIOLATED"],
  ["no code", {}, "worker.content.source"],
])("is refused with %s", async (_what, spec, code) => {
  bed.write("refused/stack-input.yaml", JSON.stringify({ ...form, metadata: { name: "refused" }, spec }));
  const refused = await bed.planton(["pulumi", "up", "--yes", "--stack-input", "stack-input.yaml"], {
    cwd: join(bed.folder, "refused"),
  });
  expect([refused.code === 0, refused.all.includes(code)], refused.all).toEqual([false, true]);
});
