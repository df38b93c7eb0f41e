import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../contract/clock.js";
import { PlantonError } from "../../../contract/planton-error.js";
import { pollUntil } from "../base/poll.js";
import type { Provider } from "../resource/provider.js";
import { defineFunction } from "../resource/provider-function.js";
import { defineResource } from "../resource/resource.js";
import { object, string } from "../schema/property-types.js";
import { type PropertyMap, unknownValue } from "../schema/property-value.js";
import { createTestClient, plain, TestCallError, type TestClient } from "../testing/test-client.js";
import { type ProviderServer, startProviderServer } from "./provider-server.js";

const waiting = { abandoned: false, polls: 0 };

const thing = defineResource<{ readonly region: string }>()({
  type: "test:index:Thing",
  description: "A thing that is ready only when nobody cancels.",
  inputs: {
    key: { type: string, secret: true },
    nested: { type: object({ inner: { type: string } }) },
    size: { type: string, required: true },
  },
  outputs: { token: { type: string, secret: true }, region: { type: string } },
  async create({ api, inputs, clock, cancelled, abandoned }) {
    if (inputs.size === "broken")
      throw new PlantonError({ code: "E_VENDOR", message: "no such size", hint: "take another" });
    if (inputs.size === "repeated") {
      const message = `422 ${JSON.stringify(inputs.key)}\n::error::\u001b[31m\u200b`;
      throw new PlantonError({ code: "E_VENDOR", message, hint: `take another:\n  ${inputs.nested?.inner}` });
    }
    if (inputs.size === "bug") throw new Error(`of ${inputs.key}`);
    if (inputs.size === "kept") {
      const reason = `${Buffer.from(String(inputs.key)).toString("base64")}\nhint: ::error::`;
      return { id: "1", state: inputs, incomplete: [reason] };
    }
    const state = { ...inputs, region: api.region };
    if (inputs.size !== "slow") return { id: "1", state: { ...state, token: "t" } };
    const look = async () => {
      waiting.polls += 1;
      return undefined;
    };
    const pace = { firstIntervalMs: 1, maxIntervalMs: 1, growth: 1 };
    try {
      await pollUntil({ look, pace, timeoutMs: 60_000, clock, signals: [cancelled, abandoned] });
    } catch {
      // Both signals end the wait; what is known goes into the state.
      waiting.abandoned = abandoned.aborted;
    }
    return { id: "1", state, incomplete: ["it is still being made"], refreshBeforeUpdate: true };
  },
  async read({ id, state }) {
    return { id, state: { ...state, size: state.size ?? "imported" } };
  },
  async delete() {},
});

const provider: Provider<{ readonly region: string }> = {
  name: "test",
  version: "1.2.3",
  description: "A provider for tests.",
  config: { region: { type: string, fixed: true } },
  checkConfig: () => [],
  configure: ({ region }) => ({ region: String(region) }),
  resources: [thing],
  functions: [
    defineFunction<{ readonly region: string }>()({
      ...{
        token: "test:index:echo",
        description: "Echo.",
        inputs: { word: { type: string } },
        outputs: { word: { type: string } },
      },
      invoke: async ({ word }, { api }) => ({ word: `${api.region} ${word}` }),
    }),
  ],
};

const target = { type: "test:index:Thing" };
let server: ProviderServer;
let client: TestClient;

beforeEach(async () => {
  Object.assign(waiting, { abandoned: false, polls: 0 });
  server = await startProviderServer(provider, { env: {}, fetch, clock: systemClock });
  client = createTestClient(server.port);
  await client.configure(plain({ region: "here" }));
});

afterEach(() => {
  client.close();
  server.stop();
});

async function failure(call: Promise<unknown>): Promise<TestCallError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof TestCallError) return error;
  throw new Error("the call did not fail");
}

describe("secrets and unknowns", () => {
  it("marks declared secrets and gives back what was secret", async () => {
    const values = { size: "s", key: "k", nested: { inner: "x" } };
    const { inputs } = await client.check(target, { values, secrets: new Set(["nested"]) });
    expect(inputs.secrets).toEqual(new Set(["nested", "key"]));
    const { state } = await client.create(target, inputs);
    expect(state.secrets).toEqual(new Set(["nested", "key", "token"]));
    expect(state.values).toEqual({ ...values, region: "here", token: "t" });
    const read = await client.read(target, "1", { state, inputs });
    expect(read).toMatchObject({ state, inputs });
  });

  it("hands unknowns on at any depth", async () => {
    const values: PropertyMap = { size: "s", nested: { inner: unknownValue } };
    expect((await client.check(target, plain(values))).inputs.values).toEqual(values);
    const { state } = await client.create(target, plain(values), { preview: true });
    expect(state.values).toEqual({ ...values, region: unknownValue, token: unknownValue });
  });
});

