import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../../contract/clock.js";
import { ownerKey } from "../../sandbox/tidbcloud/api-keys.js";
import { type PropertyMap, unknownValue } from "../kit/schema/property-value.js";
import { startProviderServer } from "../kit/server/provider-server.js";
import { createTestClient, plain, type TestClient } from "../kit/testing/test-client.js";
import { failureOf } from "../kit/testing/test-engine.js";
import { connectionUrls } from "./connection.js";
import { generatePassword } from "./root-password.js";
import {
  basicBranch,
  basicInputs,
  basicUser,
  branchTarget,
  clusterTarget,
  sqlUserTarget,
  startTestEngine,
} from "./test-engine.js";
import { createTidbCloudProvider } from "./tidbcloud-provider.js";

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function connect(env: Record<string, string> = {}): Promise<TestClient> {
  const server = await startProviderServer(createTidbCloudProvider("1.2.3"), { env, fetch, clock: systemClock });
  const client = createTestClient(server.port);
  cleanups.push(() => {
    client.close();
    server.stop();
  });
  return client;
}

describe("configuration", () => {
  it.each<{ config: PropertyMap; env?: Record<string, string>; failures: string[] }>([
    { config: {}, failures: [] },
    { config: { serverlessEndpoint: "http://api.example" }, failures: ["serverlessEndpoint"] },
    { config: {}, env: { TIDBCLOUD_IAM_ENDPOINT: "http://api.example" }, failures: ["iamEndpoint"] },
    { config: { serverlessEndpoint: "https://user:pw@api.example" }, failures: ["serverlessEndpoint"] },
    { config: { serverlessEndpoint: "https://api.example/?a=b" }, failures: ["serverlessEndpoint"] },
    { config: { serverlessEndpoint: "http://127.0.0.1:8080/prefix/" }, failures: [] },
    { config: { serverlessEndpoint: unknownValue }, failures: [] },
    { config: { maxRequestsPerMinute: "0" }, failures: ["maxRequestsPerMinute"] },
    { config: { privatekey: "x" }, failures: ["privatekey"] },
  ])("$config with $env fails for $failures", async ({ config, env, failures }) => {
    const client = await connect(env);
    const response = await client.checkConfig(plain(config));
    expect(response.failures.map(({ property }) => property)).toEqual(failures);
  });

  it("marks the private key, takes a new one, and refuses another system", async () => {
    const client = await connect();
    expect((await client.checkConfig(plain({ publicKey: "a", privateKey: "b" }))).inputs.secrets).toEqual(
      new Set(["privateKey"]),
    );
    expect(await client.diffConfig(plain({ privateKey: "a" }), plain({ privateKey: "b" }))).toEqual({
      diffs: ["privateKey"],
      replaces: [],
    });
    const endpoints = [
      { serverlessEndpoint: "https://a.example" },
      { serverlessEndpoint: "https://b.example" },
    ] as const;
    await expect(client.diffConfig(plain(endpoints[0]), plain(endpoints[1]))).rejects.toThrow("serverlessEndpoint");
  });

  it("says which variable is missing when a call needs it", async () => {
    const client = await connect({ TIDBCLOUD_PUBLIC_KEY: "p" });
    await client.configure(plain({}));
    await expect(client.read(clusterTarget, "1")).rejects.toThrow("TIDBCLOUD_PRIVATE_KEY");
  });
});

