import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defaultToken } from "../../../sandbox/cloudflare/accounts.js";
import { addTestZone, testZone } from "../../../sandbox/cloudflare/workers/test-zone.js";
import { plain } from "../../kit/testing/test-client.js";
import { accountId, startTestPlugin, type TestPlugin } from "../test-plugin.js";

const target = { type: "cloudflare:index/workersScript:WorkersScript" };
const scripts = `/accounts/${accountId}/workers/scripts`;
const content = "export default { async fetch() { return new Response('hi') } }";
const base = { accountId, scriptName: "api", content, mainModule: "index.js", compatibilityDate: "2026-01-01" };

let plugin: TestPlugin;
let folder: string;
beforeEach(async () => {
  plugin = await startTestPlugin({}, addTestZone);
  folder = mkdtempSync(join(tmpdir(), "planton-assets-"));
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await plugin.stop();
});

const requests = () => plugin.sent().map(({ method, path }) => `${method} ${path}`);

async function create(inputs: Parameters<typeof plain>[0]) {
  const checked = await plugin.client.check(target, plain(inputs));
  return { inputs: checked.inputs, ...(await plugin.client.create(target, checked.inputs)) };
}

describe("a script", () => {
  it("is uploaded by one PUT, read by three GETs, changed by a PUT, imported and deleted", async () => {
    const { id, state, inputs } = await create(base);
    expect([id, state.values]).toMatchObject(["api", { ...base, handlers: ["fetch"], hasModules: true }]);
    expect(requests()).toEqual([`PUT ${scripts}/api`]);
    plugin.mark();
    const again = await plugin.client.read(target, id, { state, inputs });
    expect(requests()).toEqual([
      `GET /accounts/${accountId}/workers/services/api`,
      `GET ${scripts}/api/settings`,
      `GET ${scripts}/api/content/v2`,
    ]);
    expect((await plugin.client.diff(target, { ...again, inputs })).none).toBe(true);
    const wanted = await plugin.client.check(
      target,
      plain({ ...base, content: `${content}\n`, logpush: true }),
      inputs,
    );
    const diff = await plugin.client.diff(target, { state: again.state, inputs: wanted.inputs });
    expect([diff.paths, diff.replaces]).toEqual([["content", "logpush"], []]);
    const updated = await plugin.client.update(target, { id, state: again.state, inputs: wanted.inputs });
    const imported = await plugin.client.read(target, `${accountId}/api`);
    expect([imported.id, imported.state.values["content"]]).toEqual(["api", `${content}\n`]);
    await plugin.client.delete(target, id, updated);
    expect(await plugin.ask("GET", scripts)).toEqual([]);
    await expect(plugin.client.delete(target, id, updated)).rejects.toThrow('404 Not Found {"success":false');
    expect((await plugin.client.read(target, id, { state: updated, inputs: wanted.inputs })).id).toBe("");
  });

  it("takes over one that is there, without a word", async () => {
    await create(base);
    const second = await create({ ...base, compatibilityDate: "2026-02-02" });
    expect(second.id).toBe("api");
    expect(await plugin.ask("GET", `${scripts}/api/settings`)).toMatchObject({ compatibility_date: "2026-02-02" });
  });

  it("is made anew under another name, the new one first", async () => {
    const { state } = await create(base);
    const diff = await plugin.client.diff(target, { state, inputs: plain({ ...base, scriptName: "web" }) });
    expect([diff.replaces, diff.deleteBeforeReplace]).toEqual([["scriptName"], false]);
  });

  it("keeps the texts of its secrets, which Cloudflare does not return, and compares bindings in their order", async () => {
    const bindings = [
      { name: "A", type: "secret_text", text: "marker-secret" },
      { name: "B", type: "plain_text", text: "b" },
    ];
    const { id, state, inputs } = await create({ ...base, bindings });
    const again = await plugin.client.read(target, id, { state, inputs });
    expect(again.state.values["bindings"]).toEqual(bindings);
    const turned = plain({ ...base, bindings: [...bindings].reverse() });
    expect((await plugin.client.diff(target, { state: again.state, inputs: turned })).none).toBe(false);
  });

  it("sees a binding that somebody else has added or removed", async () => {
    const { id, state, inputs } = await create({ ...base, bindings: [{ name: "B", type: "plain_text", text: "b" }] });
    const changed = { bindings: [{ name: "B", type: "plain_text", text: "c" }] };
    await plugin.ask("PATCH", `${scripts}/api/settings`, changed);
    const again = await plugin.client.read(target, id, { state, inputs });
    expect((await plugin.client.diff(target, { ...again, inputs })).paths).toEqual(["bindings[0].text"]);
  });

  it("has the modules of its files, binary ones as they are", async () => {
    const wasm = Buffer.from([0, 97, 115, 109, 255, 13, 10]);
    const files = { "lib/add.wasm": { contentBase64: wasm.toString("base64"), contentType: "application/wasm" } };
    const { id, state, inputs } = await create({ ...base, files });
    const again = await plugin.client.read(target, id, { state, inputs });
    expect((await plugin.client.diff(target, { ...again, inputs })).none).toBe(true);
    const stored = await plugin.fake.call({
      method: "GET",
      path: `/client/v4${scripts}/api/content/v2`,
      token: defaultToken,
    });
    expect(stored.text).toContain('name="lib/add.wasm"');
  });

  it("is refused with the vendor's words, and not sent again", async () => {
    const bindings = [{ name: "API", type: "service", service: "none" }];
    await expect(create({ ...base, bindings })).rejects.toThrow(/PUT "http:.*": 400 .*"code":10143/);
    expect(requests()).toHaveLength(1);
  });

  it("whose response is lost is uploaded again, to the same effect", async () => {
    await plugin.fake.fail("reset after", { method: "PUT" });
    expect((await create(base)).id).toBe("api");
    expect(requests()).toEqual([`PUT ${scripts}/api`, `PUT ${scripts}/api`]);
  });

  it("that others bind to is not deleted, unless it says force", async () => {
    const { id, state } = await create(base);
    await create({ ...base, scriptName: "web", bindings: [{ name: "API", type: "service", service: "api" }] });
    await expect(plugin.client.delete(target, id, state)).rejects.toThrow('"code":10142');
    await plugin.client.delete(target, id, plain({ ...base, force: true }));
  });
});

