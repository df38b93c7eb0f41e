import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { JsonObject } from "../kit/base/json-fields.js";
import { defaultProjectId, secondProjectId } from "./state.js";
import { at, openTidbSandbox, type TidbSandbox } from "./test-tidbcloud.js";

let sandbox: TidbSandbox;
beforeEach(async () => {
  sandbox = await openTidbSandbox();
});
afterEach(() => sandbox.close());

async function outcome(method: string, path: string, body?: unknown): Promise<readonly unknown[]> {
  const response = await sandbox.send(method, path, body);
  return [response.status, at(response.body, "code")];
}

async function read(path: string): Promise<JsonObject> {
  return (await sandbox.send("GET", `${path}?view=FULL`)).body;
}

describe("patch", () => {
  const patch = (path: string, updateMask: string | undefined, cluster: object): Promise<readonly unknown[]> =>
    outcome("PATCH", path, { ...(updateMask === undefined ? {} : { updateMask }), cluster });

  test("changes what the mask names and nothing else", async () => {
    const path = await sandbox.ready({ spendingLimit: { monthly: 100 }, labels: { a: "1" } });
    sandbox.passMs(1000);
    const all = {
      displayName: "renamed",
      spendingLimit: { monthly: 200 },
      automatedBackupPolicy: { startTime: "10:00", retentionDays: 30 },
      endpoints: { public: { disabled: true, authorizedNetworks: [network("1.1.1.1", "1.1.1.2")] } },
      labels: { b: "2" },
      auditLogConfig: { enabled: true },
    };
    const before = await read(path);
    const table: readonly [string, object][] = [
      ["displayName", { displayName: "renamed" }],
      ["spendingLimit.monthly", { spendingLimit: { monthly: 200 } }],
      ["automatedBackupPolicy.startTime", { automatedBackupPolicy: { startTime: "10:00", retentionDays: 1 } }],
      ["automatedBackupPolicy", { automatedBackupPolicy: { startTime: "10:00", retentionDays: 30 } }],
      ["endpoints.public.disabled", { endpoints: { public: { disabled: true } } }],
      ["endpoints.public.authorizedNetworks", { endpoints: { public: all.endpoints.public } }],
      ["labels", { labels: { a: "1", b: "2", "tidb.cloud/project": defaultProjectId } }],
      ["auditLogConfig", { auditLogConfig: { enabled: true, unredacted: false } }],
    ];
    let known: object = before;
    for (const [mask, changed] of table) {
      expect([mask, ...(await patch(path, mask, all))]).toEqual([mask, 200, undefined]);
      const now = await read(path);
      const group = mask.split(".")[0] ?? "";
      expect(now).toMatchObject(changed);
      const others = (value: object): object => ({ ...value, updateTime: "", [group]: "" });
      expect(others(now)).toEqual(others(known));
      known = now;
    }
  });

  test.each<[string, string | undefined, object, readonly unknown[]]>([
    ["no mask", undefined, { displayName: "renamed" }, [400, 3]],
    ["empty mask", "", { displayName: "renamed" }, [400, 3]],
    ["region", "region", { region: { name: "regions/aws-us-east-1" } }, [400, 3]],
    ["encryption", "encryptionConfig", { encryptionConfig: { enhancedEncryptionEnabled: true } }, [400, 3]],
    ["root password", "rootPassword", { rootPassword: "long-enough" }, [400, 3]],
    ["id", "clusterId", { clusterId: "1" }, [400, 3]],
    ["unknown path", "nonsense", {}, [400, 3]],
    ["bad name", "displayName", { displayName: "a" }, [400, 3]],
    ["a good path and a bad one", "displayName,region", { displayName: "renamed" }, [400, 3]],
    ["another project", "labels", { labels: { "tidb.cloud/project": secondProjectId } }, [400, 3]],
    ["another plan", "autoScaling", { autoScaling: { minRcu: 2000, maxRcu: 4000 } }, [400, 9]],
    ["another cluster's id", "displayName", { clusterId: "1", displayName: "renamed" }, [400, 3]],
  ])("%s is refused and changes nothing", async (_, mask, cluster, expected) => {
    const path = await sandbox.ready();
    const before = await read(path);
    expect(await patch(path, mask, cluster)).toEqual(expected);
    expect(await read(path)).toEqual(before);
  });

  test("auto-scaling makes a cluster MODIFYING, with its host all the while", async () => {
    const path = await sandbox.ready({ autoScaling: { minRcu: 2000, maxRcu: 4000 } });
    expect((await patch(path, "autoScaling", { autoScaling: { minRcu: 3000, maxRcu: 5000 } }))[0]).toBe(200);
    expect(await read(path)).toMatchObject({ state: "MODIFYING", autoScaling: { minRcu: 3000, maxRcu: 5000 } });
    expect(at(await read(path), "endpoints", "public", "port")).toBe(4000);
    sandbox.passMs(1000);
    expect(at(await read(path), "state")).toBe("ACTIVE");
  });
});

function network(startIpAddress: string, endIpAddress: string): object {
  return { startIpAddress, endIpAddress, displayName: "office" };
}
