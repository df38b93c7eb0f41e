import { openTidbCloud } from "../../clients/tidbcloud.js";
import { asString, type JsonObject } from "../../http/json.js";
import { nodeTransport } from "../../http/transport.js";
import { colleagueKey } from "../../sandbox/tidbcloud/api-keys.js";
import { tidbCloudVendor } from "../../sandbox/tidbcloud/tidbcloud-vendor.js";
import type { PropertyMap } from "../kit/schema/property-value.js";
import { openTestEngine, type TestEngine as TestEngineOf } from "../kit/testing/test-engine.js";
import { openTestVendor, type TestVendor } from "../kit/testing/test-vendor.js";
import { isLeaving } from "./database.js";
import { createTidbCloudProvider } from "./tidbcloud-provider.js";

/** TiDB Cloud's stand-in, and what a colleague does there with a key of their own, in the console or by the API. */
export interface TidbVendor extends TestVendor {
  /** Sends a request and gives the object of its response. Throws for a refusal. */
  ask(method: "GET" | "POST" | "PATCH" | "DELETE", path: string, body?: JsonObject): Promise<JsonObject>;
  /** All objects of a list, given the path and the key in the response. */
  list(path: string, items: string): Promise<readonly JsonObject[]>;
  /** Creates a cluster in the console that is ready at once, and gives its id. */
  addCluster(facts?: Readonly<Record<string, string>>): Promise<string>;
  /** Whether that is the password of a cluster, or of a branch or user of it. */
  hasPassword(
    owner: { readonly clusterId: string; readonly branchId?: string; readonly userName?: string },
    password: unknown,
  ): Promise<boolean>;
}

/** TiDB Cloud's stand-in, the plugin in this process, and an engine with one resource. */
export type TestEngine = TestEngineOf<TidbVendor>;

type Vendor = Pick<TestEngine, "fake">;

/** The branch under test. */
export const branchTarget = { type: "tidbcloud:index/branch:Branch" };

/** The user under test. */
export const sqlUserTarget = { type: "tidbcloud:index/sqlUser:SqlUser" };

/** The cluster under test. */
export const clusterTarget = { type: "tidbcloud:index/serverlessCluster:ServerlessCluster" };

/** The least that a cluster needs, with a mark of its stack. */
export const basicInputs = { displayName: "portfolio-db", region: "aws-ap-northeast-1", owner: "shop-dev-0a1b2c3d" };

/** The cluster that branches and users are made in; the name of each of its users begins with the prefix and a dot. */
export const parent = { clusterId: "10699309616472870001", userPrefix: "AbCdEf123456789" };

/** Host of all clusters under test, and of their branches. */
export const gateway = "gateway01.ap-northeast-1.prod.aws.tidbcloud.invalid";

/** The least that a branch needs. */
export const basicBranch = { clusterId: parent.clusterId, displayName: "dev" };

/** The least that a user needs. */
export const basicUser = { clusterId: parent.clusterId, userName: "app", builtinRole: "role_readwrite" };

const clustersPath = "/v1beta1/clusters";
/** Path of the branches of the parent. */
export const branchesPath = `${clustersPath}/${parent.clusterId}/branches`;
/** Path of the users of the parent. */
export const usersPath = `${clustersPath}/${parent.clusterId}/sqlUsers`;

/** The clusters that are not being deleted, oldest first, without that of branches and users. */
export async function listClusters({ fake }: Vendor): Promise<readonly JsonObject[]> {
  const clusters = await fake.list(clustersPath, "clusters");
  return clusters.filter((cluster) => !isLeaving(cluster) && cluster["clusterId"] !== parent.clusterId);
}

/** Ids of {@link listClusters}. */
export async function aliveClusters(engine: Vendor): Promise<readonly string[]> {
  return (await listClusters(engine)).map(({ clusterId }) => String(clusterId));
}

/** The branches of the parent, oldest first. */
export async function listBranches({ fake }: Vendor): Promise<readonly JsonObject[]> {
  return (await fake.list(branchesPath, "branches")).filter((branch) => !isLeaving(branch));
}

/** Ids of the resources of all branches. */
export async function aliveBranches(engine: Vendor): Promise<readonly string[]> {
  return (await listBranches(engine)).map(({ branchId }) => `${parent.clusterId},${branchId}`);
}

/** The users of the parent without its root user. */
export async function listUsers({ fake }: Vendor): Promise<readonly JsonObject[]> {
  const users = await fake.list(usersPath, "sqlUsers");
  return users.filter(({ userName }) => userName !== `${parent.userPrefix}.root`);
}

/** Ids of the resources of all users. */
export async function aliveUsers(engine: Vendor): Promise<readonly string[]> {
  const names = (await listUsers(engine)).map(({ userName }) => asString(userName)?.split(".").at(1));
  return names.map((name) => `${parent.clusterId},${name}`);
}

/** Creates a user of the parent as somebody else does. */
export async function addUser({ fake }: Vendor, userName: string, builtinRole = "role_admin"): Promise<void> {
  const body = { userName, builtinRole, password: "Foreign-pass-1", autoPrefix: false };
  await fake.ask("POST", usersPath, body);
}

/** The requests of that method that the plugin sent. */
export function sentBy({ fake }: Vendor, method: string) {
  return fake.requests.filter((request) => request.method === method);
}

/** Lets the response to the POST be lost, and every request after it. */
export async function losePost(engine: Vendor): Promise<void> {
  engine.fake.before("POST", () => engine.fake.fail("lost response", { resets: 40 }));
}

async function openTidbVendor(): Promise<TidbVendor> {
  const vendor = await openTestVendor(tidbCloudVendor);
  const { env, clock } = vendor;
  await vendor.set({ nonceUse: "rising", deletionMs: 1000 });
  const client = openTidbCloud("serverless", colleagueKey, { env: { ...env }, clock, fetch: nodeTransport });
  return {
    ...vendor,
    ask: (method, path, body) => client.call({ method, path, ...(body === undefined ? {} : { body }) }),
    list: (path, items) => client.list({ path, items }),
    async addCluster(facts = {}) {
      const { clusterId } = await vendor.act("create-cluster", {
        ...{ displayName: basicInputs.displayName, region: basicInputs.region },
        ...facts,
      });
      clock.passMs(1000);
      return String(clusterId);
    },
    hasPassword: async (owner, password) =>
      (await vendor.act("check-password", { ...owner, password }))["right"] === true,
  };
}

/** Starts all three; what is a part of a cluster finds its cluster. */
export async function startTestEngine(config: PropertyMap = {}, target = clusterTarget): Promise<TestEngine> {
  const fake = await openTidbVendor();
  if (target.type !== clusterTarget.type) await fake.addCluster({ ...parent, displayName: "parent" });
  const { env, clock, fetch } = fake;
  // A creation and a deletion take a second there, so that each is seen under way once.
  Object.assign(env, { PLANTON_SANDBOX: "1", PLANTON_SANDBOX_POLL_MS: "600" });
  const createProvider = () => createTidbCloudProvider("0.1.0");
  return openTestEngine({ fake, createProvider, env, clock, fetch, config, target });
}

/** Starts all three for a resource of that type. */
export function startEngineOf(target: { readonly type: string }): Promise<TestEngine> {
  return startTestEngine({}, target);
}
