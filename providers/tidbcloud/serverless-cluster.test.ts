import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defaultProjectId, organizationId, secondProjectId } from "../../sandbox/tidbcloud/state.js";
import { failureOf } from "../kit/testing/test-engine.js";
import {
  aliveClusters,
  basicInputs,
  clusterTarget,
  gateway,
  listClusters,
  sentBy,
  startTestEngine,
  type TestEngine,
} from "./test-engine.js";

let engine: TestEngine;

beforeEach(async () => {
  engine = await startTestEngine();
});

afterEach(() => engine.stop());

const callsOf = (method: string) => sentBy(engine, method);
const masks = () => callsOf("PATCH").map(({ body }) => Object(body)["updateMask"]);
const alive = () => aliveClusters(engine);
const isPasswordRight = () => engine.fake.hasPassword({ clusterId: engine.kept()?.id ?? "" }, values()["password"]);
const values = () => engine.kept()?.state.values ?? {};

async function up(inputs: Parameters<TestEngine["up"]>[0], timeoutSeconds?: number) {
  const result = await engine.up(inputs, timeoutSeconds);
  return { did: result.did, failure: failureOf(result) };
}

const nothing = { did: "nothing", failure: "" };

describe("create", () => {
  it("ends with a usable cluster, and a second run is empty", async () => {
    expect(await up(basicInputs)).toEqual({ did: "create", failure: "" });
    const password = String(values()["password"]);
    expect(password).toMatch(/^[A-Za-z0-9\-_.~]{24,64}$/);
    const urls = ["connectionUri", "databaseUrl", "prismaDatabaseUrl", "serverlessDriverUrl", "goDsn"];
    expect(engine.kept()?.state.secrets).toEqual(new Set(["rootPassword", "password", ...urls]));
    expect(engine.kept()?.inputs.secrets).toEqual(new Set(["rootPassword"]));
    const user = `${String(values()["userPrefix"])}.root`;
    expect(user).toMatch(/^[A-Za-z0-9]{15}\.root$/);
    expect(values()).toMatchObject({
      ...basicInputs,
      ...{ state: "ACTIVE", host: gateway, port: 4000, username: user, adopted: false },
      ...{ databaseName: "test", projectId: defaultProjectId, organizationId, hasRootPassword: true },
      ...{ privateServiceName: "com.amazonaws.vpce.ap-northeast-1.vpce-svc-0123456789abcdef0" },
      ...{ privateAvailabilityZones: ["apne1-az1", "apne1-az2", "apne1-az4"] },
      connectionUri: `mysql://${user}:${password}@${gateway}:4000/test?ssl=%7B%22minVersion%22%3A%22TLSv1.2%22%2C%22rejectUnauthorized%22%3Atrue%7D`,
    });
    expect(await isPasswordRight()).toBe(true);
    expect(callsOf("POST").map(({ body }) => body)).toEqual([
      {
        displayName: "portfolio-db",
        region: { name: "regions/aws-ap-northeast-1" },
        labels: { "planton-owner": basicInputs.owner },
        rootPassword: password,
      },
    ]);
    expect([callsOf("PATCH"), callsOf("PUT"), engine.intents()]).toEqual([[], [], []]);
    expect(await up(basicInputs)).toEqual(nothing);
    await engine.refresh();
    expect(await up(basicInputs)).toEqual(nothing);
    expect(await engine.destroy()).toBeUndefined();
    expect(await alive()).toEqual([]);
  });

  it("sends everything that is given, and takes the region in both spellings", async () => {
    const inputs = {
      ...{ ...basicInputs, region: "regions/aws-ap-northeast-1", projectId: secondProjectId, enhancedEncryption: true },
      ...{ autoScaling: { minRcu: 2000, maxRcu: 4000 }, labels: { team: "web" }, database: "shop" },
      ...{ rootPassword: "Given-pass-1", automatedBackupPolicy: { startTime: "03:30", retentionDays: 7 } },
      publicEndpoint: { authorizedNetworks: [{ displayName: "office", startIp: "1.2.3.4", endIp: "1.2.3.9" }] },
    };
    expect(await up(inputs)).toEqual({ did: "create", failure: "" });
    expect(callsOf("POST")[0]?.body).toEqual({
      ...{ displayName: "portfolio-db", region: { name: "regions/aws-ap-northeast-1" }, rootPassword: "Given-pass-1" },
      labels: { team: "web", "planton-owner": basicInputs.owner, "tidb.cloud/project": secondProjectId },
      ...{ autoScaling: { minRcu: 2000, maxRcu: 4000 }, encryptionConfig: { enhancedEncryptionEnabled: true } },
      automatedBackupPolicy: { startTime: "03:30", retentionDays: 7 },
      endpoints: {
        public: { authorizedNetworks: [{ displayName: "office", startIpAddress: "1.2.3.4", endIpAddress: "1.2.3.9" }] },
      },
    });
    expect(masks()).toEqual([]);
    expect(values()).toMatchObject({ automatedBackupPolicy: { startTime: "03:30", retentionDays: 7 } });
    expect(values()).toMatchObject({ servicePlan: "Essential", labels: { team: "web" }, databaseName: "shop" });
    expect(values()).toMatchObject({ region: "aws-ap-northeast-1", password: "Given-pass-1" });
    expect(await up(inputs)).toEqual(nothing);
  });

  it("waits for the connection fields, not only for ACTIVE", async () => {
    await engine.fake.set({ lateFieldsMs: 10_000 });
    expect(await up(basicInputs)).toEqual({ did: "create", failure: "" });
    expect(values()["host"]).toBe(gateway);
  });

  it("puts its mark on afterwards when the creation did not keep labels", async () => {
    await engine.fake.set({ createKeepsLabels: false });
    expect(await up({ ...basicInputs, labels: { team: "web" } })).toEqual({ did: "create", failure: "" });
    expect(masks()).toEqual(["labels"]);
    const labels = { team: "web", "planton-owner": basicInputs.owner };
    expect(await listClusters(engine)).toMatchObject([{ labels }]);
    expect(await up({ ...basicInputs, labels: { team: "web" } })).toEqual(nothing);
  });

  it("does without labels where the vendor refuses them, and knows the cluster again all the same", async () => {
    for (const method of ["POST", "PATCH"])
      await engine.fake.refuse(method, 400, { message: "labels are not allowed" });
    await engine.fake.set({ createKeepsLabels: false });
    expect(await up(basicInputs)).toEqual({ did: "create", failure: "" });
    expect([callsOf("POST").length, engine.intents().length, masks()]).toEqual([2, 1, ["labels"]]);
    const id = engine.kept()?.id;
    engine.forget();
    await engine.restart();
    expect(await up(basicInputs)).toEqual({ did: "create", failure: "" });
    expect(engine.kept()?.id).toBe(id);
  });

  it("leaves the password alone when the input asks for it", async () => {
    expect(await up({ ...basicInputs, keepRootPassword: true })).toEqual({ did: "create", failure: "" });
    expect([values()["hasRootPassword"], values()["password"], values()["connectionUri"]]).toEqual([
      false,
      undefined,
      undefined,
    ]);
    expect(await up({ ...basicInputs, keepRootPassword: true })).toEqual(nothing);
    expect(await up(basicInputs)).toEqual({ did: "update", failure: "" });
    expect(await isPasswordRight()).toBe(true);
    expect(await up(basicInputs)).toEqual(nothing);
  });
});

