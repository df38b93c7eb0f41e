import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startTestPlugin, type TestPlugin } from "../cloudflare/test-plugin.js";
import { startProviderServer } from "../kit/server/provider-server.js";
import { createTestClient, plain, type TestClient } from "../kit/testing/test-client.js";
import { createPlantonCloudflareProvider } from "./planton-cloudflare-provider.js";
import { accountId, configTarget } from "./test-engine.js";

const project = { type: "cloudflare:index/pagesProject:PagesProject" };
const basic = { accountId, name: "web", productionBranch: "main" };
const api = { services: { API: { service: "api", environment: "production" } } };
const bound = (name: string) => ({ services: { API: { service: name, environment: "production" } } });

let official: TestPlugin;
let own: TestClient;
let stopOwn: () => void;
beforeEach(async () => {
  official = await startTestPlugin({}, undefined, { PLANTON_SANDBOX_DEFECTS: "pages-bindings" });
  const { env, fetch, clock } = official.fake;
  const home = mkdtempSync(join(tmpdir(), "planton-plugin-"));
  const server = await startProviderServer(createPlantonCloudflareProvider("0.1.0"), {
    env: { ...env, PLANTON_HOME: home },
    fetch,
    clock,
    warn: async () => {},
  });
  own = createTestClient(server.port);
  await own.configure(plain({}));
  stopOwn = () => {
    own.close();
    server.stop();
    rmSync(home, { recursive: true, force: true });
  };
});
afterEach(async () => {
  stopOwn();
  await official.stop();
});

const shown = () => official.ask("GET", `/accounts/${accountId}/pages/projects/web`);

// A service for both environments is added to a project that there is already.
describe("bindings that are added to a project", () => {
  it("do not arrive by the official plugin, whose request the API refuses", async () => {
    const { inputs } = await official.client.check(project, plain(basic));
    const { id, state } = await official.client.create(project, inputs);
    const wanted = plain({ ...basic, deploymentConfigs: { preview: api, production: api } });
    const change = official.client.update(project, { id, state, inputs: wanted });
    await expect(change).rejects.toThrow(/8000022.*Invalid Service name \(\)/);
    expect(await shown()).not.toHaveProperty("deployment_configs.production.services");
  });

  it("arrive by planton's, and follow another name, with the official one for the project", async () => {
    const { inputs } = await official.client.check(project, plain(basic));
    const { id, state } = await official.client.create(project, inputs);
    const config = { accountId, projectName: "web", production: api, preview: api };
    const first = await own.check(configTarget, plain(config));
    const made = await own.create(configTarget, first.inputs);
    expect(await shown()).toMatchObject({ deployment_configs: { production: bound("api"), preview: bound("api") } });
    const second = await own.check(configTarget, plain({ ...config, production: bound("api-2") }), first.inputs);
    await own.update(configTarget, { ...made, inputs: second.inputs });
    expect(await shown()).toMatchObject({ deployment_configs: { production: bound("api-2"), preview: bound("api") } });
    const read = await official.client.read(project, id, { state, inputs });
    expect((await official.client.diff(project, { ...read, inputs })).none).toBe(true);
  });
});
