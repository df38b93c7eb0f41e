import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { colleagueKey, powerlessKey, readerKey } from "./api-keys.js";
import { challengeParameter, type TestDigest, testHeader } from "./test-digest-client.js";
import { challengeOf, freshDigest } from "./test-fresh-digest.js";
import { at, clustersPath, openTidbSandbox, smallCluster, type TidbSandbox } from "./test-tidbcloud.js";

const listPath = `${clustersPath}?pageSize=100`;

let sandbox: TidbSandbox;
beforeEach(async () => {
  sandbox = await openTidbSandbox();
});
afterEach(() => sandbox.close());

const digest = (fields: Partial<TestDigest> = {}): Promise<TestDigest> =>
  freshDigest(sandbox, { uri: listPath, ...fields });

async function statusOf(header: string, path = listPath): Promise<number> {
  return (await sandbox.call({ method: "GET", path, headers: { authorization: header } })).status;
}

describe("nonces", () => {
  const stale = async (header: string): Promise<readonly unknown[]> => {
    const response = await sandbox.call({ method: "GET", path: listPath, headers: { authorization: header } });
    const asked = response.headers.get("www-authenticate");
    return [response.status, asked === null ? undefined : challengeParameter(asked, "stale")];
  };

  test("a nonce that is too old, or unknown, is stale", async () => {
    const right = await digest();
    sandbox.passMs(299_000);
    expect(await stale(testHeader(right))).toEqual([200, undefined]);
    sandbox.passMs(1000);
    expect(await stale(testHeader({ ...right, nc: "00000002" }))).toEqual([401, "true"]);
    expect(await stale(testHeader({ ...right, nonce: "0".repeat(32) }))).toEqual([401, "true"]);
    expect(await stale(testHeader({ ...right, nonce: "0".repeat(32), password: "wrong" }))).toEqual([401, "false"]);
    await sandbox.set({ nonceLifetimeSeconds: 1, digestSaysStale: false });
    const next = await digest();
    sandbox.passMs(1000);
    expect(await stale(testHeader(next))).toEqual([401, "false"]);
  });

  test("a restart makes nonces stale", async () => {
    const right = await digest();
    await sandbox.restart();
    expect(await stale(testHeader(right))).toEqual([401, "true"]);
  });

  test.each<[string, readonly string[], readonly number[]]>([
    ["unique", ["1", "3", "2", "3", "0", "a", "10"], [200, 200, 200, 401, 401, 200, 200]],
    ["rising", ["1", "3", "2", "3", "a", "10", "a"], [200, 200, 401, 401, 200, 200, 401]],
    ["once", ["1", "2"], [200, 401]],
    ["any", ["1", "1", "0"], [200, 200, 200]],
  ])("%s: what becomes of a row of counts", async (nonceUse, counts, expected) => {
    await sandbox.set({ nonceUse });
    const right = await digest();
    const statuses = [];
    for (const nc of counts) statuses.push(await statusOf(testHeader({ ...right, nc: nc.padStart(8, "0") })));
    expect(statuses).toEqual(expected);
  });
});

describe("rights", () => {
  test("a key of the same organization sees and changes the same clusters", async () => {
    const path = await sandbox.ready();
    const patch = { updateMask: "displayName", cluster: { displayName: "renamed" } };
    expect((await sandbox.send("PATCH", path, patch, colleagueKey)).status).toBe(200);
    expect(at((await sandbox.send("GET", path)).body, "displayName")).toBe("renamed");
  });

  test("403 for what a key may not do, in the form of the service", async () => {
    const path = await sandbox.ready();
    expect((await sandbox.send("GET", path, undefined, readerKey)).status).toBe(200);
    for (const [key, method] of [
      [readerKey, "DELETE"],
      [powerlessKey, "GET"],
    ] as const) {
      const response = await sandbox.send(method, path, undefined, key);
      expect([response.status, at(response.body, "code")]).toEqual([403, 7]);
      expect(response.headers.get("x-ratelimit-limit-minute")).toBe("100");
    }
    const iam = await sandbox.send("GET", "/tidbcloud-iam/v1beta1/projects", undefined, powerlessKey);
    expect([iam.status, at(iam.body, "status"), typeof at(iam.body, "code")]).toEqual([403, 403, "string"]);
  });
});

describe("rate limit", () => {
  const rate = (headers: Headers): readonly unknown[] =>
    ["limit-minute", "remaining-minute", "reset"].map((name) => headers.get(`x-ratelimit-${name}`));

  test("100 a minute and key; the rest of the minute is 429 with the vendor's body", async () => {
    const first = await sandbox.send("GET", clustersPath);
    expect(rate(first.headers)).toEqual(["100", "99", "55"]);
    for (let turn = 1; turn < 100; turn += 1) await sandbox.send("GET", clustersPath);
    const response = await sandbox.send("POST", clustersPath, smallCluster);
    expect([response.status, at(response.body, "code"), response.headers.get("server")]).toEqual([
      429,
      49900007,
      "kong/2.8.1",
    ]);
    expect(rate(response.headers)).toEqual(["100", "0", "55"]);
    expect((await sandbox.send("GET", clustersPath, undefined, colleagueKey)).status).toBe(200);
    sandbox.passMs(55_000);
    expect(rate((await sandbox.send("GET", clustersPath)).headers)).toEqual(["100", "99", "60"]);
  });

  test("headers are on errors too; 401 counts only when it is set", async () => {
    expect(rate((await sandbox.send("GET", `${clustersPath}/1`)).headers)).toEqual(["100", "99", "55"]);
    for (let turn = 0; turn < 5; turn += 1) await challengeOf(sandbox);
    expect(rate((await sandbox.send("GET", clustersPath)).headers)[1]).toBe("98");
    await sandbox.set({ rateLimitCountsRefused: true, rateLimitPerMinute: 3 });
    const statuses = [];
    for (let turn = 0; turn < 4; turn += 1)
      statuses.push((await sandbox.call({ method: "GET", path: clustersPath })).status);
    expect(statuses).toEqual([401, 401, 401, 429]);
  });
});
