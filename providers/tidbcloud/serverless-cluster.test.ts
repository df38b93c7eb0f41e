import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { failureOf } from "../kit/test-engine.js";
import { basicInputs, startTestEngine, type TestEngine } from "./test-engine.js";

let engine: TestEngine;

beforeEach(async () => {
  engine = await startTestEngine();
});

afterEach(() => engine.stop());

const callsOf = (method: string) => engine.fake.calls.filter((call) => call.method === method);
const masks = () => callsOf("PATCH").map(({ body }) => body?.["updateMask"]);
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
    const user = "AbCdEf123456789.root";
    expect(values()).toMatchObject({
      ...basicInputs,
      ...{ state: "ACTIVE", host: "gateway01.test.tidbcloud.com", port: 4000, username: user, adopted: false },
      ...{ databaseName: "test", projectId: "1000", organizationId: "org-1", hasRootPassword: true },
      ...{ privateServiceName: "com.amazonaws.vpce-svc-1", privateAvailabilityZones: ["apne1-az1"] },
      connectionUri: `mysql://${user}:${password}@gateway01.test.tidbcloud.com:4000/test?ssl=%7B%22minVersion%22%3A%22TLSv1.2%22%2C%22rejectUnauthorized%22%3Atrue%7D`,
    });
    expect(engine.fake.passwords.get(engine.kept()?.id ?? "")).toBe(password);
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
    expect(engine.fake.alive()).toEqual([]);
  });

  it("sends everything that is given, and takes the region in both spellings", async () => {
    const inputs = {
      ...{ ...basicInputs, region: "regions/aws-ap-northeast-1", projectId: "77", enhancedEncryption: true },
      ...{ autoScaling: { minRcu: 2000, maxRcu: 4000 }, labels: { team: "web" }, database: "shop" },
      ...{ rootPassword: "Given-pass-1", automatedBackupPolicy: { startTime: "03:30", retentionDays: 7 } },
      publicEndpoint: { authorizedNetworks: [{ displayName: "office", startIp: "1.2.3.4", endIp: "1.2.3.9" }] },
    };
    expect(await up(inputs)).toEqual({ did: "create", failure: "" });
    expect(callsOf("POST")[0]?.body).toEqual({
      ...{ displayName: "portfolio-db", region: { name: "regions/aws-ap-northeast-1" }, rootPassword: "Given-pass-1" },
      labels: { team: "web", "planton-owner": basicInputs.owner, "tidb.cloud/project": "77" },
      ...{ autoScaling: { minRcu: 2000, maxRcu: 4000 }, encryptionConfig: { enhancedEncryptionEnabled: true } },
      automatedBackupPolicy: { startTime: "03:30", retentionDays: 7 },
      endpoints: {
        public: { authorizedNetworks: [{ displayName: "office", startIpAddress: "1.2.3.4", endIpAddress: "1.2.3.9" }] },
      },
    });
    // The fake leaves the backup policy of a POST out of account.
    expect(masks()).toEqual(["automatedBackupPolicy"]);
    expect(values()).toMatchObject({ servicePlan: "Essential", labels: { team: "web" }, databaseName: "shop" });
    expect(values()).toMatchObject({ region: "aws-ap-northeast-1", password: "Given-pass-1" });
    expect(await up(inputs)).toEqual(nothing);
  });

  it("waits for the connection fields, not only for ACTIVE", async () => {
    engine.fake.lateFields = true;
    expect(await up(basicInputs)).toEqual({ did: "create", failure: "" });
    expect(values()["host"]).toBe("gateway01.test.tidbcloud.com");
  });

  it("puts its mark on afterwards when the creation did not keep labels", async () => {
    engine.fake.keepsLabelsAtCreate = false;
    expect(await up({ ...basicInputs, labels: { team: "web" } })).toEqual({ did: "create", failure: "" });
    expect(masks()).toEqual(["labels"]);
    expect(engine.fake.alive()[0]?.labels).toMatchObject({ team: "web", "planton-owner": basicInputs.owner });
    expect(await up({ ...basicInputs, labels: { team: "web" } })).toEqual(nothing);
  });

  it("does without labels where the vendor refuses them, and knows the cluster again all the same", async () => {
    const body = { code: 3, message: "labels are not allowed", details: [] };
    engine.fake.answers.push({ method: "POST", path: /clusters/, status: 400, body });
    engine.fake.answers.push({ method: "PATCH", path: /clusters/, status: 400, body });
    engine.fake.keepsLabelsAtCreate = false;
    expect(await up(basicInputs)).toEqual({ did: "create", failure: "" });
    expect([callsOf("POST").length, engine.intents().length, masks()]).toEqual([2, 1, ["labels"]]);
    const id = engine.kept()?.id;
    engine.forget();
    await engine.restart();
    expect(await up(basicInputs)).toEqual({ did: "create", failure: "" });
    expect(engine.kept()?.id).toBe(id);
  });

  it("leaves the password alone when it is told to", async () => {
    expect(await up({ ...basicInputs, keepRootPassword: true })).toEqual({ did: "create", failure: "" });
    expect([engine.fake.passwords.size, values()["password"], values()["connectionUri"]]).toEqual([
      0,
      undefined,
      undefined,
    ]);
    expect(await up({ ...basicInputs, keepRootPassword: true })).toEqual(nothing);
    expect(await up(basicInputs)).toEqual({ did: "update", failure: "" });
    expect(values()["password"]).toBe(engine.fake.passwords.get(engine.kept()?.id ?? ""));
    expect(await up(basicInputs)).toEqual(nothing);
  });
});

