import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, systemClock } from "../../../contract/clock.js";
import type { VendorFetch } from "../../../contract/vendor.js";
import { nodeTransport } from "../../../http/transport.js";
import type { Provider } from "../resource/provider.js";
import { noProperties, type Properties, type PropertyMap } from "../schema/property-value.js";
import { startProviderServer } from "../server/provider-server.js";
import { createTestClient, plain, TestCallError, type TestClient, type TestTarget } from "./test-client.js";

/** What an engine keeps of one resource. */
export interface EngineState {
  readonly id: string;
  readonly state: Properties;
  readonly inputs: Properties;
  readonly initErrors: readonly string[];
}

/** What an `up` did, and the error it ended with. */
export interface UpResult {
  readonly did: "create" | "update" | "nothing" | "refused";
  readonly error: TestCallError | undefined;
}

/** A fake vendor as the engine needs it. */
export interface EngineFake {
  close(): Promise<void>;
}

/** What {@link openTestEngine} needs. */
export interface TestEngineInit<Api, Fake extends EngineFake> {
  readonly fake: Fake;
  readonly createProvider: () => Provider<Api>;
  /** Environment of the plugin; PLANTON_HOME comes on top. */
  readonly env: Readonly<Record<string, string>>;
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** Default: the runtime's. */
  readonly fetch?: VendorFetch;
  readonly config: PropertyMap;
  /** The resource under test. */
  readonly target: TestTarget;
}

/** A fake vendor, the plugin in this process, and an engine with one resource. */
export interface TestEngine<Fake extends EngineFake> {
  readonly fake: Fake;
  readonly client: TestClient;
  readonly home: string;
  kept(): EngineState | undefined;
  /** Check, Diff, and Create or Update, as the engine does it; keeps what it would keep. */
  up(values: PropertyMap, timeoutSeconds?: number): Promise<UpResult>;
  refresh(): Promise<void>;
  /** Deletes it; false when that failed. */
  destroy(): Promise<TestCallError | undefined>;
  /** Drops the state, as a crash before the engine saved it does. */
  forget(): void;
  /** Stops the plugin and starts another one. */
  restart(): Promise<void>;
  intents(): readonly string[];
  /** What the user was warned of. */
  readonly warnings: readonly string[];
  stop(): Promise<void>;
}

async function errorOf(call: Promise<unknown>): Promise<TestCallError | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    if (error instanceof TestCallError) return error;
    throw error;
  }
}

/** Starts the plugin and the engine for a fake that runs. */
export async function openTestEngine<Api, Fake extends EngineFake>(
  init: TestEngineInit<Api, Fake>,
): Promise<TestEngine<Fake>> {
  const { fake, target, clock = systemClock, fetch = nodeTransport } = init;
  const home = mkdtempSync(join(tmpdir(), "planton-plugin-"));
  const warnings: string[] = [];
  const warn = async (_urn: string, message: string): Promise<void> => void warnings.push(message);
  const connect = async () => {
    const context = { env: { ...init.env, PLANTON_HOME: home }, fetch, clock, warn };
    const server = await startProviderServer(init.createProvider(), context);
    const client = createTestClient(server.port);
    await client.configure(plain(init.config));
    return { server, client };
  };
  let plugin = await connect();
  // Each run of an engine has a connection of its own.
  const reconnect = async (): Promise<void> => {
    plugin.client.close();
    plugin.server.stop();
    plugin = await connect();
  };
  let kept: EngineState | undefined;

  const keepUnfinished = (error: TestCallError | undefined, inputs: Properties): void => {
    if (error?.unfinished === undefined) return;
    const { id, state, reasons } = error.unfinished;
    kept = { id, state, inputs, initErrors: reasons };
  };

  const create = async (inputs: Properties, timeoutSeconds?: number): Promise<UpResult> => {
    const options = timeoutSeconds === undefined ? {} : { timeoutSeconds };
    const error = await errorOf(
      plugin.client.create(target, inputs, options).then((made) => {
        kept = { ...made, inputs, initErrors: [] };
      }),
    );
    keepUnfinished(error, inputs);
    return { did: "create", error };
  };

  const update = async (old: EngineState, inputs: Properties): Promise<UpResult> => {
    const oldInputs = old.inputs;
    const sides = { id: old.id, state: old.state, inputs, oldInputs };
    let none = false;
    const refused = await errorOf(
      plugin.client.diff(target, sides).then((diff) => {
        none = diff.none && old.initErrors.length === 0;
      }),
    );
    if (refused !== undefined) return { did: "refused", error: refused };
    if (none) {
      kept = { ...old, inputs };
      return { did: "nothing", error: undefined };
    }
    const error = await errorOf(
      plugin.client.update(target, sides).then((state) => {
        kept = { id: old.id, state, inputs, initErrors: [] };
      }),
    );
    keepUnfinished(error, inputs);
    return { did: "update", error };
  };

  return {
    fake,
    home,
    warnings,
    get client() {
      return plugin.client;
    },
    kept: () => kept,
    async up(values, timeoutSeconds) {
      const { inputs, failures } = await plugin.client.check(target, plain(values), kept?.inputs ?? noProperties);
      if (failures.length > 0)
        throw new Error(failures.map(({ property, reason }) => `${property}: ${reason}`).join("\n"));
      return kept === undefined ? create(inputs, timeoutSeconds) : update(kept, inputs);
    },
    async refresh() {
      if (kept === undefined) return;
      const read = await plugin.client.read(target, kept.id, kept);
      kept = read.id === "" ? undefined : { ...read, initErrors: [] };
    },
    async destroy() {
      if (kept === undefined) return undefined;
      await reconnect();
      const error = await errorOf(plugin.client.delete(target, kept.id, kept.state, 0, kept.inputs));
      if (error === undefined) kept = undefined;
      return error;
    },
    forget() {
      kept = undefined;
    },
    restart: reconnect,
    intents: () => {
      try {
        return readdirSync(join(home, "intents"));
      } catch {
        // The folder comes with the first record.
        return [];
      }
    },
    async stop() {
      plugin.client.close();
      plugin.server.stop();
      await fake.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** All that an `up` said when it failed; "" when it went well. */
export function failureOf({ error }: Pick<UpResult, "error">): string {
  return error === undefined ? "" : [error.message, ...(error.unfinished?.reasons ?? [])].join("\n");
}
