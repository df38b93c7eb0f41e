import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type JsonObject, stringField } from "../kit/base/json-fields.js";
import { sandboxFiles } from "../kit/base/sandbox-files.js";
import { defaultProjectId, organizationId, secondProjectId } from "./state.js";
import { at, clustersPath, openTidbSandbox, smallCluster, type TidbSandbox } from "./test-tidbcloud.js";

let sandbox: TidbSandbox;
beforeEach(async () => {
  sandbox = await openTidbSandbox();
});
afterEach(() => sandbox.close());

async function outcome(method: string, path: string, body?: unknown): Promise<readonly unknown[]> {
  const response = await sandbox.send(method, path, body);
  return [response.status, at(response.body, "code")];
}

async function read(path: string, view = "FULL"): Promise<JsonObject> {
  return (await sandbox.send("GET", `${path}?view=${view}`)).body;
}

async function total(): Promise<unknown> {
  return at((await sandbox.send("GET", clustersPath)).body, "totalSize");
}

describe("create", () => {
  test("returns id and state at once, with host and prefix once it is ACTIVE", async () => {
    const made = await sandbox.create();
    const id = stringField(made, "clusterId");
    expect(BigInt(id)).toBeGreaterThan(2n ** 63n);
    expect(BigInt(id)).toBeLessThan(2n ** 64n);
    expect(made).toMatchObject({
      name: `clusters/${id}`,
      displayName: "dev-db",
      state: "CREATING",
      servicePlan: "Starter",
      region: { name: "regions/aws-ap-northeast-1", regionId: "aws-ap-northeast-1", cloudProvider: "aws" },
      userPrefix: "",
      endpoints: { public: { host: "", port: 0 } },
      version: "",
    });
    sandbox.passMs(999);
    expect(at(await read(`${clustersPath}/${id}`), "state")).toBe("CREATING");
    sandbox.passMs(1);
    expect(await read(`${clustersPath}/${id}`)).toMatchObject({
      state: "ACTIVE",
      userPrefix: expect.stringMatching(/^[A-Za-z0-9]{15}$/),
      endpoints: {
        public: {
          host: "gateway01.ap-northeast-1.prod.aws.tidbcloud.invalid",
          port: 4000,
          disabled: false,
          authorizedNetworks: [
            {
              displayName: "Allow_all_public_connections",
              startIpAddress: "0.0.0.0",
              endIpAddress: "255.255.255.255",
            },
          ],
        },
        private: { port: 4000, aws: { serviceName: expect.any(String) } },
      },
      spendingLimit: { monthly: 0 },
      automatedBackupPolicy: { startTime: "07:00", retentionDays: 1 },
      encryptionConfig: { enhancedEncryptionEnabled: false },
      highAvailabilityType: "ZONAL",
      labels: { "tidb.cloud/organization": organizationId, "tidb.cloud/project": defaultProjectId },
      annotations: { "tidb.cloud/has-set-password": "false" },
      rootPassword: "",
      createdBy: "apikey-SBXOWNER",
      createTime: "2026-01-02T03:04:05.000Z",
    });
  });

  test.each<[string, Readonly<Record<string, unknown>>, readonly unknown[]]>([
    ["name too short", { displayName: "abc" }, [400, 3]],
    ["name with a space", { displayName: "dev db" }, [400, 3]],
    ["no name", { displayName: undefined }, [400, 3]],
    ["name of a wrong type", { displayName: 5 }, [400, 3]],
    ["no region", { region: undefined }, [400, 3]],
    ["region without its prefix", { region: { name: "aws-ap-northeast-1" } }, [400, 3]],
    ["region that does not exist", { region: { name: "regions/aws-moon-1" } }, [400, 3]],
    ["project that does not exist", { labels: { "tidb.cloud/project": "1" } }, [400, 3]],
    ["another organization", { labels: { "tidb.cloud/organization": "1" } }, [400, 3]],
    ["reserved label", { labels: { "tidb.cloud/other": "1" } }, [400, 3]],
    ["label of a wrong type", { labels: { a: 1 } }, [400, 3]],
    ["password too short", { rootPassword: "1234567" }, [400, 3]],
    ["password too long", { rootPassword: "x".repeat(65) }, [400, 3]],
    ["both plans", { spendingLimit: { monthly: 1 }, autoScaling: { minRcu: 2000, maxRcu: 4000 } }, [400, 3]],
    ["spending limit below 0", { spendingLimit: { monthly: -1 } }, [400, 3]],
    ["spending limit as a string", { spendingLimit: { monthly: "1" } }, [400, 3]],
    ["RCU too low", { autoScaling: { minRcu: 1999, maxRcu: 4000 } }, [400, 3]],
    ["RCU in the wrong order", { autoScaling: { minRcu: 5000, maxRcu: 4000 } }, [400, 3]],
    ["only one RCU", { autoScaling: { minRcu: 5000 } }, [400, 3]],
    ["backup time", { automatedBackupPolicy: { startTime: "24:00" } }, [400, 3]],
    [
      "network in the wrong order",
      { endpoints: { public: { authorizedNetworks: [network("9.0.0.0", "8.0.0.0")] } } },
      [400, 3],
    ],
    ["network of no addresses", { endpoints: { public: { authorizedNetworks: [network("a", "b")] } } }, [400, 3]],
    [
      "201 networks",
      {
        endpoints: { public: { authorizedNetworks: Array.from({ length: 201 }, () => network("1.1.1.1", "1.1.1.1")) } },
      },
      [400, 3],
    ],
  ])("%s is refused and makes nothing", async (_, fields, expected) => {
    expect(await outcome("POST", clustersPath, { ...smallCluster, ...fields })).toEqual(expected);
    expect(await total()).toBe(0);
  });

  test("keeps what it is given", async () => {
    const path = await sandbox.ready({
      autoScaling: { minRcu: 2000, maxRcu: 4000 },
      labels: { team: "a", "tidb.cloud/project": secondProjectId },
      rootPassword: "long-enough",
      endpoints: { public: { disabled: true, authorizedNetworks: [network("1.2.3.4", "1.2.3.5")] } },
      encryptionConfig: { enhancedEncryptionEnabled: true },
      automatedBackupPolicy: { startTime: "10:30", retentionDays: 14 },
    });
    const cluster = await read(path);
    expect(cluster).toMatchObject({
      servicePlan: "Essential",
      clusterPlan: "ESSENTIAL",
      autoScaling: { minRcu: 2000, maxRcu: 4000 },
      labels: { team: "a", "tidb.cloud/project": secondProjectId },
      annotations: { "tidb.cloud/has-set-password": "true" },
      endpoints: { public: { disabled: true, authorizedNetworks: [network("1.2.3.4", "1.2.3.5")] } },
      encryptionConfig: { enhancedEncryptionEnabled: true },
      automatedBackupPolicy: { startTime: "10:30", retentionDays: 14 },
    });
    expect(cluster["spendingLimit"]).toBeUndefined();
  });

  test("the password is kept as a hash only, and can be tried", async () => {
    const path = await sandbox.ready({ rootPassword: "marker-password-1" });
    const clusterId = path.slice(clustersPath.length + 1);
    expect(await sandbox.act("check-password", { clusterId, password: "marker-password-1" })).toEqual({ right: true });
    expect((await sandbox.send("PUT", `${path}/password`, { password: "marker-password-2" })).body).toEqual({});
    expect(await sandbox.act("check-password", { clusterId, password: "marker-password-1" })).toEqual({ right: false });
    expect(await sandbox.act("check-password", { clusterId, password: "marker-password-2" })).toEqual({ right: true });
    const files = sandboxFiles(sandbox.home);
    for (const file of [join(files.data, "tidbcloud.json"), files.requestLog])
      expect(readFileSync(file, "utf8")).not.toContain("marker-password");
    expect(await outcome("PUT", `${path}/password`, { password: "short" })).toEqual([400, 3]);
    expect(await outcome("PUT", `${path}/password`, {})).toEqual([400, 3]);
  });

  test("a batch is made whole or not at all", async () => {
    const requests = ["one-db", "two-db"].map((displayName) => ({ cluster: { ...smallCluster, displayName } }));
    const path = `${clustersPath}:batchCreate`;
    expect(await outcome("POST", path, { requests: [...requests, { cluster: {} }] })).toEqual([400, 3]);
    expect(await total()).toBe(0);
    const made = (await sandbox.send("POST", path, { requests })).body["clusters"];
    const ids = [at(made, 0, "clusterId"), at(made, 1, "clusterId")];
    const got = await sandbox.send(
      "GET",
      `${clustersPath}:batchGet?clusterIds=${ids[0]}&clusterIds=${ids[1]}&view=BASIC`,
    );
    expect([at(got.body, "clusters", 0, "displayName"), at(got.body, "clusters", 1, "displayName")]).toEqual([
      "one-db",
      "two-db",
    ]);
    expect(await outcome("GET", `${clustersPath}:batchGet?clusterIds=${ids[0]}&clusterIds=1`)).toEqual([404, 5]);
    expect(await outcome("GET", `${clustersPath}:batchGet`)).toEqual([400, 3]);
  });

  test("the sixth free cluster is refused, one with a spending limit or auto-scaling is not", async () => {
    for (let turn = 0; turn < 5; turn += 1) await sandbox.create();
    expect(await outcome("POST", clustersPath, smallCluster)).toEqual([400, 9]);
    await sandbox.create({ spendingLimit: { monthly: 100 } });
    await sandbox.create({ autoScaling: { minRcu: 2000, maxRcu: 2000 } });
    await sandbox.set({ quotaAnswer: "403/8" });
    expect(await outcome("POST", clustersPath, smallCluster)).toEqual([403, 8]);
  });
});

