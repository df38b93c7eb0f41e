import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PropertyMap } from "../kit/schema/property-value.js";
import { plain } from "../kit/testing/test-client.js";
import { accountId, startTestPlugin, type TestPlugin } from "./test-plugin.js";

const project = { type: "cloudflare:index/pagesProject:PagesProject" };
const domain = { type: "cloudflare:index/pagesDomain:PagesDomain" };
const path = `/accounts/${accountId}/pages/projects`;
const basic = { accountId, name: "web", productionBranch: "main" };

let plugin: TestPlugin;
afterEach(() => plugin.stop());

const configs = (preview: PropertyMap, production: PropertyMap) => ({ deploymentConfigs: { preview, production } });
const service = (name: string) => ({ services: { API: { service: name, environment: "production" } } });

/** Makes the project of one program, then changes it to another one; gives what was sent. */
async function change(first: PropertyMap, second: PropertyMap) {
  const { inputs } = await plugin.client.check(project, plain({ ...basic, ...first }));
  const { id, state } = await plugin.client.create(project, inputs);
  const wanted = await plugin.client.check(project, plain({ ...basic, ...second }), inputs);
  plugin.mark();
  await plugin.client.update(project, { id, state, inputs: wanted.inputs });
  return plugin.sent();
}

describe("a project", () => {
  beforeEach(async () => {
    plugin = await startTestPlugin();
  });

  it("is created, read, changed, imported and deleted, with one request each", async () => {
    const { inputs } = await plugin.client.check(project, plain(basic));
    const { id, state } = await plugin.client.create(project, inputs);
    expect([id, state.values]).toMatchObject(["web", { subdomain: "web.pages.dev", domains: ["web.pages.dev"] }]);
    const read = await plugin.client.read(project, id, { state, inputs });
    expect((await plugin.client.diff(project, { ...read, inputs })).none).toBe(true);
    const wanted = await plugin.client.check(project, plain({ ...basic, productionBranch: "live" }), inputs);
    const updated = await plugin.client.update(project, { id, state, inputs: wanted.inputs });
    expect(updated.values).toMatchObject({ productionBranch: "live" });
    const imported = await plugin.client.read(project, `${accountId}/web`);
    expect((await plugin.client.diff(project, { ...imported, inputs: wanted.inputs })).none).toBe(true);
    await plugin.client.delete(project, id, updated);
    const item = `${path}/web`;
    expect(plugin.sent().map((sent) => `${sent.method} ${sent.path}`)).toEqual([
      `POST ${path}`,
      `GET ${item}`,
      `PATCH ${item}`,
      `GET ${item}`,
      `DELETE ${item}`,
    ]);
  });

  it("is made anew for another name", async () => {
    const { inputs } = await plugin.client.check(project, plain(basic));
    const { state } = await plugin.client.create(project, inputs);
    const diff = await plugin.client.diff(project, { state, inputs: plain({ ...basic, name: "shop" }) });
    expect([diff.replaces, diff.deleteBeforeReplace]).toEqual([["name"], false]);
  });

  it("leaves configurations alone that the program does not give", async () => {
    const { inputs } = await plugin.client.check(project, plain(basic));
    const { id, state } = await plugin.client.create(project, inputs);
    const body = { deployment_configs: { production: { services: { API: { service: "api" } } } } };
    await plugin.ask("PATCH", `${path}/web`, body);
    const read = await plugin.client.read(project, id, { state, inputs });
    expect((await plugin.client.diff(project, { ...read, inputs })).none).toBe(true);
  });

  it("sends the leaves of its configurations that differ", async () => {
    const sent = await change(configs(service("a"), service("a")), configs(service("a"), service("b")));
    expect(sent).toMatchObject([
      { method: "PATCH", body: { deployment_configs: { production: { services: { API: { service: "b" } } } } } },
    ]);
  });
});

describe("a project, by the plugin with its defect", () => {
  beforeEach(async () => {
    plugin = await startTestPlugin({}, undefined, { PLANTON_SANDBOX_DEFECTS: "pages-bindings" });
  });

  it("gets no bindings in its second environment: the API refuses the change", async () => {
    const changed = change({}, configs(service("api"), service("api")));
    await expect(changed).rejects.toThrow(/8000022.*Invalid Service name \(\)/);
    expect(plugin.sent()).toMatchObject([
      {
        body: {
          deployment_configs: {
            preview: { services: { API: { service: "api", environment: "production" } } },
            production: { services: { API: {} } },
          },
        },
      },
    ]);
  });
});

describe("a domain", () => {
  beforeEach(async () => {
    plugin = await startTestPlugin();
  });

  it("is created, read, imported and deleted, and made anew for every change", async () => {
    await plugin.client.create(project, plain(basic));
    plugin.mark();
    const { inputs } = await plugin.client.check(
      domain,
      plain({ accountId, projectName: "web", name: "www.shop.example" }),
    );
    const { id, state } = await plugin.client.create(domain, inputs);
    expect([id, state.values]).toMatchObject(["www.shop.example", { status: "pending" }]);
    const read = await plugin.client.read(domain, id, { state, inputs });
    expect((await plugin.client.diff(domain, { ...read, inputs })).none).toBe(true);
    const imported = await plugin.client.read(domain, `${accountId}/web/www.shop.example`);
    expect((await plugin.client.diff(domain, { ...imported, inputs })).none).toBe(true);
    const other = plain({ accountId, projectName: "web", name: "shop.example" });
    expect((await plugin.client.diff(domain, { state, inputs: other })).replaces).toEqual(["name"]);
    await plugin.client.delete(domain, id, state);
    const item = `${path}/web/domains/www.shop.example`;
    expect(plugin.sent().map((sent) => `${sent.method} ${sent.path}`)).toEqual([
      `POST ${path}/web/domains`,
      `GET ${item}`,
      `GET ${item}`,
      `DELETE ${item}`,
    ]);
  });
});
