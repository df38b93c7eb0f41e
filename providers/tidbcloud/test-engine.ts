import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../kit/clock.js";
import { noProperties, type Properties, type PropertyMap } from "../kit/property-value.js";
import { startProviderServer } from "../kit/provider-server.js";
import { createTestClient, plain, TestCallError, type TestClient } from "../kit/test-client.js";
import { type FakeTidbCloud, fakeClusterId, fakeKey, startFakeTidbCloud } from "./fake-tidbcloud.js";
import { createTidbCloudProvider } from "./tidbcloud-provider.js";

/** The branch under test. */
export const branchTarget = { type: "tidbcloud:index/branch:Branch" };

/** The user under test. */
export const sqlUserTarget = { type: "tidbcloud:index/sqlUser:SqlUser" };

/** The cluster under test. */
export const clusterTarget = { type: "tidbcloud:index/serverlessCluster:ServerlessCluster" };

/** The least that a cluster needs, with a mark of its stack. */
export const basicInputs = { displayName: "portfolio-db", region: "aws-ap-northeast-1", owner: "shop-dev-0a1b2c3d" };

/** The least that a branch needs, of the first cluster of the fake. */
export const basicBranch = { clusterId: fakeClusterId(1), displayName: "dev" };

/** A user of the first cluster of the fake. */
export const basicUser = { clusterId: fakeClusterId(1), userName: "app", builtinRole: "role_readwrite" };

/** Ids of the resources of all branches that are neither gone nor going. */
export function aliveBranches({ fake }: Pick<TestEngine, "fake">): readonly string[] {
  const branches = [...fake.branches.values()].filter(({ state }) => state !== "DELETED" && state !== "DELETING");
  return branches.map(({ clusterId, branchId }) => `${clusterId},${branchId}`);
}

/** Ids of the resources of all users. */
export function aliveUsers({ fake }: Pick<TestEngine, "fake">): readonly string[] {
  return [...fake.sqlUsers.keys()].map((name) => `${fakeClusterId(1)},${name.split(".").at(1)}`);
}

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

/** A fake vendor, the plugin in this process, and an engine with one resource. */
export interface TestEngine {
  readonly fake: FakeTidbCloud;
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

/** Starts all three; waits take milliseconds. */
export async function startTestEngine(config: PropertyMap = {}, target = clusterTarget): Promise<TestEngine> {
  const fake = await startFakeTidbCloud();
  const home = mkdtempSync(join(tmpdir(), "planton-tidbcloud-"));
  const env = {
    ...{ TIDBCLOUD_SERVERLESS_ENDPOINT: fake.url, TIDBCLOUD_PUBLIC_KEY: fakeKey.publicKey, PLANTON_HOME: home },
    ...{ TIDBCLOUD_IAM_ENDPOINT: `${fake.url}/iam` },
    ...{ TIDBCLOUD_PRIVATE_KEY: fakeKey.privateKey, PLANTON_SANDBOX: "1", PLANTON_SANDBOX_POLL_MS: "5" },
  };
  const warnings: string[] = [];
  const warn = async (_urn: string, message: string): Promise<void> => void warnings.push(message);
  const surroundings = { env, fetch, clock: systemClock, warn };
  const connect = async () => {
    const server = await startProviderServer(createTidbCloudProvider("0.1.0"), surroundings);
    const client = createTestClient(server.port);
    await client.configure(plain({ maxRequestsPerMinute: "100000", ...config }));
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

/** Starts all three for a resource of that type; what is a part of a cluster finds its cluster. */
export async function startEngineOf(target: { readonly type: string }): Promise<TestEngine> {
  const engine = await startTestEngine({}, target);
  if (target.type !== clusterTarget.type) engine.fake.addCluster();
  return engine;
}