describe("a wait that does not end well", () => {
  it("keeps the id, counts as a change also after a refresh, and the next run goes on with the cluster", async () => {
    const late = await engine.up(basicInputs, 0.05);
    expect(late.error?.unfinished?.state.values).toMatchObject({ state: "CREATING", adopted: false });
    const id = engine.kept()?.id;
    await engine.refresh();
    expect(engine.kept()).toMatchObject({ id, initErrors: [] });
    expect(await up(basicInputs)).toEqual({ did: "update", failure: "" });
    expect([engine.kept()?.id, values()["state"], callsOf("POST").length]).toEqual([id, "ACTIVE", 1]);
    expect(await isPasswordRight()).toBe(true);
    expect(await up(basicInputs)).toEqual(nothing);
  });

  it("previews an unready cluster's outputs as unknown", async () => {
    await engine.up(basicInputs, 0.05);
    const kept = engine.kept();
    if (kept === undefined) throw new Error("nothing was kept");
    const preview = await engine.client.update(clusterTarget, kept, true);
    expect(["host", "connectionUri", "state"].map((name) => typeof preview.values[name])).toEqual([
      "symbol",
      "symbol",
      "symbol",
    ]);
    expect(preview.values["clusterId"]).toBe(kept.id);
  });

  it("ends soon after a cancel and goes on with the next run", async () => {
    // The first request after the creation reads the cluster.
    engine.fake.before("POST", () => engine.fake.before("GET", () => engine.client.cancel()));
    const { error } = await engine.up(basicInputs);
    expect([[error?.unfinished?.id], values()["state"]]).toEqual([await alive(), "CREATING"]);
    await engine.restart();
    expect(await up(basicInputs)).toEqual({ did: "update", failure: "" });
    expect(await alive()).toHaveLength(1);
  });

  it("drops a cluster that somebody deleted meanwhile", async () => {
    const remove = async (): Promise<void> => {
      for (const clusterId of await alive()) await engine.fake.act("remove-cluster", { clusterId });
    };
    // The second reading after the creation is that of a wait.
    engine.fake.before("POST", () => engine.fake.before("GET", () => engine.fake.before("GET", remove)));
    const { error } = await engine.up(basicInputs);
    expect([error?.message.includes("gone"), error?.unfinished, engine.intents()]).toEqual([true, undefined, []]);
    expect(await up(basicInputs)).toEqual({ did: "create", failure: "" });
  });

  it("reports a state that does not end by itself", async () => {
    await engine.up(basicInputs);
    await engine.fake.act("set-state", { clusterId: engine.kept()?.id, state: "INACTIVE" });
    await engine.refresh();
    const result = await up(basicInputs);
    expect([result.did, result.failure.includes("INACTIVE")]).toEqual(["update", true]);
  });
});