test("delete: DELETING, DELETED, then gone", async () => {
  const path = await sandbox.ready();
  const response = await sandbox.send("DELETE", path);
  expect([response.status, at(response.body, "state")]).toEqual([200, "DELETING"]);
  expect(at((await sandbox.send("DELETE", path)).body, "state")).toBe("DELETING");
  expect(await outcome("PATCH", path, { updateMask: "displayName", cluster: { displayName: "other" } })).toEqual([
    400, 9,
  ]);
  sandbox.passMs(150);
  expect(at(await read(path), "state")).toBe("DELETED");
  expect(await outcome("DELETE", path)).toEqual([404, 5]);
  sandbox.passMs(150);
  expect(await outcome("GET", path)).toEqual([404, 5]);
  expect(await total()).toBe(0);
  await sandbox.set({ missingCluster: "403" });
  for (const method of ["GET", "DELETE"]) expect(await outcome(method, path)).toEqual([403, 7]);
});

describe("views", () => {
  test("BASIC and lists leave out the spending limit and the backup policy, PATCH the annotations", async () => {
    const path = await sandbox.ready({ spendingLimit: { monthly: 100 } });
    const keys = (value: unknown): readonly string[] => Object.keys(Object(value));
    const full = keys(await read(path));
    const without = (...left: readonly string[]): readonly string[] => full.filter((key) => !left.includes(key));
    expect(full).toEqual(expect.arrayContaining(["spendingLimit", "automatedBackupPolicy", "annotations"]));
    expect(keys((await sandbox.send("GET", path)).body)).toEqual(full);
    expect(keys(await read(path, "BASIC"))).toEqual(without("spendingLimit", "automatedBackupPolicy"));
    expect(keys(at((await sandbox.send("GET", clustersPath)).body, "clusters", 0))).toEqual(
      without("spendingLimit", "automatedBackupPolicy"),
    );
    const patch = { updateMask: "displayName", cluster: { displayName: "renamed" } };
    expect(keys((await sandbox.send("PATCH", path, patch)).body)).toEqual(without("annotations"));
    expect(await outcome("GET", `${path}?view=ALL`)).toEqual([400, 3]);
  });
});

