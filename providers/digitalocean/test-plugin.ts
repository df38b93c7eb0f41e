import { asNumber, asObject, asObjects, type JsonObject } from "../../http/json.js";
import { defaultToken } from "../../sandbox/digitalocean/accounts.js";
import { digitalOceanVendor } from "../../sandbox/digitalocean/digitalocean-vendor.js";
import type { PropertyMap } from "../kit/schema/property-value.js";
import { startProviderServer } from "../kit/server/provider-server.js";
import { createTestClient, plain, type TestClient } from "../kit/testing/test-client.js";
import { openTestVendor, type SentRequest, type TestVendor } from "../kit/testing/test-vendor.js";
import { digitalOceanProvider } from "./digitalocean-provider.js";

/** A request with the object in its body. */
export interface SentObject extends SentRequest {
  readonly body: JsonObject | undefined;
}

/** The plugin in this process, configured for DigitalOcean's stand-in. */
export interface TestPlugin {
  readonly fake: TestVendor;
  readonly client: TestClient;
  /** What the user was warned of. */
  readonly warnings: readonly string[];
  /** What the plugin sent since {@link mark}; all without one. */
  sent(): readonly SentObject[];
  mark(): void;
  /** Sends a request as somebody else does with the same account; gives the body. Throws when it is refused. */
  ask(method: string, path: string, body?: unknown): Promise<JsonObject>;
  /** Clusters and networks that the account has, without those that were there at the start. */
  count(): Promise<{ readonly clusters: number; readonly vpcs: number }>;
  stop(): Promise<void>;
}

/** Starts both on one clock, which waits move on at once. */
export async function startTestPlugin(config: PropertyMap = {}): Promise<TestPlugin> {
  const fake = await openTestVendor(digitalOceanVendor);
  const warnings: string[] = [];
  const warn = async (_urn: string, message: string): Promise<void> => void warnings.push(message);
  const { env, fetch, clock } = fake;
  const server = await startProviderServer(digitalOceanProvider, { env, fetch, clock, warn });
  const client = createTestClient(server.port);
  await client.configure(plain(config));
  let marked = 0;
  const ask = async (method: string, path: string, body?: unknown): Promise<JsonObject> => {
    const response = await fake.call({ method, path, body, token: defaultToken });
    if (response.status >= 300) throw new Error(`${method} ${path}: ${response.status} ${response.text}`);
    return response.body;
  };
  const total = async (path: string): Promise<number> =>
    asNumber(asObject((await ask("GET", path))["meta"])?.["total"]) ?? 0;
  return {
    fake,
    client,
    warnings,
    sent: () => fake.requests.slice(marked).map((request) => ({ ...request, body: asObject(request.body) })),
    mark() {
      marked = fake.requests.length;
    },
    ask,
    async count() {
      const vpcs = asObjects((await ask("GET", "/v2/vpcs"))["vpcs"]);
      const given = vpcs.filter(({ name }) => /^(default-|production-vpc-sandbox$)/.test(String(name)));
      return { clusters: await total("/v2/databases"), vpcs: vpcs.length - given.length };
    },
    async stop() {
      client.close();
      server.stop();
      await fake.close();
    },
  };
}
