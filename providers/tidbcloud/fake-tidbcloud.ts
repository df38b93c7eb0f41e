import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { FaultyVendor, VendorFault } from "../kit/test-faults.js";
import { type FakeBranch, fakeBranchRoutes } from "./fake-branches.js";
import {
  completeDatabase,
  createFakeLife,
  type FakeDatabase,
  type FakeDatabaseRules,
  type Json,
  newEndpoints,
  status,
} from "./fake-database.js";
import { createFakeDigest, type FakeDigestRules } from "./fake-digest.js";
import { type FakeSqlUser, fakeSqlUserRoutes } from "./fake-sql-users.js";

/** A request that passed the fake's check of the key. */
export interface FakeCall {
  readonly method: string;
  readonly path: string;
  readonly body: Json | undefined;
}

/** A cluster as the fake keeps it. */
export interface FakeCluster extends FakeDatabase {
  clusterId: string;
  labels: Record<string, string>;
}

/** Switches and contents of the fake. */
export interface FakeSettings extends FakeDatabaseRules {
  /** Faults by number of the call, counted from 1; a list is used up. */
  readonly faults: Map<number, VendorFault>;
  /** Answers in place of those of the next calls that fit, used up one by one. */
  readonly answers: { method: string; path: RegExp; status: number; body?: unknown }[];
  readonly digest: FakeDigestRules;
  keepsLabelsAtCreate: boolean;
}

/** A small TiDB Cloud for tests of the plugin: verifies Digest strictly and keeps clusters in memory. */
export interface FakeTidbCloud extends FakeSettings, FaultyVendor {
  readonly url: string;
  readonly calls: FakeCall[];
  readonly clusters: Map<string, FakeCluster>;
  readonly branches: Map<string, FakeBranch>;
  /** By full name; those of all clusters. */
  readonly sqlUsers: Map<string, FakeSqlUser>;
  /** Root passwords by the id of the cluster or branch. */
  readonly passwords: Map<string, string>;
  /** Puts in a cluster that is ready. */
  addCluster(): FakeCluster;
  /** The clusters that are neither gone nor going. */
  alive(): readonly FakeCluster[];
  /** Requests of all kinds, those without a proof included. */
  requests: number;
  close(): Promise<void>;
}

/** The key that the fake knows. */
export const fakeKey = { publicKey: "pub-marker", privateKey: "priv-marker-secret" };

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Id of the cluster that a fake makes as its first, second ... */
export function fakeClusterId(number: number): string {
  return `1069930961647287${String(number).padStart(4, "0")}`;
}

function newCluster(body: Json, number: number): FakeCluster {
  const clusterId = fakeClusterId(number);
  const given = (body["labels"] as Record<string, string> | undefined) ?? {};
  const region = (body["region"] as Json)["name"];
  return {
    ...{ clusterId, name: `clusters/${clusterId}`, displayName: String(body["displayName"]), state: "CREATING" },
    region: {
      name: region,
      regionId: String(region).split("/")[1],
      cloudProvider: "aws",
      displayName: "Tokyo (ap-northeast-1)",
    },
    labels: { "tidb.cloud/organization": "org-1", "tidb.cloud/project": "1000", ...given },
    servicePlan: body["autoScaling"] === undefined ? "Starter" : "Essential",
    ...(body["autoScaling"] === undefined
      ? { spendingLimit: body["spendingLimit"] ?? {} }
      : { autoScaling: body["autoScaling"] }),
    encryptionConfig: body["encryptionConfig"] ?? { enhancedEncryptionEnabled: false },
    automatedBackupPolicy: { startTime: "07:00", retentionDays: 1 },
    endpoints: newEndpoints((body["endpoints"] as Json | undefined)?.["public"] as Json),
    createTime: new Date().toISOString(),
    createdBy: "apikey-test",
    userPrefix: "",
  };
}

function applyMask(cluster: Json, values: Json, path: readonly string[]): void {
  const [name = "", ...rest] = path;
  if (rest.length === 0) cluster[name] = values[name];
  else {
    cluster[name] ??= {};
    applyMask(cluster[name] as Json, (values[name] ?? {}) as Json, rest);
  }
}

