import type { PropertyMap } from "../kit/property-value.js";
import { openTestEngine, type TestEngine as TestEngineOf } from "../kit/test-engine.js";
import { type FakeTidbCloud, fakeClusterId, fakeKey, startFakeTidbCloud } from "./fake-tidbcloud.js";
import { createTidbCloudProvider } from "./tidbcloud-provider.js";

/** A fake TiDB Cloud, the plugin in this process, and an engine with one resource. */
export type TestEngine = TestEngineOf<FakeTidbCloud>;

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

/** Starts all three; waits take milliseconds. */
export async function startTestEngine(config: PropertyMap = {}, target = clusterTarget): Promise<TestEngine> {
  const fake = await startFakeTidbCloud();
  const env = {
    ...{ TIDBCLOUD_SERVERLESS_ENDPOINT: fake.url, TIDBCLOUD_IAM_ENDPOINT: `${fake.url}/iam` },
    ...{ TIDBCLOUD_PUBLIC_KEY: fakeKey.publicKey, TIDBCLOUD_PRIVATE_KEY: fakeKey.privateKey },
    ...{ PLANTON_SANDBOX: "1", PLANTON_SANDBOX_POLL_MS: "5" },
  };
  const createProvider = () => createTidbCloudProvider("0.1.0");
  return openTestEngine({ fake, createProvider, env, config: { maxRequestsPerMinute: "100000", ...config }, target });
}

/** Starts all three for a resource of that type; what is a part of a cluster finds its cluster. */
export async function startEngineOf(target: { readonly type: string }): Promise<TestEngine> {
  const engine = await startTestEngine({}, target);
  if (target.type !== clusterTarget.type) engine.fake.addCluster();
  return engine;
}
