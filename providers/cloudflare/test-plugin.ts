import { asObject, type JsonObject } from "../../http/json.js";
import { defaultAccount, defaultToken } from "../../sandbox/cloudflare/accounts.js";
import { cloudflareVendor } from "../../sandbox/cloudflare/cloudflare-vendor.js";
import type { PropertyMap } from "../kit/schema/property-value.js";
import { startProviderServer } from "../kit/server/provider-server.js";
import { createTestClient, plain, type TestClient } from "../kit/testing/test-client.js";
import { openTestVendor, type SentRequest, type TestVendor } from "../kit/testing/test-vendor.js";
import { cloudflareProvider } from "./cloudflare-provider.js";

/** The account that the test's token sees. */
export const accountId = defaultAccount.id;

/** The plugin in this process, configured for Cloudflare's stand-in. */
export interface TestPlugin {
  readonly fake: TestVendor;
  readonly client: TestClient;
  /** What the plugin sent since {@link mark}: "PUT /accounts/..." with the body. */
  sent(): readonly (Pick<SentRequest, "method" | "path"> & { readonly body: unknown })[];
  mark(): void;
  /** Sends a request as somebody else does with the same account; gives the result. Throws when it is refused. */
  ask(method: string, path: string, body?: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

/** Starts both on one clock, which waits move on at once; `prepare` does something to the stand-in before, `more` is in the
 * plugin's environment as well. */
export async function startTestPlugin(
  config: PropertyMap = {},
  prepare: (fake: TestVendor) => Promise<void> = async () => {},
  more: Readonly<Record<string, string>> = {},
): Promise<TestPlugin> {
  const fake = await openTestVendor(cloudflareVendor);
  await prepare(fake);
  const { fetch, clock } = fake;
  const env = { ...fake.env, ...more };
  const server = await startProviderServer(cloudflareProvider, { env, fetch, clock, warn: async () => {} });
  const client = createTestClient(server.port);
  await client.configure(plain(config));
  let marked = 0;
  return {
    fake,
    client,
    sent: () =>
      fake.requests.slice(marked).map(({ method, path, body }) => ({
        method,
        path: path.replace(/^\/client\/v4/, ""),
        body,
      })),
    mark() {
      marked = fake.requests.length;
    },
    async ask(method, path, body) {
      const response = await fake.call({ method, path: `/client/v4${path}`, body, token: defaultToken });
      if (response.status >= 300) throw new Error(`${method} ${path}: ${response.status} ${response.text}`);
      return (asObject(response.body) as JsonObject)["result"];
    },
    async stop() {
      client.close();
      server.stop();
      await fake.close();
    },
  };
}