/** Starts a fake on a free loopback port. */
export async function startFakeTidbCloud(): Promise<FakeTidbCloud> {
  const digest: FakeDigestRules = { usesPerNonce: Number.POSITIVE_INFINITY, saysStale: true, algorithm: "MD5" };
  const fake: Omit<FakeTidbCloud, "url" | "alive" | "addCluster" | keyof FaultyVendor> = {
    ...{
      faults: new Map(),
      answers: [],
      digest,
      creatingReads: 2,
      dropsBranchPassword: false,
      deletingReads: 1,
      lateFields: false,
      goneStatus: 404,
    },
    ...{ keepsLabelsAtCreate: true, calls: [], clusters: new Map(), passwords: new Map(), requests: 0 },
    ...{ branches: new Map(), sqlUsers: new Map() },
  };
  const guard = createFakeDigest({ [fakeKey.publicKey]: fakeKey.privateKey }, digest);
  const life = createFakeLife(fake);
  const branches = fakeBranchRoutes(fake, life);
  const sqlUsers = fakeSqlUserRoutes(fake);
  let made = 0;

  const told = (cluster: FakeCluster, view: string): Json => {
    const annotations = { "tidb.cloud/has-set-password": String(fake.passwords.has(cluster.clusterId)) };
    const { spendingLimit, automatedBackupPolicy, ...basic } = cluster;
    return view === "FULL" ? { ...basic, spendingLimit, automatedBackupPolicy, annotations, unknownField: 1 } : basic;
  };

  const list = (query: URLSearchParams): [number, Json] => {
    const [, name, value] = /^(\w+)="([^"]*)"$/.exec(query.get("filter") ?? "") ?? [];
    const fits = [...fake.clusters.values()].filter((cluster) => name === undefined || cluster[name] === value);
    const start = Number(query.get("pageToken") ?? 0);
    const size = 2;
    const next = start + size < fits.length ? { nextPageToken: String(start + size) } : {};
    const page = fits.slice(start, start + size).filter(({ state }) => state !== "DELETED");
    return [200, { clusters: page.map((cluster) => told(cluster, "BASIC")), totalSize: fits.length, ...next }];
  };

  const create = (body: Json): [number, Json] => {
    const cluster = newCluster(fake.keepsLabelsAtCreate ? body : { ...body, labels: undefined }, ++made);
    fake.clusters.set(cluster.clusterId, cluster);
    if (typeof body["rootPassword"] === "string") fake.passwords.set(cluster.clusterId, body["rootPassword"]);
    return [200, told(cluster, "BASIC")];
  };

  const one = (call: FakeCall, cluster: FakeCluster, view: string): [number, Json] => {
    const { method, path, body = {} } = call;
    if (method === "GET") {
      life.advance(cluster.clusterId, cluster);
      if (cluster.state === "DELETED") return [fake.goneStatus, status(5, "not found")];
      return [200, told(cluster, view)];
    }
    if (method === "DELETE") {
      life.leave(cluster.clusterId, cluster);
      return [200, told(cluster, "BASIC")];
    }
    if (cluster.state !== "ACTIVE") return [400, status(9, "the cluster is not active")];
    if (path.endsWith("/password")) fake.passwords.set(cluster.clusterId, String(body["password"]));
    else applyMask(cluster, body["cluster"] as Json, String(body["updateMask"]).split("."));
    if (path.endsWith("/password")) return [200, {}];
    if (body["updateMask"] === "labels")
      cluster.labels = { ...cluster.labels, "tidb.cloud/organization": "org-1", "tidb.cloud/project": "1000" };
    return [200, told(cluster, "BASIC")];
  };

  const route = (call: FakeCall): [number, unknown] => {
    const url = new URL(call.path.replace(/^\/iam/, ""), "http://fake");
    const [, , collection, id, part, ...rest] = url.pathname.split("/").map(decodeURIComponent);
    if (collection !== "clusters") return [404, status(5, "no such route")];
    if (id === undefined) return call.method === "POST" ? create(call.body ?? {}) : list(url.searchParams);
    const cluster = fake.clusters.get(id);
    if (cluster === undefined || cluster.state === "DELETED")
      return [fake.goneStatus, status(5, `cluster ${id} not found`)];
    if (part === "branches") return branches(call, cluster.clusterId, rest);
    if (part === "sqlUsers") return sqlUsers(call, String(cluster["userPrefix"]), rest);
    return one(call, cluster, url.searchParams.get("view") ?? "FULL");
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = "GET", url: path = "/" } = request;
    const text = await textOf(request);
    fake.requests += 1;
    const send = (code: number, body: unknown, headers: Record<string, string> = {}): void => {
      response.writeHead(code, { "content-type": "application/json", "x-debug-trace-id": "trace-1", ...headers });
      response.end(JSON.stringify(body));
    };
    const challenge = guard.refuse(method, path, request.headers.authorization);
    if (challenge !== undefined) return send(401, status(16, "unauthenticated"), { "www-authenticate": challenge });
    const call: FakeCall = { method, path, body: text === "" ? undefined : JSON.parse(text) };
    fake.calls.push(call);
    const fault = fake.faults.get(fake.calls.length);
    if (fault === "reset before") return void request.socket.destroy();
    if (fault === "500 before") return send(500, status(13, `internal ${fakeKey.publicKey} ${text}`));
    if (fault === "429")
      return send(429, status(49900007, "too many"), {
        "x-ratelimit-remaining-minute": "0",
        "x-ratelimit-reset": "0.02",
      });
    const index = fake.answers.findIndex((planned) => planned.method === method && planned.path.test(path));
    const [planned] = index < 0 ? [] : fake.answers.splice(index, 1);
    const [code, body] = planned ? [planned.status, planned.body ?? status(3, "planned")] : route(call);
    if (fault === "reset after") return void request.socket.destroy();
    if (fault === "500 after") return send(500, status(13, "internal"));
    if (fault !== "lost answer") return send(code, body);
    response.writeHead(code, { "content-type": "application/json", "content-length": "100000" });
    response.write("{");
    setTimeout(() => request.socket.destroy(), 5);
  };

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A listening TCP server has an address of this shape.
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  };
  const alive = () => [...fake.clusters.values()].filter(({ state }) => state !== "DELETED" && state !== "DELETING");
  const addCluster = (): FakeCluster => {
    const cluster = newCluster({ displayName: "parent", region: { name: "regions/aws-ap-northeast-1" } }, ++made);
    cluster.state = "ACTIVE";
    completeDatabase(cluster);
    fake.clusters.set(cluster.clusterId, cluster);
    return cluster;
  };
  const faulty: FaultyVendor = {
    requestCount: () => fake.calls.length,
    fail(fault, { nth = 1, resets = 0 } = {}) {
      const start = fake.calls.length + nth;
      fake.faults.set(start, fault);
      for (let next = 1; next <= resets; next += 1) fake.faults.set(start + next, "reset before");
    },
    clearFaults: () => fake.faults.clear(),
    close,
  };
  return Object.assign(fake, faulty, { alive, addCluster, url: `http://127.0.0.1:${port}` });
}
