import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openTestSandbox, type TestCall, type TestSandbox } from "../../kit/testing/test-sandbox.js";
import { defaultAccount, defaultToken } from "../accounts.js";
import { cloudflareVendor } from "../cloudflare-vendor.js";
import { addTestZone, testZone } from "./test-zone.js";

let sandbox: TestSandbox;
beforeEach(async () => {
  sandbox = await openTestSandbox([cloudflareVendor]);
});
afterEach(() => sandbox.close());

const account = `/accounts/${defaultAccount.id}`;
const workers = `${account}/workers`;
const source = "export class Counter {}\nexport default { async fetch() { return new Response('hi') } }";

const call = (method: string, path: string, body?: unknown, more: Partial<TestCall> = {}) =>
  sandbox.call({ method, path: `/client/v4${path}`, token: defaultToken, body, ...more });

function form(
  metadata: object,
  modules: Readonly<Record<string, string | Uint8Array<ArrayBuffer>>> = { "index.js": source },
): FormData {
  const data = new FormData();
  data.append("metadata", new Blob([JSON.stringify(metadata)], { type: "application/json" }));
  for (const [name, text] of Object.entries(modules))
    data.append(name, new Blob([text], { type: "application/javascript+module" }), name);
  return data;
}

const put = (name: string, metadata: object = {}, modules?: Parameters<typeof form>[1]) =>
  call("PUT", `${workers}/scripts/${name}`, form({ main_module: "index.js", ...metadata }, modules));

const codeOf = async (response: ReturnType<typeof call>) => {
  const { status, body } = await response;
  const [error] = body["errors"] as readonly { readonly code: number }[];
  return [status, error?.code];
};

const result = async (method: string, path: string, body?: unknown) => {
  const response = await call(method, path, body);
  expect([method, path, response.status, response.body["errors"]]).toMatchObject([method, path, response.status, []]);
  return response.body["result"];
};

