import { asObjects, type JsonObject, parseJson } from "../../http/json.js";
import { sentryVendor } from "../../sandbox/sentry/sentry-vendor.js";
import { openTestEngine, type TestEngine as TestEngineOf } from "../kit/testing/test-engine.js";
import { openTestVendor, type TestVendor } from "../kit/testing/test-vendor.js";
import { createSentryProvider } from "./sentry-provider.js";

/** Sentry's stand-in, the plugin in this process, and an engine with one resource. */
export type TestEngine = TestEngineOf<TestVendor>;

/** Path of the one organization. */
export const organizationPath = "/organizations/planton";

/** Starts all three for a resource: "project". */
export async function startTestEngine(resource: "project" | "team" | "clientKey"): Promise<TestEngine> {
  const fake = await openTestVendor(sentryVendor);
  const { env, clock, fetch } = fake;
  const type = `planton-sentry:index/${resource}:${resource.charAt(0).toUpperCase()}${resource.slice(1)}`;
  const createProvider = () => createSentryProvider("0.1.0");
  return openTestEngine({ fake, createProvider, env, clock, fetch, config: {}, target: { type } });
}

/** Sends a request of the test's own, below `/sentry/api/0`; gives the body of the response. */
export async function askSentry({ fake }: Pick<TestEngine, "fake">, method: string, path: string, body?: unknown) {
  const token = fake.env["SENTRY_AUTH_TOKEN"] ?? "";
  const { text } = await fake.call({ method, path: `/sentry/api/0${path}`, body, token });
  return parseJson(text);
}

/** What Sentry has in a list. */
export async function sentryHas(engine: Pick<TestEngine, "fake">, path: string): Promise<readonly JsonObject[]> {
  return asObjects(await askSentry(engine, "GET", `${path}/`));
}
