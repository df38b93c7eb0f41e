import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isJsonObject, type JsonObject } from "../../kit/base/json-fields.js";
import { openTestSandbox, type TestCall, type TestSandbox } from "../../kit/testing/test-sandbox.js";
import { defaultAccount, defaultToken, secondAccount, secondToken } from "../accounts.js";
import { cloudflareVendor } from "../cloudflare-vendor.js";

let sandbox: TestSandbox;
beforeEach(async () => {
  sandbox = await openTestSandbox([cloudflareVendor]);
});
afterEach(() => sandbox.close());

const projects = `/accounts/${defaultAccount.id}/pages/projects`;
const call = (method: string, path: string, body?: unknown, more: Partial<TestCall> = {}) =>
  sandbox.call({ method, path: `/client/v4${path}`, body, token: defaultToken, ...more });
const result = (body: JsonObject): JsonObject => (isJsonObject(body["result"]) ? body["result"] : {});
const codeOf = (body: JsonObject): unknown => (body["errors"] as { readonly code: number }[])[0]?.code;
const make = () => call("POST", projects, { name: "web", production_branch: "main" });
const patch = (production: unknown) => call("PATCH", `${projects}/web`, { deployment_configs: { production } });

async function productionConfig(): Promise<unknown> {
  const { body } = await call("GET", `${projects}/web`);
  return result(body)["deployment_configs"];
}

const hash = "0123456789abcdef0123456789abcdef";

async function uploadToken(): Promise<string> {
  const { body } = await call("GET", `${projects}/web/upload-token`);
  return String(result(body)["jwt"]);
}

async function uploadPage(content: string): Promise<void> {
  const token = await uploadToken();
  const value = Buffer.from(content).toString("base64");
  const entry = { key: hash, value, metadata: { contentType: "text/html" }, base64: true };
  await call("POST", "/pages/assets/upload", [entry], { token });
}

function deploy(fields: Readonly<Record<string, string>>) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return call("POST", `${projects}/web/deployments`, form);
}

const manifest = JSON.stringify({ "/index.html": hash });

describe("a project", () => {
  it("is created, listed, changed and deleted", async () => {
    expect((await make()).body).toMatchObject({
      result: { name: "web", subdomain: "web.pages.dev", domains: ["web.pages.dev"], canonical_deployment: null },
    });
    expect((await call("GET", projects)).body).toMatchObject({ result: [{ name: "web" }] });
    await call("PATCH", `${projects}/web`, { build_config: { destination_dir: "dist" } });
    expect((await call("GET", `${projects}/web`)).body).toMatchObject({
      result: { production_branch: "main", build_config: { destination_dir: "dist" } },
    });
    expect((await call("DELETE", `${projects}/web`)).status).toBe(200);
    expect((await call("GET", `${projects}/web`)).status).toBe(404);
  });

  it("has a name of its own", async () => {
    await make();
    const { status, body, headers } = await make();
    expect([status, codeOf(body), headers.get("x-should-retry")]).toEqual([409, 8000002, "false"]);
  });

  it("is not deleted while it has domains", async () => {
    await make();
    await call("POST", `${projects}/web/domains`, { name: "www.shop.example" });
    expect(codeOf((await call("DELETE", `${projects}/web`)).body)).toBe(8000028);
    await call("DELETE", `${projects}/web/domains/www.shop.example`);
    expect((await call("DELETE", `${projects}/web`)).status).toBe(200);
  });
});

describe("deployment configs", () => {
  it("are merged by the names of bindings; null takes one away", async () => {
    await make();
    await patch({
      services: { A: { service: "a" }, B: { service: "b" } },
      kv_namespaces: { KV: { namespace_id: "1" } },
    });
    await patch({ services: { A: null, C: { service: "c", environment: "staging" } } });
    expect(await productionConfig()).toMatchObject({
      production: {
        services: { B: { service: "b", environment: "production" }, C: { service: "c", environment: "staging" } },
        kv_namespaces: { KV: { namespace_id: "1" } },
      },
    });
    expect(await productionConfig()).not.toHaveProperty("production.services.A");
  });

  it.each([
    ["services", {}],
    ["services", { environment: "production" }],
    ["r2_buckets", {}],
    ["kv_namespaces", { namespace_id: "" }],
  ])("refuse a binding of %s without its target: %o", async (map, binding) => {
    await make();
    await patch({ [map]: { A: { service: "a", name: "a", namespace_id: "1" } } });
    const { status, body } = await patch({ [map]: { A: binding } });
    expect([status, codeOf(body)]).toEqual([400, 8000022]);
  });

  it("never show a secret, nor does the log of requests", async () => {
    await make();
    const { text } = await patch({ env_vars: { KEY: { type: "secret_text", value: "marker" } } });
    expect(text).not.toContain("marker");
    const log = readFileSync(join(sandbox.home, "sandbox", "requests.log"), "utf8");
    expect(log).toContain("secret_text");
    expect(log).not.toContain("marker");
    expect(await productionConfig()).toMatchObject({
      production: { env_vars: { KEY: { type: "secret_text", value: "" } } },
    });
  });
});

