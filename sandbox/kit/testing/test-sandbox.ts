import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isJsonObject, type JsonObject } from "../base/json-fields.js";
import { type RunningSandbox, runSandbox } from "../server/run-sandbox.js";
import type { SandboxVendor } from "../vendor/sandbox-vendor.js";

/** A response as a test sees it. */
export interface TestResponse {
  readonly status: number;
  readonly headers: Headers;
  /** Empty when the response has no JSON object. */
  readonly body: JsonObject;
  readonly text: string;
}

/** A call in a test. */
export interface TestCall {
  readonly method: string;
  readonly path: string;
  /** A form, or what is sent as JSON. */
  readonly body?: unknown;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends one call. Rejects when the connection is dropped. */
export async function sendCall(baseUrl: string, call: TestCall): Promise<TestResponse> {
  const response = await fetch(`${baseUrl}${call.path}`, {
    method: call.method,
    headers: { ...(call.token === undefined ? {} : { authorization: `Bearer ${call.token}` }), ...call.headers },
    ...(call.body === undefined ? {} : { body: call.body instanceof FormData ? call.body : JSON.stringify(call.body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.startsWith("application/json") === true;
  const value: unknown = isJson && text !== "" ? JSON.parse(text) : {};
  return { status: response.status, headers: response.headers, body: isJsonObject(value) ? value : {}, text };
}

/** A sandbox in this process, for tests: a home of its own, any free port, a clock that tests move. */
export interface TestSandbox {
  readonly home: string;
  /** Calls a vendor's route. */
  readonly call: (call: TestCall) => Promise<TestResponse>;
  /** Calls a route under `/_sandbox` with the sandbox's own token. */
  readonly admin: (method: string, path: string, body?: unknown) => Promise<TestResponse>;
  /** Environment variables that point the vendors' clients at it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Moves the clock on. */
  readonly passMs: (ms: number) => void;
  /** Ends it and starts it again on the same files. */
  readonly restart: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** The clock of a sandbox in a test. */
export interface SandboxClock {
  /** Milliseconds since 1970. */
  nowMs(): number;
  passMs(ms: number): void;
}

function standingClock(): SandboxClock {
  let nowMs = Date.parse("2026-01-02T03:04:05Z");
  return {
    nowMs: () => nowMs,
    passMs(ms) {
      nowMs += ms;
    },
  };
}

/**
 * Opens a sandbox whose creations and changes take exactly 1000 ms of its clock. Default: a clock of its own, which
 * moves only when it is moved.
 */
export async function openTestSandbox(
  vendors: readonly SandboxVendor[],
  clock: SandboxClock = standingClock(),
): Promise<TestSandbox> {
  const home = mkdtempSync(join(tmpdir(), "planton-sandbox-"));
  const run = (): Promise<RunningSandbox> =>
    runSandbox({
      home,
      port: 0,
      pace: { name: "fast", creationMs: 1000 },
      version: "test",
      vendors,
      nowMs: () => clock.nowMs(),
      fraction: () => 0,
      report: (text) => {
        throw new Error(text);
      },
    });
  let running = await run();
  const baseUrl = (): string => `http://127.0.0.1:${running.record.port}`;
  return {
    home,
    call: (call) => sendCall(baseUrl(), call),
    admin: (method, path, body) =>
      sendCall(baseUrl(), { method, path: `/_sandbox/${path}`, body, token: running.record.adminToken }),
    get environment() {
      return running.record.environment;
    },
    passMs: (ms) => clock.passMs(ms),
    async restart() {
      await running.close();
      running = await run();
    },
    async close() {
      await running.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
