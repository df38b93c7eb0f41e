import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../http/json.js";
import { defaultProjectId, secondProjectId } from "../../sandbox/tidbcloud/state.js";
import { type PropertyMap, unknownValue } from "../kit/schema/property-value.js";
import { plain } from "../kit/testing/test-client.js";
import { failureOf } from "../kit/testing/test-engine.js";
import {
  aliveClusters,
  basicInputs,
  clusterTarget,
  gateway,
  sentBy,
  startTestEngine,
  type TestEngine,
} from "./test-engine.js";

let engine: TestEngine;

beforeEach(async () => {
  engine = await startTestEngine();
});

afterEach(() => engine.stop());

const values = () => engine.kept()?.state.values ?? {};
const sent = (method: string) => sentBy(engine, method);
const clusterId = () => engine.kept()?.id ?? "";
const labels = async () => {
  const entries = Object.entries(Object((await cluster())["labels"]));
  return Object.fromEntries(entries.filter(([name]) => !name.startsWith("tidb.cloud/")));
};
const cluster = () => engine.fake.ask("GET", `/v1beta1/clusters/${clusterId()}`);
/** Changes the cluster as somebody else does. */
const change = (updateMask: string, values: JsonObject) =>
  engine.fake.ask("PATCH", `/v1beta1/clusters/${clusterId()}`, { updateMask, cluster: values });

async function up(inputs: PropertyMap) {
  const result = await engine.up(inputs);
  return { did: result.did, failure: failureOf(result) };
}

const nothing = { did: "nothing", failure: "" };
const updated = { did: "update", failure: "" };
const networks = [{ displayName: "office", startIp: "1.2.3.4", endIp: "1.2.3.9" }];

describe("update", () => {
  it.each<{ change: PropertyMap; mask: string; body: unknown }>([
    { change: { displayName: "other-name" }, mask: "displayName", body: { displayName: "other-name" } },
    {
      change: { spendingLimitMonthlyCents: 500 },
      mask: "spendingLimit.monthly",
      body: { spendingLimit: { monthly: 500 } },
    },
    {
      change: { labels: { a: "b" } },
      mask: "labels",
      body: { labels: { a: "b", "planton-owner": basicInputs.owner } },
    },
    {
      change: { automatedBackupPolicy: { retentionDays: 9 } },
      mask: "automatedBackupPolicy",
      body: { automatedBackupPolicy: { startTime: "07:00", retentionDays: 9 } },
    },
    {
      change: { publicEndpoint: { disabled: true } },
      mask: "endpoints.public.disabled",
      body: { endpoints: { public: { disabled: true } } },
    },
    {
      change: { publicEndpoint: { authorizedNetworks: networks } },
      mask: "endpoints.public.authorizedNetworks",
      body: {
        endpoints: {
          public: {
            authorizedNetworks: [{ displayName: "office", startIpAddress: "1.2.3.4", endIpAddress: "1.2.3.9" }],
          },
        },
      },
    },
  ])("patches $mask alone", async ({ change, mask, body }) => {
    await engine.up(basicInputs);
    const inputs = { ...basicInputs, ...change };
    expect(await up(inputs)).toEqual(updated);
    expect(sent("PATCH").map((call) => call.body)).toEqual([{ updateMask: mask, cluster: body }]);
    expect(sent("PUT")).toEqual([]);
    expect(await up(inputs)).toEqual(nothing);
    await engine.refresh();
    expect(await up(inputs)).toEqual(nothing);
  });

  it("changes the bounds of an Essential cluster", async () => {
    await engine.up({ ...basicInputs, autoScaling: { minRcu: 2000, maxRcu: 4000 } });
    expect(await up({ ...basicInputs, autoScaling: { minRcu: 2000, maxRcu: 6000 } })).toEqual(updated);
    expect(values()["autoScaling"]).toEqual({ minRcu: 2000, maxRcu: 6000 });
  });

  it("sets a new password, and makes new URLs for another database without a call", async () => {
    await engine.up(basicInputs);
    expect(await up({ ...basicInputs, rootPassword: "Changed-pass-1" })).toEqual(updated);
    expect(await engine.fake.hasPassword({ clusterId: clusterId() }, "Changed-pass-1")).toBe(true);
    expect(values()["password"]).toBe("Changed-pass-1");
    expect(await up({ ...basicInputs, database: "shop" })).toEqual(updated);
    expect(values()["serverlessDriverUrl"]).toMatch(new RegExp(`:Changed-pass-1@${gateway}/shop$`));
    expect([sent("PUT").length, sent("PATCH").length]).toEqual([1, 0]);
  });

  it("keeps the labels of others and takes away its own", async () => {
    await engine.fake.set({ labelUpdate: "replace" });
    await engine.up({ ...basicInputs, labels: { a: "1", b: "2" } });
    await change("labels", { labels: { ...(await labels()), console: "x" } });
    expect(await up({ ...basicInputs, labels: { b: "3" } })).toEqual(updated);
    expect(await labels()).toMatchObject({ b: "3", console: "x", "planton-owner": basicInputs.owner });
    expect(Object.keys(await labels())).not.toContain("a");
    expect(values()["labels"]).toEqual({ b: "3" });
    expect(await up(basicInputs)).toEqual(updated);
    expect(await up(basicInputs)).toEqual(nothing);
  });

  it("does not mind the order of networks", async () => {
    const two = [...networks, { displayName: "home", startIp: "5.5.5.5", endIp: "5.5.5.5" }];
    await engine.up({ ...basicInputs, publicEndpoint: { authorizedNetworks: two } });
    expect(await up({ ...basicInputs, publicEndpoint: { authorizedNetworks: [...two].reverse() } })).toEqual(nothing);
  });

  it("of policies, timeouts and the owner alone is none, and they count all the same", async () => {
    await engine.up(basicInputs);
    const local = {
      deletionPolicy: "RETAIN",
      readyTimeoutSeconds: 60,
      deleteTimeoutSeconds: 60,
      owner: "other-owner-1",
    };
    expect(await up({ ...basicInputs, ...local })).toEqual(nothing);
    expect(await engine.destroy()).toBeUndefined();
    expect(await aliveClusters(engine)).toHaveLength(1);
  });

  it.each<{ name: string; before: PropertyMap; after: PropertyMap }>([
    { name: "from Starter to Essential", before: {}, after: { autoScaling: { minRcu: 2000, maxRcu: 4000 } } },
    {
      name: "from Essential to Starter",
      before: { autoScaling: { minRcu: 2000, maxRcu: 4000 } },
      after: { spendingLimitMonthlyCents: 100 },
    },
    { name: "from Essential to nothing said", before: { autoScaling: { minRcu: 2000, maxRcu: 4000 } }, after: {} },
  ])("$name is refused before anything is done", async ({ before, after }) => {
    await engine.up({ ...basicInputs, ...before });
    const result = await up({ ...basicInputs, ...after });
    expect([result.did, /plan/.test(result.failure), sent("PATCH")]).toEqual(["refused", true, []]);
  });
});

