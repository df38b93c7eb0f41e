import type { VendorFetch } from "../../../contract/vendor.js";
import { nodeTransport } from "../../../http/transport.js";
import { type JsonObject, objectField } from "../../../sandbox/kit/base/json-fields.js";
import { openTestSandbox, type TestCall, type TestResponse } from "../../../sandbox/kit/testing/test-sandbox.js";
import type { SandboxVendor } from "../../../sandbox/kit/vendor/sandbox-vendor.js";
import { createTestClock, type TestClock } from "./test-clock.js";
import type { FaultyVendor, VendorFault } from "./test-faults.js";

/** A request that the plugin sent with credentials. */
export interface SentRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** The JSON of the body; undefined when there is none. */
  readonly body: unknown;
}

/** A vendor's stand-in in this process, and what a test does to it. */
export interface TestVendor extends FaultyVendor {
  /** Shared by the stand-in and the plugin. */
  readonly clock: TestClock;
  /** Environment of the plugin; a change counts from the next restart of the plugin on. */
  readonly env: Record<string, string>;
  /** What the plugin sends its requests with. */
  readonly fetch: VendorFetch;
  /** What the plugin sent, oldest first. */
  readonly requests: readonly SentRequest[];
  /** The stand-in's home, and its restart on the same files at another address, which {@link env} has then. */
  readonly home: string;
  restart(): Promise<void>;
  /** Sends a request of the test's own. It is not among {@link requests}; a fault that waits strikes it all the same. */
  call(call: TestCall): Promise<TestResponse>;
  /** Carries out an action of the stand-in, such as a change in the vendor's console, and gives what it shows. */
  act(name: string, fields: Readonly<Record<string, unknown>>): Promise<JsonObject>;
  /** Changes settings of the stand-in. */
  set(settings: Readonly<Record<string, unknown>>): Promise<void>;
  /**
   * Plans a fault with all that the stand-in knows of: method, path, status, message, count, neverReady, dropResponse
   * ...
   */
  plan(fault: Readonly<Record<string, unknown>>): Promise<void>;
  /** Responds to the next request of that method in place of the stand-in, as often as it is called. */
  respond(method: string, status: number, body: unknown): void;
  /**
   * Lets the stand-in refuse the next request of that method, by default in the vendor's form; `html`: as a gateway
   * does.
   */
  refuse(method: string, status: number, how?: { readonly message?: string; readonly html?: true }): Promise<void>;
  /** Does something just before the next request of that method reaches the stand-in. */
  before(method: string, work: () => unknown): void;
}

const effects: Readonly<Record<VendorFault, Readonly<Record<string, unknown>>>> = {
  "reset before": { reset: true },
  "reset after": { dropResponse: true },
  "500 before": { status: 500 },
  "500 after": { status: 500, applyThenFail: true },
  "429": { status: 429, retryAfterSeconds: 0 },
  "lost response": { truncateResponse: true },
  delay: { delayMs: 30 },
  stuck: { neverReady: true },
};

function jsonOf(body: unknown): unknown {
  return typeof body === "string" && body !== "" ? JSON.parse(body) : undefined;
}

/** Starts a vendor's stand-in on any free port. */
export async function openTestVendor(vendor: SandboxVendor): Promise<TestVendor> {
  const clock = createTestClock();
  const sandbox = await openTestSandbox([vendor], clock);
  const env: Record<string, string> = { ...sandbox.environment };
  const requests: SentRequest[] = [];
  const responses: { readonly method: string; readonly status: number; readonly body: unknown }[] = [];
  const hooks: { readonly method: string; readonly work: () => unknown }[] = [];

  const admin = async (method: string, path: string, body?: unknown): Promise<JsonObject> => {
    const { status, text, body: response } = await sandbox.admin(method, path, body);
    if (status !== 200) throw new Error(`${method} ${path}: ${status} ${text}`);
    return response;
  };

  const take = <Entry extends { readonly method: string }>(entries: Entry[], method: string): Entry | undefined => {
    const index = entries.findIndex((entry) => entry.method === method);
    return index < 0 ? undefined : entries.splice(index, 1)[0];
  };

  const send: VendorFetch = async (url, init) => {
    const { method = "GET", headers, body } = init;
    const { pathname, search } = new URL(url);
    // The first request of a digest exchange, which has no credentials, only fetches the challenge.
    const hasCredentials = [...new Headers(headers).keys()].some((name) => /^authorization$|-key$/.test(name));
    if (!hasCredentials) return nodeTransport(url, init);
    requests.push({ method, path: `${pathname}${search}`, body: jsonOf(body) });
    await take(hooks, method)?.work();
    const planned = take(responses, method);
    if (planned === undefined) return nodeTransport(url, init);
    const text = typeof planned.body === "string" ? planned.body : JSON.stringify(planned.body);
    return new Response(text, { status: planned.status });
  };

  return {
    clock,
    env,
    fetch: send,
    requests,
    call: sandbox.call,
    home: sandbox.home,
    async restart() {
      await sandbox.restart();
      Object.assign(env, sandbox.environment);
    },
    act: async (name, fields) =>
      objectField(await admin("POST", `actions/${vendor.name}/${name}`, fields), "result") ?? {},
    async set(settings) {
      await admin("PUT", `settings/${vendor.name}`, settings);
    },
    async refuse(method, status, how = {}) {
      await admin("POST", "faults", { method, status, ...how });
    },
    async plan(fault) {
      await admin("POST", "faults", fault);
    },
    respond: (method, status, body) => void responses.push({ method, status, body }),
    before: (method, work) => void hooks.push({ method, work }),
    requestCount: () => requests.length,
    async fail(fault, { nth = 1, resets = 0, method } = {}) {
      await admin("POST", "faults", { ...effects[fault], skip: nth - 1, method });
      if (resets > 0) await admin("POST", "faults", { reset: true, count: resets });
    },
    async clearFaults() {
      responses.length = 0;
      await admin("DELETE", "faults");
    },
    close: sandbox.close,
  };
}