describe("a Worker", () => {
  it("is uploaded, read by its settings, content and service, and deleted", async () => {
    const made = await put("api", {
      bindings: [
        { name: "SECRET", type: "secret_text", text: "marker-secret" },
        { name: "PLAIN", type: "plain_text", text: "x" },
      ],
      compatibility_date: "2026-01-01",
      observability: { enabled: true },
    });
    expect(made.body).toMatchObject({
      success: true,
      result: { id: "api", has_modules: true, has_assets: false, handlers: ["fetch"], startup_time_ms: 1 },
    });
    const settings = await result("GET", `${workers}/scripts/api/settings`);
    expect(settings).toMatchObject({
      bindings: [
        { name: "PLAIN", type: "plain_text", text: "x" },
        { name: "SECRET", type: "secret_text" },
      ],
      compatibility_date: "2026-01-01",
      observability: { enabled: true },
    });
    expect(JSON.stringify(settings)).not.toContain("marker-secret");
    const content = await call("GET", `${workers}/scripts/api/content/v2`);
    expect(content.headers.get("content-type")).toMatch(/^multipart\/form-data; boundary=/);
    expect(content.text).toContain(source);
    const service = { default_environment: { script: { id: "api", compatibility_date: "2026-01-01" } } };
    expect(await result("GET", `${workers}/services/api`)).toMatchObject(service);
    await result("DELETE", `${workers}/scripts/api`);
    expect(await codeOf(call("GET", `${workers}/services/api`))).toEqual([404, 10007]);
    expect(await codeOf(call("DELETE", `${workers}/scripts/api`))).toEqual([404, 10007]);
  });

  it.each<[string, () => ReturnType<typeof call>, number, number]>([
    ["a name that none may have", () => put("Api"), 400, 10016],
    ["a main module that is not there", () => put("api", { main_module: "other.js" }), 400, 10021],
    ["nothing to run", () => call("PUT", `${workers}/scripts/api`, form({}, {})), 400, 10021],
    ["a form without metadata", () => call("PUT", `${workers}/scripts/api`, new FormData()), 400, 10021],
    [
      "two bindings of a name",
      () => put("api", { bindings: ["x", "y"].map((text) => ({ name: "A", type: "plain_text", text })) }),
      400,
      10021,
    ],
    ["an unknown binding", () => put("api", { bindings: [{ name: "A", type: "magic" }] }), 400, 10021],
    [
      "a service that is not there",
      () => put("api", { bindings: [{ name: "A", type: "service", service: "b" }] }),
      400,
      10143,
    ],
    [
      "a namespace that is not there",
      () => put("api", { bindings: [{ name: "A", type: "kv_namespace", namespace_id: "b" }] }),
      400,
      10041,
    ],
    [
      "a queue that is not there",
      () => put("api", { bindings: [{ name: "A", type: "queue", queue_name: "b" }] }),
      400,
      11000,
    ],
    ["a database that is not there", () => put("api", { bindings: [{ name: "A", type: "d1", id: "b" }] }), 400, 10181],
    [
      "a bucket that is not there",
      () => put("api", { bindings: [{ name: "A", type: "r2_bucket", bucket_name: "b" }] }),
      400,
      10085,
    ],
    [
      "a class that is none of durable objects",
      () => put("api", { bindings: [{ name: "A", type: "durable_object_namespace", class_name: "Counter" }] }),
      400,
      10061,
    ],
    ["a consumer of its logs that is not there", () => put("api", { tail_consumers: [{ service: "b" }] }), 400, 10144],
    ["a token of assets that is none", () => put("api", { assets: { jwt: "x.e30.y" } }), 401, 10000],
  ])("is refused with %s, and nothing is made", async (_, send, status, code) => {
    expect(await codeOf(send())).toEqual([status, code]);
    expect(await result("GET", `${workers}/scripts`)).toEqual([]);
  });

  it("is refused above the limit of its size", async () => {
    const noise = new Uint8Array(randomBytes(11 * 1024 * 1024));
    expect(await codeOf(put("api", {}, { "index.js": source, "noise.bin": noise }))).toEqual([413, 10027]);
  });

  it("that others bind to is not deleted, unless by force", async () => {
    await put("api");
    await put("web", { bindings: [{ name: "API", type: "service", service: "api" }] });
    expect(await result("GET", `${workers}/scripts/api/references`)).toMatchObject({
      services: { incoming: [{ name: "API", service: "web" }], pages_function: false },
    });
    expect(await codeOf(call("DELETE", `${workers}/scripts/api`))).toEqual([400, 10142]);
    await put("other");
    await put("web", { bindings: [{ name: "API", type: "service", service: "other" }] });
    await result("DELETE", `${workers}/scripts/api`);
    await result("DELETE", `${workers}/scripts/other?force=true`);
  });

  it("loses what a new upload does not say, but for bindings that it keeps", async () => {
    await put("api", {
      bindings: [
        { name: "A", type: "secret_text", text: "1" },
        { name: "B", type: "plain_text", text: "1" },
      ],
    });
    await put("api", { keep_bindings: ["secret_text"] });
    const kept = { bindings: [{ name: "A", type: "secret_text" }] };
    expect(await result("GET", `${workers}/scripts/api/settings`)).toMatchObject(kept);
    await put("api", { bindings: [{ name: "C", type: "inherit", old_name: "A" }] });
    const inherited = { bindings: [{ name: "C", type: "secret_text" }] };
    expect(await result("GET", `${workers}/scripts/api/settings`)).toMatchObject(inherited);
    await put("api");
    expect(await result("GET", `${workers}/scripts/api/settings`)).toMatchObject({ bindings: [] });
  });

  it("that writes to a queue keeps it from being deleted until it is gone", async () => {
    const queue = (await result("POST", `${account}/queues`, { queue_name: "orders" })) as { queue_id: string };
    await put("api", { bindings: [{ name: "Q", type: "queue", queue_name: "orders" }] });
    expect(await codeOf(call("DELETE", `${account}/queues/${queue.queue_id}`))).toEqual([400, 11005]);
    await result("DELETE", `${workers}/scripts/api`);
    await result("DELETE", `${account}/queues/${queue.queue_id}`);
  });

  it("has durable objects by migrations, each applied once", async () => {
    const binding = { name: "C", type: "durable_object_namespace", class_name: "Counter" };
    const first = { new_tag: "v1", steps: [{ new_sqlite_classes: ["Counter"] }] };
    expect((await put("api", { migrations: first, bindings: [binding] })).body).toMatchObject({
      result: { migration_tag: "v1" },
    });
    expect(await codeOf(put("api", { migrations: first }))).toEqual([412, 10079]);
    expect(await codeOf(put("api", { migrations: { ...first, old_tag: "v1", new_tag: "v2" } }))).toEqual([400, 10074]);
    expect(await codeOf(put("api", {}, { "index.js": "export default {}" }))).toEqual([400, 10064]);
    const second = { old_tag: "v1", new_tag: "v2", steps: [{ deleted_classes: ["Counter"] }] };
    expect((await put("api", { migrations: second }, { "index.js": "export default {}" })).status).toBe(200);
  });

  it("is deployed by versions, whose last one is live only when it is deployed", async () => {
    await put("api", { compatibility_date: "2026-01-01" });
    const next = form({ main_module: "index.js", compatibility_date: "2026-02-02" });
    const version = (await result("POST", `${workers}/scripts/api/versions`, next)) as { id: string; number: number };
    const date = async () => (await result("GET", `${workers}/scripts/api/settings`)) as { compatibility_date: string };
    expect([version.number, (await date()).compatibility_date]).toEqual([2, "2026-01-01"]);
    const deployment = { strategy: "percentage", versions: [{ version_id: version.id, percentage: 100 }] };
    await result("POST", `${workers}/scripts/api/deployments`, deployment);
    expect((await date()).compatibility_date).toBe("2026-02-02");
    const deployments = { deployments: [{ versions: [{ version_id: version.id }] }, {}] };
    expect(await result("GET", `${workers}/scripts/api/deployments`)).toMatchObject(deployments);
  });
});