describe("what is no change", () => {
  it("a move to another project, what the vendor adds, and what the program does not manage", async () => {
    const inputs = { ...basicInputs, projectId: secondProjectId, labels: { team: "web" } };
    await engine.up(inputs);
    await engine.fake.set({ unknownFields: true });
    await engine.fake.act("move-cluster", { clusterId: clusterId(), projectId: defaultProjectId });
    await change("labels", { labels: { console: "x" } });
    await change("automatedBackupPolicy", { automatedBackupPolicy: { startTime: "09:00", retentionDays: 3 } });
    await engine.refresh();
    expect(values()["projectId"]).toBe(defaultProjectId);
    expect(values()).toMatchObject({ automatedBackupPolicy: { startTime: "09:00", retentionDays: 3 } });
    expect(await up(inputs)).toEqual(nothing);
    expect(await up({ ...inputs, projectId: secondProjectId })).toEqual(nothing);
  });

  it("a rename in the console is one, and is taken back", async () => {
    await engine.up(basicInputs);
    await engine.fake.act("rename-cluster", { clusterId: clusterId(), displayName: "renamed-in-console" });
    await engine.refresh();
    expect(await up(basicInputs)).toEqual(updated);
    expect((await cluster())["displayName"]).toBe("portfolio-db");
  });
});

describe("replacement", () => {
  it.each<{ before: PropertyMap; after: PropertyMap; replaces: string[] }>([
    { before: {}, after: { region: "aws-us-east-1" }, replaces: ["region"] },
    { before: {}, after: { region: "regions/aws-ap-northeast-1" }, replaces: [] },
    { before: {}, after: { enhancedEncryption: true }, replaces: ["enhancedEncryption"] },
    { before: {}, after: { enhancedEncryption: false }, replaces: [] },
    { before: { projectId: secondProjectId }, after: { projectId: "78" }, replaces: ["projectId"] },
    { before: { projectId: secondProjectId }, after: { projectId: unknownValue }, replaces: ["projectId"] },
    { before: { projectId: secondProjectId }, after: {}, replaces: [] },
    { before: {}, after: { projectId: "78" }, replaces: [] },
    {
      before: {},
      after: { region: "aws-us-east-1", autoScaling: { minRcu: 2000, maxRcu: 2000 } },
      replaces: ["region"],
    },
  ])("from $before to $after because of $replaces", async ({ before, after, replaces }) => {
    await engine.up({ ...basicInputs, ...before });
    const old = engine.kept();
    if (old === undefined) throw new Error("nothing was kept");
    const { inputs } = await engine.client.check(clusterTarget, plain({ ...basicInputs, ...after }), old.inputs);
    const diff = await engine.client.diff(clusterTarget, { ...old, inputs, oldInputs: old.inputs });
    expect([diff.replaces, diff.deleteBeforeReplace]).toEqual([replaces, false]);
    if (replaces.length === 0) expect(diff.none).toBe(true);
  });
});