describe("check", () => {
  it.each<{ change: PropertyMap; failures: string[] }>([
    { change: { displayName: "abc" }, failures: ["displayName"] },
    { change: { displayName: 'a"b-c' }, failures: ["displayName"] },
    { change: { region: "mars-1" }, failures: ["region"] },
    { change: { region: unknownValue }, failures: [] },
    { change: { projectId: "x" }, failures: ["projectId"] },
    { change: { spendingLimitMonthlyCents: -1 }, failures: ["spendingLimitMonthlyCents"] },
    { change: { autoScaling: { minRcu: 1, maxRcu: 2000 } }, failures: ["autoScaling.minRcu"] },
    { change: { autoScaling: { minRcu: 4000, maxRcu: 2000 } }, failures: ["autoScaling.minRcu"] },
    { change: { autoScaling: { minRcu: unknownValue, maxRcu: 2000 } }, failures: [] },
    {
      change: { autoScaling: { minRcu: 2000, maxRcu: 2000 }, spendingLimitMonthlyCents: 0 },
      failures: ["autoScaling"],
    },
    { change: { rootPassword: "short1A" }, failures: ["rootPassword"] },
    { change: { rootPassword: "no-classes-here" }, failures: ["rootPassword"] },
    { change: { rootPassword: "Good-pass-1", keepRootPassword: true }, failures: ["rootPassword"] },
    { change: { labels: { "tidb.cloud/project": "1" } }, failures: ["labels"] },
    { change: { labels: { "planton-owner": "x" } }, failures: ["labels"] },
    { change: { labels: { a: 1 } }, failures: ["labels.a"] },
    { change: { labels: {} }, failures: [] },
    { change: { database: "a b" }, failures: ["database"] },
    { change: { adoption: { clusterId: "1" } }, failures: ["adoption.clusterId"] },
    { change: { adoption: { policy: "TAKE" } }, failures: ["adoption.policy"] },
    { change: { adoption: { policy: "ADOPT_ONLY", clusterId: "1" } }, failures: [] },
    { change: { deletionPolicy: "KEEP" }, failures: ["deletionPolicy"] },
    { change: { readyTimeoutSeconds: 0 }, failures: ["readyTimeoutSeconds"] },
    { change: { automatedBackupPolicy: { startTime: "25:00" } }, failures: ["automatedBackupPolicy.startTime"] },
    {
      change: {
        publicEndpoint: {
          disabled: true,
          authorizedNetworks: [{ displayName: "a", startIp: "1.1.1.1", endIp: "1.1.1.1" }],
        },
      },
      failures: ["publicEndpoint.authorizedNetworks"],
    },
    {
      change: { publicEndpoint: { authorizedNetworks: [{ displayName: "a", startIp: "1.1.1.2", endIp: "1.1.1.1" }] } },
      failures: ["publicEndpoint.authorizedNetworks"],
    },
    {
      change: { publicEndpoint: { authorizedNetworks: [{ displayName: "a", startIp: "1.1.1.256", endIp: "::1" }] } },
      failures: ["publicEndpoint.authorizedNetworks[0].startIp", "publicEndpoint.authorizedNetworks[0].endIp"],
    },
    { change: { displayname: "abcd" }, failures: ["displayname"] },
  ])("of $change fails for $failures", async ({ change, failures }) => {
    const client = await connect();
    const response = await client.check(clusterTarget, plain({ ...basicInputs, ...change }));
    expect(response.failures.map(({ property }) => property)).toEqual(failures);
    const { rootPassword } = change;
    if (typeof rootPassword === "string") expect(JSON.stringify(response.failures)).not.toContain(rootPassword);
  });

  it.each<{ target: { type: string }; values: PropertyMap; failures: string[] }>([
    { target: branchTarget, values: basicBranch, failures: [] },
    { target: branchTarget, values: { ...basicBranch, displayName: "" }, failures: ["displayName"] },
    { target: branchTarget, values: { ...basicBranch, clusterId: "x" }, failures: ["clusterId"] },
    { target: branchTarget, values: { ...basicBranch, clusterId: unknownValue }, failures: [] },
    { target: branchTarget, values: { ...basicBranch, parentTimestamp: "noon" }, failures: ["parentTimestamp"] },
    { target: branchTarget, values: { ...basicBranch, rootPassword: "short" }, failures: ["rootPassword"] },
    { target: sqlUserTarget, values: basicUser, failures: [] },
    { target: sqlUserTarget, values: { ...basicUser, userName: "root" }, failures: ["userName"] },
    { target: sqlUserTarget, values: { ...basicUser, userName: "a,b" }, failures: ["userName"] },
    { target: sqlUserTarget, values: { ...basicUser, password: "short" }, failures: ["password"] },
    { target: sqlUserTarget, values: { ...basicUser, authMethod: "plain" }, failures: ["authMethod"] },
    { target: sqlUserTarget, values: { ...basicUser, builtinRole: "root" }, failures: ["builtinRole"] },
    { target: sqlUserTarget, values: { clusterId: "1", userName: "app" }, failures: ["builtinRole"] },
    { target: sqlUserTarget, values: { clusterId: "1", userName: "app", customRoles: ["a"] }, failures: [] },
  ])("of $target.type with $values fails for $failures", async ({ target, values, failures }) => {
    const client = await connect();
    const response = await client.check(target, plain(values));
    expect(response.failures.map(({ property }) => property)).toEqual(failures);
  });

  it("makes one password and keeps it", async () => {
    const client = await connect();
    const { inputs } = await client.check(
      clusterTarget,
      plain({ ...basicInputs, region: "regions/aws-x-1", labels: {} }),
    );
    expect(inputs.values).toMatchObject({ region: "aws-x-1", database: "test" });
    expect(Object.keys(inputs.values)).not.toContain("labels");
    expect(inputs.secrets).toEqual(new Set(["rootPassword"]));
    const again = await client.check(clusterTarget, plain(basicInputs), inputs);
    expect(again.inputs.values["rootPassword"]).toBe(inputs.values["rootPassword"]);
  });
});