describe("a refusal", () => {
  it.each([
    { name: "a region", method: "POST", status: 400, text: /400 \(trace "[^"]+"\) planned/ },
    { name: "no right", method: "GET", status: 403, text: /right/ },
  ])("because of $name leaves nothing behind", async ({ method, status, text }) => {
    await engine.fake.refuse(method, status, { message: "planned" });
    const { error } = await engine.up(basicInputs);
    expect(error?.message).toMatch(text);
    expect([error?.unfinished, engine.intents(), await alive()]).toEqual([undefined, [], []]);
    expect(await up(basicInputs)).toEqual({ did: "create", failure: "" });
  });

  it.each([
    "400/9",
    "400/8",
    "403/8",
    "403/9",
  ])("because of a quota (%s) leaves nothing behind", async (quotaAnswer) => {
    await engine.fake.set({ freeClusters: 0, quotaAnswer });
    const { error } = await engine.up(basicInputs);
    expect(error?.message).toMatch(/limit of 0 free clusters[\s\S]*spendingLimitMonthlyCents/);
    expect([error?.unfinished, engine.intents(), await alive()]).toEqual([undefined, [], []]);
    await engine.fake.set({ freeClusters: 1 });
    expect(await up(basicInputs)).toEqual({ did: "create", failure: "" });
  });

  it("because of a wrong key is said as such", async () => {
    await engine.stop();
    engine = await startTestEngine({ privateKey: "wrong-marker" });
    const failure = failureOf(await engine.up(basicInputs));
    expect(failure).toMatch(/401[\s\S]*TIDBCLOUD_PRIVATE_KEY/);
    expect(failure).not.toMatch(/marker/);
  });
});