describe("static files", () => {
  const hash = "0123456789abcdef0123456789abcdef";
  const manifest = { "/index.html": { hash, size: 5 } };
  const session = `${workers}/scripts/site/assets-upload-session`;

  async function uploaded(token: string) {
    const data = new FormData();
    data.append(hash, new Blob(["aGVsbG8="], { type: "text/html" }), hash);
    return call("POST", `${workers}/assets/upload?base64=true`, data, { token });
  }

  it("are uploaded once, and the token of the end is what an upload takes", async () => {
    const first = (await result("POST", session, { manifest })) as { jwt: string; buckets: unknown };
    expect(first.buckets).toEqual([[hash]]);
    const early = form({ assets: { jwt: first.jwt } }, {});
    expect(await codeOf(call("PUT", `${workers}/scripts/site`, early))).toEqual([400, 10021]);
    const { status, body } = await uploaded(first.jwt);
    expect(status).toBe(201);
    const { jwt } = body["result"] as { jwt: string };
    const made = await call(
      "PUT",
      `${workers}/scripts/site`,
      form({ assets: { jwt, config: { html_handling: "none" } } }, {}),
    );
    expect(made.body).toMatchObject({ result: { has_assets: true, has_modules: false } });
    expect((await call("GET", `${workers}/scripts/site/content/v2`)).status).toBe(204);
    expect(await result("POST", session, { manifest })).toMatchObject({ buckets: [], jwt: expect.any(String) });
  });

  it("are refused with an expired token, a file above 25 MiB and more than 20,000 files", async () => {
    const { jwt } = (await result("POST", session, { manifest })) as { jwt: string };
    sandbox.passMs(3_600_001);
    expect(await codeOf(uploaded(jwt))).toEqual([401, 10000]);
    expect(await codeOf(call("POST", session, { manifest: { "/a": { hash, size: 26_214_401 } } }))).toEqual([
      400, 10021,
    ]);
    const many = Object.fromEntries(Array.from({ length: 20_001 }, (_, index) => [`/${index}`, { hash, size: 1 }]));
    expect(await codeOf(call("POST", session, { manifest: many }))).toEqual([400, 10021]);
  });
});

describe("what calls a Worker", () => {
  it("is workers.dev, on and off", async () => {
    await put("api");
    const path = `${workers}/scripts/api/subdomain`;
    expect(await result("GET", path)).toEqual({ enabled: false, previews_enabled: false });
    expect(await result("POST", path, { enabled: true })).toEqual({ enabled: true, previews_enabled: true });
    expect(await result("DELETE", path)).toEqual({ enabled: false, previews_enabled: false });
    expect(await result("GET", `${workers}/subdomain`)).toEqual({ subdomain: "sandbox-5a5a" });
    await result("PUT", `${workers}/subdomain`, { subdomain: "shop" });
    expect(await result("GET", `${workers}/subdomain`)).toEqual({ subdomain: "shop" });
  });

  it("is a list of schedules, set as a whole", async () => {
    await put("api");
    const path = `${workers}/scripts/api/schedules`;
    const set = [{ cron: "*/30 * * * *" }, { cron: "0 9 * * MON-FRI" }];
    expect(await result("PUT", path, set)).toMatchObject({ schedules: set });
    expect(await codeOf(call("PUT", path, [{ cron: "daily" }]))).toEqual([400, 10046]);
    await result("PUT", path, []);
    expect(await result("GET", path)).toEqual({ schedules: [] });
  });

  it("is a route of a zone, of a pattern that no other has", async () => {
    await addTestZone(sandbox);
    await put("api");
    const path = `/zones/${testZone.id}/workers/routes`;
    const route = { pattern: "api.shop.example/*", script: "api" };
    const { id } = (await result("POST", path, route)) as { id: string };
    expect(await codeOf(call("POST", path, route))).toEqual([409, 10020]);
    expect(await codeOf(call("POST", path, { pattern: "other.example/*" }))).toEqual([400, 10022]);
    expect(await codeOf(call("POST", path, { pattern: "a.shop.example/*", script: "none" }))).toEqual([400, 10019]);
    expect(await codeOf(call("GET", `/zones/${"0".repeat(32)}/workers/routes`))).toEqual([404, 1001]);
    expect(await result("PUT", `${path}/${id}`, { pattern: "*.shop.example/v1/*", script: "api" })).toMatchObject({
      id,
    });
    await result("DELETE", `${path}/${id}`);
    expect(await result("GET", path)).toEqual([]);
  });

  it("is a host name of a zone, which goes with the Worker", async () => {
    await addTestZone(sandbox);
    await put("api");
    const domain = { hostname: "api.shop.example", service: "api", environment: "production" };
    const made = await result("PUT", `${workers}/domains`, domain);
    expect(made).toMatchObject({ ...domain, zone_id: testZone.id, zone_name: testZone.name });
    expect(await result("PUT", `${workers}/domains`, domain)).toEqual(made);
    expect(await codeOf(call("PUT", `${workers}/domains`, { ...domain, hostname: "a.example" }))).toEqual([
      400, 100114,
    ]);
    expect(await codeOf(call("PUT", `${workers}/domains`, { ...domain, service: "none" }))).toEqual([400, 10007]);
    await result("DELETE", `${workers}/scripts/api`);
    expect(await result("GET", `${workers}/domains`)).toEqual([]);
  });
});
