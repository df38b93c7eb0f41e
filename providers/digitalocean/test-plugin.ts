import { systemClock } from "../../contract/clock.js";
import { nodeTransport } from "../../http/transport.js";
import type { PropertyMap } from "../kit/property-value.js";
import { startProviderServer } from "../kit/provider-server.js";
import { createTestClient, plain, type TestClient } from "../kit/test-client.js";
import { digitalOceanProvider } from "./digitalocean-provider.js";
import { type FakeDigitalOcean, startFakeDigitalOcean } from "./fake-digitalocean.js";

/** The plugin in this process, configured for a fake API. */
export interface TestPlugin {
  readonly fake: FakeDigitalOcean;
  readonly client: TestClient;
  /** What the user was warned of. */
  readonly warnings: readonly string[];
  stop(): Promise<void>;
}

/** Starts both. Retries and polls wait a few milliseconds. */
export async function startTestPlugin(config: PropertyMap = {}): Promise<TestPlugin> {
  const fake = await startFakeDigitalOcean();
  const env = { DIGITALOCEAN_API_URL: fake.url, DIGITALOCEAN_TOKEN: "tok-marker", PLANTON_SANDBOX_POLL_MS: "5" };
  const warnings: string[] = [];
  const warn = async (_urn: string, message: string): Promise<void> => void warnings.push(message);
  const server = await startProviderServer(digitalOceanProvider, {
    env,
    fetch: nodeTransport,
    clock: systemClock,
    warn,
  });
  const client = createTestClient(server.port);
  await client.configure(plain({ httpRetryWaitMin: "0.001", httpRetryWaitMax: "0.01", ...config }));
  const stop = async (): Promise<void> => {
    client.close();
    server.stop();
    await fake.close();
  };
  return { fake, client, warnings, stop };
}
