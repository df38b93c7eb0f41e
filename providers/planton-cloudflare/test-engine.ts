import { asObject, asObjects, type JsonObject } from "../../http/json.js";
import { defaultAccount, defaultToken } from "../../sandbox/cloudflare/accounts.js";
import { cloudflareVendor } from "../../sandbox/cloudflare/cloudflare-vendor.js";
import type { PropertyMap } from "../kit/schema/property-value.js";
import { openTestEngine, type TestEngine as TestEngineOf } from "../kit/testing/test-engine.js";
import { openTestVendor, type TestVendor } from "../kit/testing/test-vendor.js";
import { createPlantonCloudflareProvider } from "./planton-cloudflare-provider.js";

/** Cloudflare's stand-in, the plugin in this process, and an engine with one resource. */
export type TestEngine = TestEngineOf<TestVendor>;

/** The account that the test's token sees. */
export const accountId = defaultAccount.id;

/** The resources under test. */
export const configTarget = { type: "planton-cloudflare:index/pagesDeploymentConfig:PagesDeploymentConfig" };
export const deploymentTarget = { type: "planton-cloudflare:index/pagesDeployment:PagesDeployment" };

/** The project that every test begins with. */
export const projectName = "web";

type Vendor = Pick<TestEngine, "fake">;

/** Sends a request as somebody else does with the same account; gives the result. Throws when it is refused. */
export async function ask({ fake }: Vendor, method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fake.call({
    method,
    path: `/client/v4/accounts/${accountId}/pages/projects${path}`,
    token: defaultToken,
    ...(body === undefined ? {} : { body }),
  });
  if (response.status >= 300) throw new Error(`${method} ${path}: ${response.status} ${response.text}`);
  return asObject(response.body)?.["result"];
}

/** Makes the project. */
export function makeProject(engine: Vendor): Promise<unknown> {
  return ask(engine, "POST", "", { name: projectName, production_branch: "main" });
}

/** What Cloudflare shows of the project. */
export async function shownProject(engine: Vendor): Promise<JsonObject> {
  return asObject(await ask(engine, "GET", `/${projectName}`)) ?? {};
}

/** What it shows of the environments. */
export async function shownConfigs(engine: Vendor): Promise<Readonly<Record<string, JsonObject>>> {
  const configs = asObject((await shownProject(engine))["deployment_configs"]) ?? {};
  return { production: asObject(configs["production"]) ?? {}, preview: asObject(configs["preview"]) ?? {} };
}

/** Sets something as somebody does in the dashboard. */
export function patchInConsole(engine: Vendor, configs: unknown): Promise<unknown> {
  return ask(engine, "PATCH", `/${projectName}`, { deployment_configs: configs });
}

/** Its deployments, newest first. */
export async function deployments(engine: Vendor): Promise<readonly JsonObject[]> {
  return asObjects(await ask(engine, "GET", `/${projectName}/deployments`));
}

/** What the plugin sent of a method, oldest first: path below the account, and body. */
export function sent({ fake }: Vendor, method: string): readonly { readonly path: string; readonly body: unknown }[] {
  return fake.requests
    .filter((request) => request.method === method)
    .map(({ path, body }) => ({ path: path.replace(`/client/v4/accounts/${accountId}/pages/projects`, ""), body }));
}

/** Starts all three, with the project. */
export async function startTestEngine(target = configTarget, config: PropertyMap = {}): Promise<TestEngine> {
  const fake = await openTestVendor(cloudflareVendor);
  const { env, clock, fetch } = fake;
  const createProvider = () => createPlantonCloudflareProvider("0.1.0");
  const engine = await openTestEngine({ fake, createProvider, env, clock, fetch, config, target });
  await makeProject(engine);
  return engine;
}