test("regions and cloud providers", async () => {
  const names = async (query: string): Promise<readonly unknown[]> => {
    const { regions } = (await sandbox.send("GET", `/v1beta1/regions${query}`)).body;
    return Array.isArray(regions) ? regions.map((region) => at(region, "name")) : [];
  };
  expect(await names("")).toContain("regions/aws-ap-northeast-1");
  expect(await names("?cloudProvider=alicloud")).toEqual(["regions/alicloud-ap-southeast-1"]);
  expect(await names("?servicePlan=BYOC")).toEqual([]);
  expect(await outcome("GET", "/v1beta1/regions?servicePlan=Huge")).toEqual([400, 3]);
  expect((await sandbox.send("GET", "/v1beta1/regions:listCloudProviders")).body).toEqual({
    cloudProviders: ["aws", "alicloud"],
  });
});

test("clusters outlive a restart, and a reset leaves none", async () => {
  const path = await sandbox.ready({ labels: { a: "1" } });
  const before = await read(path);
  await sandbox.restart();
  expect(await read(path)).toEqual(before);
  expect((await sandbox.admin("GET", "status")).body).toMatchObject({
    objects: { tidbcloud: { clusters: 1, branches: 0, sqlUsers: 0 } },
  });
  await sandbox.admin("POST", "reset");
  expect(await total()).toBe(0);
});

test("broken bodies and unknown paths get errors in the vendor's form", async () => {
  expect(await outcome("POST", clustersPath, ["a"])).toEqual([400, 3]);
  expect(await outcome("GET", "/v1beta1/nonsense")).toEqual([404, 5]);
  expect(await outcome("GET", `${clustersPath}/1`)).toEqual([404, 5]);
});

function network(startIpAddress: string, endIpAddress: string): object {
  return { startIpAddress, endIpAddress, displayName: "office" };
}