describe("a wait that does not end well", () => {
  it("keeps the id, counts as a change also after a refresh, and the next run goes on with the cluster", async () => {
    engine.fake.creatingReads = Number.POSITIVE_INFINITY;
    const late = await engine.up(basicInputs, 0.05);
    expect(late.error?.unfinished?.state.values).toMatchObject({ state: "CREATING", adopted: false });
    const id = engine.kept()?.id;
    await engine.refresh();
    expect(engine.kept()).toMatchObject({ id, initErrors: [] });
    engine.fake.creatingReads = 0;
    expect(await up(basicInputs)).toEqual({ did: "update", failure: "" });
    expect([engine.kept()?.id, values()["state"], callsOf("POST").length]).toEqual([id, "ACTIVE", 1]);
    expect(values()["password"]).toBe(engine.fake.passwords.get(id ?? ""));
    expect(await up(basicInputs)).toEqual(nothing);
  });

  it("previews an unready cluster's outputs as unknown", async () => {
    engine.fake.creatingReads = Number.POSITIVE_INFINITY;
    await engine.up(basicInputs, 0.05);
    const kept = engine.kept();
    if (kept === undefined) throw new Error("nothing was kept");
    const preview = await engine.client.update(
      { type: "tidbcloud:index/serverlessCluster:ServerlessCluster" },
      kept,
      true,
    );
    expect(["host", "connectionUri", "state"].map((name) => typeof preview.values[name])).toEqual([
      "symbol",
      "symbol",
      "symbol",
    ]);
    expect(preview.values["clusterId"]).toBe(kept.id);
  });

  it("ends soon after a cancel and goes on with the next run", async () => {
    engine.fake.creatingReads = Number.POSITIVE_INFINITY;
    const running = engine.up(basicInputs);
    await expect.poll(() => engine.fake.calls.length, { timeout: 10_000 }).toBeGreaterThan(4);
    await engine.client.cancel();
    expect((await running).error?.unfinished?.id).toBe(engine.fake.alive()[0]?.clusterId);
    await engine.restart();
    engine.fake.creatingReads = 0;
    expect(await up(basicInputs)).toEqual({ did: "update", failure: "" });
    expect(engine.fake.alive()).toHaveLength(1);
  });

  it("drops a cluster that somebody deleted meanwhile", async () => {
    engine.fake.creatingReads = Number.POSITIVE_INFINITY;
    const running = engine.up(basicInputs);
    await expect.poll(() => engine.fake.calls.length, { timeout: 10_000 }).toBeGreaterThan(4);
    for (const cluster of engine.fake.alive()) cluster.state = "DELETED";
    const { error } = await running;
    expect([error?.message.includes("gone"), error?.unfinished, engine.intents()]).toEqual([true, undefined, []]);
    engine.fake.creatingReads = 0;
    expect(await up(basicInputs)).toEqual({ did: "create", failure: "" });
  });

  it("tells of a state that does not end by itself", async () => {
    await engine.up(basicInputs);
    const [cluster] = engine.fake.alive();
    if (cluster !== undefined) cluster.state = "INACTIVE";
    await engine.refresh();
    const result = await up(basicInputs);
    expect([result.did, result.failure.includes("INACTIVE")]).toEqual(["update", true]);
  });
});

describe("a refusal", () => {
  const quota = { code: 8, message: "free cluster quota exceeded", details: [] };
  it.each([
    {
      name: "a quota",
      method: "POST",
      status: 403,
      body: quota,
      text: /quota exceeded[\s\S]*spendingLimitMonthlyCents/,
    },
    { name: "a region", method: "POST", status: 400, body: undefined, text: /400 \(trace "trace-1"\) planned/ },
    { name: "no right", method: "GET", status: 403, body: undefined, text: /right/ },
  ])("because of $name leaves nothing behind", async ({ method, status, body, text }) => {
    engine.fake.answers.push({ method, path: /clusters/, status, body });
    const { error } = await engine.up(basicInputs);
    expect(error?.message).toMatch(text);
    expect([error?.unfinished, engine.intents(), engine.fake.alive()]).toEqual([undefined, [], []]);
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