describe("failures", () => {
  it("reports a thrown error with its hint and without a resource", async () => {
    const error = await failure(client.create(target, plain({ size: "broken" })));
    expect(error.message).toBe("no such size\nhint: take another");
    expect(error.unfinished).toBeUndefined();
  });

  it.each([
    ["repeated", '422 "[secret]"\\n::error::\\x1b[31m\\u200b\nhint: take another:\n  [secret]'],
    ["bug", "of [secret]"],
  ])("has no secret of the request and no control character in an error: %s", async (size, message) => {
    const values = { size, key: 'marker-"1"\nof two', nested: { inner: "marker-2" } };
    const { inputs } = await client.check(target, { values, secrets: new Set(["nested"]) });
    expect((await failure(client.create(target, inputs))).message).toBe(message);
  });

  it("has none in the reasons for what is unfinished", async () => {
    const { inputs } = await client.check(target, plain({ size: "kept", key: "marker-1" }));
    const { unfinished } = await failure(client.create(target, inputs));
    expect(unfinished?.reasons).toEqual(["[secret]\nhint: ::error::"]);
  });

  it("replaces where there is no update", async () => {
    const diff = await client.diff(target, { state: plain({ size: "a" }), inputs: plain({ size: "b" }) });
    expect(diff).toMatchObject({ paths: ["size"], replaces: ["size"] });
  });

  it.each([
    ["resource", () => client.check({ type: "test:index:Other" }, plain({}))],
    ["function", () => client.invoke("test:index:other", {})],
  ])("names a %s that it does not have", async (_what, call) => {
    expect((await failure(call())).message).toContain("test:index:");
  });

  it("refuses another value of a fixed key", async () => {
    await expect(client.diffConfig(plain({ region: "a" }), plain({ region: "b" }))).rejects.toThrow("region");
  });

  it("waits with an error until an unknown configuration is needed", async () => {
    await client.configure(plain({ region: unknownValue }));
    expect((await client.create(target, plain({ size: "s" }), { preview: true })).id).toBe("");
    await expect(client.invoke("test:index:echo", { word: "x" })).rejects.toThrow("not known yet");
  });
});

describe("cancel", () => {
  it("ends a wait and keeps the resource with its reasons", async () => {
    const creation = failure(client.create(target, { values: { size: "slow", key: "k" }, secrets: new Set(["key"]) }));
    await expect.poll(() => waiting.polls).toBeGreaterThan(0);
    await client.cancel();
    const { unfinished } = await creation;
    expect(unfinished).toMatchObject({
      id: "1",
      reasons: ["it is still being made"],
      inputs: { values: { size: "slow", key: "k" } },
    });
    expect(unfinished?.state).toEqual({
      values: { size: "slow", key: "k", region: "here" },
      secrets: new Set(["key"]),
    });
  });

  it("ends a wait when the engine hangs up, and serves the next configuration after a cancel", async () => {
    const creation = failure(client.create(target, plain({ size: "slow" })));
    await expect.poll(() => waiting.polls).toBeGreaterThan(0);
    client.close();
    server.stop();
    await creation;
    await expect.poll(() => waiting.abandoned).toBe(true);
  });

  it("starts afresh with the next configuration", async () => {
    await client.cancel();
    await client.configure(plain({ region: "there" }));
    expect((await client.invoke("test:index:echo", { word: "hi" })).result.values).toEqual({ word: "there hi" });
  });
});

describe("several engines on one process", () => {
  it("keeps their configurations apart", async () => {
    const other = createTestClient(server.port);
    await other.configure(plain({ region: "there" }));
    expect((await client.invoke("test:index:echo", { word: "hi" })).result.values).toEqual({ word: "here hi" });
    expect((await other.invoke("test:index:echo", { word: "hi" })).result.values).toEqual({ word: "there hi" });
    other.close();
  });
});
