import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { askCloudflare } from "../../support/cloudflare-bed.js";
import { openLife } from "../../support/kind-life.js";
import { filesBelow, openBed, type PlantonBed } from "../../support/planton-bed.js";

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openBed({ env: { SHOP_KEY: "shop-marker-1" } });
});
afterAll(() => bed.close());

const form = { apiVersion: "cloudflare.planton.dev/v1", kind: "CloudflarePagesProject" };
type Json = Readonly<Record<string, unknown>>;

/** Asks the sandbox's Cloudflare about the account's Pages. */
async function ask(path: string, method = "GET", body?: object): Promise<Json> {
  const request = { method, ...(body === undefined ? {} : { body }) };
  return (await (await askCloudflare(bed, `/pages/projects${path}`, request)).json()) as Json;
}
const shown = async (path: string): Promise<Json> => (await ask(path))["result"] as Json;
const deployments = async (name: string) => (await shown(`/${name}/deployments`)) as unknown as readonly Json[];
const api = (service: string) => ({ services: [{ name: "API", service }] });

test("a project with a folder, a binding and secrets is made, changed in place, and leaves nothing", async () => {
  bed.write("web/dist/index.html", "<h1>one</h1>");
  bed.write("web/dist/.env", "KEY=x");
  const life = openLife(bed, "web");
  const spec = (more: object, production: object) => ({
    upload: "dist",
    ...more,
    deployment_configs: { production: { secrets_from: [{ source: "env://", names: ["SHOP_KEY"] }], ...production } },
  });
  const made = await life.up({ ...form, spec: spec({}, api("api")) });
  expect(made).not.toContain("shop-marker");
  await life.expectUnchanged();
  const outputs = await life.outputs();
  expect(outputs).toMatchObject({ subdomain: "web.pages.dev", is_deployment_pending: false, left_out: [".env"] });
  expect(await shown("/web")).toMatchObject({
    deployment_configs: {
      production: {
        services: { API: { service: "api", environment: "production" } },
        env_vars: { SHOP_KEY: { type: "secret_text", value: "" } },
      },
    },
  });
  const kept = filesBelow(bed.base).filter(({ path }) => !path.endsWith("sandbox/data/cloudflare.json"));
  expect(kept.filter(({ content }) => content.includes("shop-marker")).map(({ path }) => path)).toEqual([]);

  // Another binding takes effect in a new deployment of the same files, of which none is sent again.
  expect(await life.up({ ...form, spec: spec({}, api("api-2")) })).toMatch(/1 updated[\s\S]*1 replaced/);
  expect(await shown("/web")).toMatchObject({
    canonical_deployment: { url: expect.not.stringMatching(String(outputs["deployment_url"])) },
    deployment_configs: { production: { services: { API: { service: "api-2" } } } },
  });
  await life.expectUnchanged();

  const waiting = spec({ deploy_on_change: false }, { vars: { MODE: "x" } });
  const pending = await life.up({ ...form, spec: waiting });
  expect([/1 updated/.test(pending), /replaced/.test(pending)]).toEqual([true, false]);
  expect(await life.outputs()).toMatchObject({ is_deployment_pending: true });
  await life.expectUnchanged();
  bed.write("web/dist/index.html", "<h1>two</h1>");
  await life.up({ ...form, spec: waiting });
  expect(await life.outputs()).toMatchObject({ is_deployment_pending: false });
  expect(await deployments("web")).toHaveLength(1);

  // What somebody does in the dashboard is seen by a refresh, and undone.
  await ask("/web", "PATCH", {
    deployment_configs: { production: { services: { API: { service: "other", environment: "production" } } } },
  });
  await bed.planton(["pulumi", "refresh", "--yes"], { cwd: join(bed.folder, "web") });
  await life.up({ ...form, spec: waiting });
  expect(await shown("/web")).not.toHaveProperty("deployment_configs.production.services");
  await life.destroy();
  expect(await shown("")).toEqual([]);
});

