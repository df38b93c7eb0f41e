import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { defaultProjectId, secondProjectId } from "./state.js";
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

describe("list", () => {
  async function ids(query: string): Promise<readonly unknown[]> {
    const body = (await sandbox.send("GET", `${clustersPath}${query}`)).body;
    const clusters = body["clusters"];
    return Array.isArray(clusters) ? clusters.map((cluster) => at(cluster, "displayName")) : [];
  }

  async function makeMany(count: number): Promise<readonly string[]> {
    const names = Array.from({ length: count }, (_, index) => `db-${String(index).padStart(3, "0")}`);
    await sandbox.set({ freeClusters: 1000, rateLimitPerMinute: 10_000 });
    const requests = names.map((displayName) => ({ cluster: { ...smallCluster, displayName } }));
    await sandbox.send("POST", `${clustersPath}:batchCreate`, { requests });
    return names;
  }

  test("pages of 10, 100 at most, each cluster once", async () => {
    const names = await makeMany(120);
    const seen: unknown[] = [];
    let token: unknown = "";
    do {
      const page = (await sandbox.send("GET", `${clustersPath}?pageToken=${token}`)).body;
      expect(page["totalSize"]).toBe(120);
      seen.push(...(await Promise.resolve(Object(page["clusters"]))));
      token = page["nextPageToken"];
    } while (token !== "");
    expect(seen.map((cluster) => at(cluster, "displayName"))).toEqual(names);
    expect((await ids("?pageSize=1000")).length).toBe(100);
  });

  test("tokens are bound to the other parameters", async () => {
    await makeMany(15);
    const first = (await sandbox.send("GET", `${clustersPath}?pageSize=5`)).body;
    const token = String(first["nextPageToken"]);
    expect(await ids(`?pageSize=5&pageToken=${token}`)).toEqual(["db-005", "db-006", "db-007", "db-008", "db-009"]);
    for (const query of [`pageToken=${token}`, `pageSize=6&pageToken=${token}`, "pageSize=5&pageToken=nonsense"])
      expect(await outcome("GET", `${clustersPath}?${query}`)).toEqual([400, 3]);
    expect(await ids("?skip=13")).toEqual(["db-013", "db-014"]);
    const past = (await sandbox.send("GET", `${clustersPath}?skip=99`)).body;
    expect(past).toMatchObject({ clusters: [], nextPageToken: "", totalSize: 15 });
    expect((await ids("?orderBy=displayName%20desc"))[0]).toBe("db-014");
  });

  test("filters", async () => {
    const one = await sandbox.create({ displayName: "one-db", labels: { team: "a", "planton-owner": "x/y" } });
    await sandbox.create({ displayName: "two-db", labels: { "tidb.cloud/project": secondProjectId } });
    await sandbox.create({ displayName: "three-db", region: { name: "regions/alicloud-ap-southeast-1" } });
    const table: readonly [string, readonly string[] | number][] = [
      ["", ["one-db", "two-db", "three-db"]],
      ['displayName="one-db"', ["one-db"]],
      ["displayName=one-db", ["one-db"]],
      [' displayName = "one-db" ', ["one-db"]],
      [`projectId=${secondProjectId}`, ["two-db"]],
      [`projectId=${secondProjectId},${defaultProjectId}`, ["one-db", "two-db", "three-db"]],
      [`projectId="${secondProjectId}, 5"`, ["two-db"]],
      [`clusterId=${one["clusterId"]}`, ["one-db"]],
      ['region.provider="aws" AND state="CREATING"', ["one-db", "two-db"]],
      ['region.provider="AliCloud"', ["three-db"]],
      ['region.name="regions/aws-ap-northeast-1" AND displayName="two-db"', ["two-db"]],
      ["state=ACTIVE", []],
      ["labels.team=a", ["one-db"]],
      ['labels.planton-owner="x/y"', ["one-db"]],
      [`labels."tidb.cloud/project"=${secondProjectId}`, ["two-db"]],
      ['displayName!="one-db"', 400],
      ["displayName:one", 400],
      ['displayName="one-db" OR displayName="two-db"', 400],
      ['displayName="one-db" displayName="two-db"', 400],
      ['displayName="open', 400],
      ["nonsense=1", 400],
      ['displayName="one-db" AND', 400],
    ];
    for (const [filter, expected] of table) {
      const query = `?filter=${encodeURIComponent(filter)}`;
      if (typeof expected === "number")
        expect([filter, ...(await outcome("GET", `${clustersPath}${query}`))]).toEqual([filter, expected, 3]);
      else expect([filter, await ids(query)]).toEqual([filter, expected]);
    }
  });
});