describe("generatePassword", () => {
  it("has all classes, nothing that a URL would escape, and never repeats", () => {
    const passwords = Array.from({ length: 200 }, () => generatePassword(systemClock));
    for (const password of passwords) {
      expect(password).toMatch(/^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])[A-Za-z][A-Za-z0-9\-_.~]{31}$/);
    }
    expect(new Set(passwords).size).toBe(200);
  });
});

describe("connectionUrls", () => {
  it("escapes what a URL needs escaped and leaves the Go form as it is", () => {
    const facts = { host: "h.example", port: 4000, username: "p.root", password: "p@ss/w:rd?", database: "a$b" };
    const urls = connectionUrls(facts);
    const parsed = new URL(urls.databaseUrl);
    expect(decodeURIComponent(parsed.password)).toBe(facts.password);
    expect([parsed.hostname, parsed.port, decodeURIComponent(parsed.pathname)]).toEqual(["h.example", "4000", "/a$b"]);
    expect(JSON.parse(parsed.searchParams.get("ssl") ?? "")).toEqual({
      minVersion: "TLSv1.2",
      rejectUnauthorized: true,
    });
    expect(urls.prismaDatabaseUrl).toMatch(/\?sslaccept=strict$/);
    expect(urls.serverlessDriverUrl).toBe("mysql://p.root:p%40ss%2Fw%3Ard%3F@h.example/a%24b");
    expect(urls.goDsn).toBe("p.root:p@ss/w:rd?@tcp(h.example:4000)/a%24b?charset=utf8mb4&tls=true");
  });
});

describe("secrets", () => {
  it("are in no error and in no file, though the vendor repeats them", async () => {
    const engine = await startTestEngine();
    cleanups.push(engine.stop);
    const texts: string[] = [];
    const { publicKey, privateKey } = ownerKey;
    const inputs = { ...basicInputs, rootPassword: "Marker-pass-1" };
    const repeated = `"displayName" ${publicKey} ${privateKey} Marker-pass-1`;
    engine.fake.respond("POST", 500, { code: 13, message: repeated, details: [] });
    texts.push(failureOf(await engine.up(inputs)));
    for (const file of engine.intents()) texts.push(readFileSync(join(engine.home, "intents", file), "utf8"));
    await engine.up(inputs);
    await engine.fake.refuse("PUT", 400, { message: "Marker-pass-2 is weak" });
    texts.push(failureOf(await engine.up({ ...inputs, rootPassword: "Marker-pass-2" })));
    expect(texts.map((text) => /trace "[^"]+"|"displayName"/.test(text))).toEqual([true, true, true]);
    const secrets = [publicKey, privateKey, "Marker"];
    expect(secrets.filter((secret) => texts.join("\n").includes(secret))).toEqual([]);
  });
});

describe("schema", () => {
  it("describes every property of every resource", async () => {
    const schema = JSON.parse(await (await connect()).schema());
    const types = [clusterTarget.type, branchTarget.type, sqlUserTarget.type];
    expect([schema.name, schema.version]).toEqual(["tidbcloud", "1.2.3"]);
    expect(Object.keys(schema.resources)).toEqual(expect.arrayContaining(types));
    const cluster = schema.resources[clusterTarget.type];
    expect(cluster.requiredInputs).toEqual(["displayName", "region"]);
    expect(cluster.properties.connectionUri).toMatchObject({ type: "string", secret: true });
    expect(cluster.inputProperties.labels).toMatchObject({ type: "object", additionalProperties: { type: "string" } });
    const [branch, user] = [schema.resources[branchTarget.type], schema.resources[sqlUserTarget.type]];
    expect([branch.requiredInputs, user.requiredInputs]).toEqual([
      ["clusterId", "displayName"],
      ["clusterId", "userName"],
    ]);
    expect(branch.inputProperties.displayName).toMatchObject({ willReplaceOnChanges: true });
    expect([branch.properties.goDsn, user.properties.password, user.inputProperties.password]).toMatchObject([
      { secret: true },
      { secret: true },
      { secret: true },
    ]);
    const all = [cluster, branch, user, ...Object.values<{ properties: object }>(schema.types)].flatMap(
      ({ properties }) => Object.values(properties),
    );
    expect(all.filter((property) => (property as { description?: string }).description === undefined)).toEqual([]);
  });
});