test("domains get their records, follow the project's name, and go with it", async () => {
  const zone = openLife(bed, "shop");
  await zone.up({
    apiVersion: "cloudflare.planton.dev/v1",
    kind: "CloudflareDnsZone",
    spec: { zone_name: "shop.example" },
  });
  const { zone_id: zoneId } = await zone.outputs();
  const life = openLife(bed, "site");
  const spec = (name: string) => ({ name, domains: [{ domain: "www.shop.example", zone_id: zoneId }] });
  await life.up({ ...form, spec: spec("site") });
  await life.expectUnchanged();
  expect(await shown("/site/domains")).toMatchObject([{ name: "www.shop.example" }]);
  expect(await life.up({ ...form, spec: spec("site-2") })).toMatch(/replaced/);
  await life.expectUnchanged();
  expect(await shown("/site-2/domains")).toMatchObject([{ name: "www.shop.example" }]);
  expect(await life.outputs()).toMatchObject({ domain_urls: ["https://www.shop.example"] });
  await life.destroy();
  await zone.destroy();
  expect(await shown("")).toEqual([]);
});

test("a project of a repository is built, and cannot become one of uploads", async () => {
  bed.write("repo/dist/index.html", "<h1>one</h1>");
  const life = openLife(bed, "repo");
  const build_config = { build_command: "make", destination_dir: "dist" };
  const source = { type: "github", config: { owner: "shop", repo_name: "web" } };
  await life.up({ ...form, spec: { build_config, source } });
  await life.expectUnchanged();
  expect(await shown("/repo")).toMatchObject({ build_config: { build_command: "make" }, source: { type: "github" } });
  await life.up({ ...form, spec: { source } });
  await life.expectUnchanged();
  expect(await shown("/repo")).toMatchObject({ build_config: { build_command: "", destination_dir: "" } });
  bed.write("repo/stack-input.yaml", JSON.stringify({ ...form, metadata: { name: "repo" }, spec: { upload: "dist" } }));
  const refused = await bed.planton(["pulumi", "up", "--yes"], { cwd: join(bed.folder, "repo") });
  expect([refused.code === 0, /E_RULE_VIOLATED/.test(refused.all)]).toEqual([false, true]);
  // What is refused for a change, and a folder that is not there, do not stop the end of it.
  rmSync(join(bed.folder, "repo/dist"), { recursive: true });
  await life.destroy();
});

test("a configuration that somebody else made is refused, and taken over when the manifest says so", async () => {
  await ask("", "POST", { name: "theirs", production_branch: "main" });
  const service = { services: { API: { service: "their-api", environment: "production" } } };
  await ask("/theirs", "PATCH", { deployment_configs: { production: service } });
  const life = openLife(bed, "theirs");
  const metadata = { import_id: `${bed.env["CLOUDFLARE_ACCOUNT_ID"]}/theirs` };
  bed.write(
    "theirs/stack-input.yaml",
    JSON.stringify({ ...form, metadata: { name: "theirs", ...metadata }, spec: {} }),
  );
  const refused = await bed.planton(["pulumi", "up", "--yes"], { cwd: join(bed.folder, "theirs") });
  expect([refused.code === 0, /adoption_policy/.test(refused.all)], refused.all).toEqual([false, true]);
  expect(await shown("/theirs")).toMatchObject({ deployment_configs: { production: service } });
  const spec = { adoption_policy: "adopt_if_found", deployment_configs: { production: api("ours") } };
  await life.up({ ...form, metadata, spec });
  await life.expectUnchanged();
  expect(await shown("/theirs")).toMatchObject({
    deployment_configs: { production: { services: { API: { service: "ours" } } } },
  });
  await life.destroy();
});

test.each([
  ["a folder that is not there", "missing"],
  ["a folder outside of the workspace", "../.."],
])("%s is refused with its place before anything is made", async (_what, upload) => {
  const file = bed.write(
    "nowhere/stack-input.yaml",
    JSON.stringify({ ...form, metadata: { name: "nowhere" }, spec: { upload } }, null, 2),
  );
  const refused = await bed.planton(["pulumi", "up", "--yes", "--stack-input", "stack-input.yaml"], {
    cwd: join(bed.folder, "nowhere"),
  });
  expect(refused.code, refused.all).not.toBe(0);
  expect(refused.all).toContain("E_FILESYSTEM");
  const line =
    readFileSync(file, "utf8")
      .split("\n")
      .findIndex((text) => text.includes("upload")) + 1;
  expect(refused.all).toMatch(new RegExp(`stack-input.yaml:${line}:\\d+`));
  expect(await ask("/nowhere")).toMatchObject({ success: false });
});