describe("a domain", () => {
  it("is of one project, whosever that is", async () => {
    await make();
    await call("POST", `${projects}/web/domains`, { name: "www.shop.example" });
    const other = `/accounts/${secondAccount.id}/pages/projects`;
    await call("POST", other, { name: "web" }, { token: secondToken });
    const taken = await call("POST", `${other}/web/domains`, { name: "www.shop.example" }, { token: secondToken });
    expect([taken.status, codeOf(taken.body)]).toEqual([409, 8000018]);
  });
});

describe("direct upload", () => {
  it("serves what was uploaded, and asks for no file twice", async () => {
    await make();
    const token = await uploadToken();
    const missing = () => call("POST", "/pages/assets/check-missing", { hashes: [hash] }, { token });
    expect((await missing()).body).toMatchObject({ result: [hash] });
    await uploadPage("<h1>shop</h1>");
    expect((await missing()).body).toMatchObject({ result: [] });
    expect((await deploy({ manifest })).body).toMatchObject({
      result: { environment: "production", latest_stage: { name: "deploy", status: "active" } },
    });
    sandbox.passMs(1000);
    const page = await sandbox.call({ method: "GET", path: "/pages.dev/web.pages.dev/" });
    expect([page.status, page.text, page.headers.get("content-type")]).toEqual([200, "<h1>shop</h1>", "text/html"]);
  });

  it("refuses an upload token that is over or of nobody, and a file that was not uploaded", async () => {
    await make();
    const token = await uploadToken();
    sandbox.passMs(5 * 60_000);
    for (const wrong of [token, "a.b.c", `${token}x`]) {
      const { status, body } = await call("POST", "/pages/assets/check-missing", { hashes: [] }, { token: wrong });
      expect([status, codeOf(body)]).toEqual([401, 8000013]);
    }
    expect((await deploy({ manifest })).status).toBe(400);
    expect(codeOf((await deploy({ branch: "main" })).body)).toBe(8000096);
  });

  it("keeps the bindings that a deployment was made with", async () => {
    await make();
    await uploadPage("1");
    await patch({ services: { API: { service: "old" } }, env_vars: { KEY: { type: "secret_text", value: "marker" } } });
    await deploy({ manifest });
    sandbox.passMs(1000);
    await patch({ services: { API: { service: "new" } } });
    const bound = async () =>
      (await sandbox.admin("POST", "actions/cloudflare/pages-bindings", { host: "web.pages.dev" })).body;
    const sha256 = createHash("sha256").update("marker").digest("hex");
    expect(await bound()).toMatchObject({
      result: { config: { services: { API: { service: "old" } }, env_vars: { KEY: { type: "secret_text", sha256 } } } },
    });
    await deploy({ manifest });
    sandbox.passMs(1000);
    expect(await bound()).toMatchObject({ result: { config: { services: { API: { service: "new" } } } } });
  });

  it("does not delete what is live, and an aliased preview only by force", async () => {
    await make();
    await uploadPage("1");
    const live = result((await deploy({ manifest })).body)["id"];
    const preview = result((await deploy({ manifest, branch: "next" })).body)["id"];
    sandbox.passMs(1000);
    const remove = async (id: unknown, query = "") => {
      const { status, body } = await call("DELETE", `${projects}/web/deployments/${String(id)}${query}`);
      return status === 200 ? status : codeOf(body);
    };
    expect([await remove(live, "?force=true"), await remove(preview)]).toEqual([8000034, 8000035]);
    expect([await remove(preview, "?force=true"), await remove(preview)]).toEqual([200, 8000009]);
    await deploy({ manifest });
    sandbox.passMs(1000);
    expect(await remove(live)).toBe(200);
  });
});