describe("static files of a script", () => {
  const site = { accountId, scriptName: "site" };

  it("are uploaded when they are not there, and seen when they change", async () => {
    mkdirSync(join(folder, "sub"));
    writeFileSync(join(folder, "index.html"), "<p>hi</p>");
    writeFileSync(join(folder, "sub", "a.txt"), "a");
    const assets = { directory: folder, config: { notFoundHandling: "404-page" } };
    const { id, state, inputs } = await create({ ...site, assets });
    const session = `POST ${scripts}/site/assets-upload-session`;
    const upload = `POST /accounts/${accountId}/workers/assets/upload?base64=true`;
    expect(requests()).toEqual([session, upload, `PUT ${scripts}/site`]);
    const again = await plugin.client.read(target, id, { state, inputs });
    expect((await plugin.client.diff(target, { ...again, inputs })).none).toBe(true);
    plugin.mark();
    const same = await create({ ...site, scriptName: "other", assets });
    expect([same.id, requests()]).toEqual(["other", [session.replace("site", "other"), `PUT ${scripts}/other`]]);
    writeFileSync(join(folder, "index.html"), "<p>changed</p>");
    const wanted = await plugin.client.check(target, plain({ ...site, assets }), inputs);
    const diff = await plugin.client.diff(target, { state: again.state, inputs: wanted.inputs });
    expect(diff.paths).toEqual(["assets.assetManifestSha256"]);
  });

  it("of a folder that is not there are an error", async () => {
    const assets = { directory: join(folder, "none") };
    await expect(create({ ...site, assets })).rejects.toThrow("ENOENT");
  });
});

const parts = [
  {
    type: "cloudflare:index/workersScriptSubdomain:WorkersScriptSubdomain",
    path: `${scripts}/api/subdomain`,
    first: { accountId, scriptName: "api", enabled: true },
    second: { accountId, scriptName: "api", enabled: true, previewsEnabled: false },
    importId: `${accountId}/api`,
    after: { enabled: false, previews_enabled: false },
  },
  {
    type: "cloudflare:index/workersCronTrigger:WorkersCronTrigger",
    path: `${scripts}/api/schedules`,
    first: { accountId, scriptName: "api", schedules: [{ cron: "*/5 * * * *" }] },
    second: { accountId, scriptName: "api", schedules: [{ cron: "0 * * * *" }, { cron: "1 * * * *" }] },
    importId: `${accountId}/api`,
    // The plugin's deletion does nothing.
    after: { schedules: [{ cron: "0 * * * *" }, { cron: "1 * * * *" }] },
  },
  {
    type: "cloudflare:index/workersRoute:WorkersRoute",
    path: `/zones/${testZone.id}/workers/routes`,
    first: { zoneId: testZone.id, pattern: "api.shop.example/*", script: "api" },
    second: { zoneId: testZone.id, pattern: "shop.example/api/*", script: "api" },
    importId: `${testZone.id}/<id>`,
    after: [],
  },
  {
    type: "cloudflare:index/workersCustomDomain:WorkersCustomDomain",
    path: `/accounts/${accountId}/workers/domains`,
    first: { accountId, hostname: "api.shop.example", service: "api" },
    second: { accountId, hostname: "www.shop.example", service: "api" },
    importId: `${accountId}/<id>`,
    after: [],
  },
];

describe.each(parts)("$type", ({ type, path, first, second, importId, after }) => {
  it("is made, read, changed or replaced, imported and deleted", async () => {
    await create(base);
    const part = { type };
    const { inputs } = await plugin.client.check(part, plain(first));
    const { id, state } = await plugin.client.create(part, inputs);
    const again = await plugin.client.read(part, id, { state, inputs });
    expect((await plugin.client.diff(part, { ...again, inputs })).none).toBe(true);
    const wanted = await plugin.client.check(part, plain(second), inputs);
    const { replaces, deleteBeforeReplace } = await plugin.client.diff(part, { state, inputs: wanted.inputs });
    expect(deleteBeforeReplace).toBe(false);
    let changed: Awaited<ReturnType<typeof plugin.client.update>>;
    let now = id;
    if (replaces.length === 0) changed = await plugin.client.update(part, { id, state, inputs: wanted.inputs });
    else {
      const made = await plugin.client.create(part, wanted.inputs);
      await plugin.client.delete(part, id, state);
      [now, changed] = [made.id, made.state];
    }
    const imported = await plugin.client.read(part, importId.replace("<id>", now));
    expect((await plugin.client.diff(part, { ...imported, inputs: wanted.inputs })).none).toBe(true);
    await plugin.client.delete(part, now, changed);
    expect(await plugin.ask("GET", path)).toMatchObject(after);
  });
});
