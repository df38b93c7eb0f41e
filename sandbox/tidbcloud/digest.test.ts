import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sendCall } from "../kit/testing/test-sandbox.js";
import { ownerKey } from "./api-keys.js";
import { type DigestMaterial, digestAlgorithms, digestResponse } from "./authentication/digest-algorithms.js";
import { digestParameters } from "./authentication/digest-claim.js";
import { challengeParameter, digestClient, type TestDigest, testHeader } from "./test-digest-client.js";
import { challengeOf, freshDigest } from "./test-fresh-digest.js";
import { at, clustersPath, openTidbSandbox, smallCluster, type TidbSandbox } from "./test-tidbcloud.js";

const listPath = `${clustersPath}?pageSize=100&filter=displayName%3D%22portfolio-db%22`;

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

describe("known responses", () => {
  const owned: Omit<DigestMaterial, "algorithm" | "method" | "uri" | "nc"> = {
    username: "testpublic",
    password: "test-private-key",
    realm: "tidb.cloud",
    nonce: "00112233445566778899aabbccddeeff",
    cnonce: "0123456789abcdef",
    qop: "auth",
    body: Buffer.alloc(0),
  };
  const rfc7616 = {
    username: "Mufasa",
    password: "Circle of Life",
    realm: "http-auth@example.org",
    method: "GET",
    uri: "/dir/index.html",
    nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
    nc: "00000001",
    cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
    qop: "auth",
    body: Buffer.alloc(0),
  };
  const get = { ...owned, method: "GET", uri: listPath, nc: "00000001" };
  const sha256 = "SHA-256";
  test.each<[string, DigestMaterial, string]>([
    ["RFC 7616, MD5", { ...rfc7616, algorithm: "MD5" }, "8ca523f5e9506fed4657c9700eebdbec"],
    [
      "RFC 7616, SHA-256",
      { ...rfc7616, algorithm: sha256 },
      "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
    ],
    [
      "RFC 2617",
      {
        ...rfc7616,
        algorithm: "MD5",
        password: "Circle Of Life",
        realm: "testrealm@host.com",
        nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093",
        cnonce: "0a4f113b",
      },
      "6629fae49393a05397450978507c4ef1",
    ],
    ["GET, MD5", { ...get, algorithm: "MD5" }, "398f7e6638937a1a60a6b862db26bffe"],
    ["GET, tenth use", { ...get, algorithm: "MD5", nc: "0000000a" }, "54df1de0ce58847bf8c373c16e8fd322"],
    ["GET, MD5-sess", { ...get, algorithm: "MD5-sess" }, "06684e5944a57e9fd38f3e544ea8a72a"],
    ["GET, SHA-256", { ...get, algorithm: sha256 }, "b1329f8e40bcb31108b9e2a97e52d0a65ee688a0033483ffe1132794dd40b3d6"],
    ["POST, MD5", { ...get, algorithm: "MD5", method: "POST", uri: clustersPath }, "15e7695bf063f40698c473a898be62a4"],
  ])("%s", (_, material, expected) => expect(digestResponse(material)).toBe(expected));
});

test("the challenge is the vendor's, letter by letter, on every path", async () => {
  for (const path of [clustersPath, "/v1beta1/nothing", "/tidbcloud-iam/v1beta1/projects"]) {
    const response = await sandbox.call({ method: "GET", path });
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toMatch(
      /^Digest realm="tidb\.cloud", domain="", nonce="[0-9a-f]{32}", algorithm=MD5, qop="auth", stale=false$/,
    );
    expect(response.headers.get("x-debug-trace-id")).toMatch(/^[0-9a-f]{32}$/);
    expect(response.headers.get("x-ratelimit-limit-minute")).toBeNull();
  }
  const body = (await sandbox.call({ method: "GET", path: clustersPath })).body;
  expect(body).toMatchObject({ code: 16, details: [] });
});

describe("headers that are not right are 401", () => {
  test.each<[string, Readonly<Record<string, string | undefined>>]>([
    ["no response", { response: undefined }],
    ["another response", { response: `"${"0".repeat(32)}"` }],
    ["another realm", { realm: '"tidb"' }],
    ["uri without the query", { uri: `"${clustersPath}"` }],
    ["decimal nc of another length", { nc: "1" }],
    ["nc that is not in the response", { nc: "00000002" }],
    ["no qop", { qop: undefined }],
    ["qop that is not offered", { qop: "auth-int" }],
    ["algorithm that is not offered", { algorithm: "SHA-256" }],
    ["empty cnonce", { cnonce: '""' }],
    ["unknown user name", { username: '"NOBODY"' }],
    ["a parameter twice", { Username: '"NOBODY"' }],
    ["broken header", { response: '"open' }],
  ])("%s", async (_, changed) => expect(await statusOf(testHeader(await digest(), changed))).toBe(401));

  test("wrong private key, without stale", async () => {
    const header = testHeader(await digest({ password: "wrong" }));
    const response = await sandbox.call({ method: "GET", path: listPath, headers: { authorization: header } });
    expect([response.status, challengeParameter(response.headers.get("www-authenticate") ?? "", "stale")]).toEqual([
      401,
      "false",
    ]);
  });

  test("other schemes", async () => {
    const basic = Buffer.from(`${ownerKey.publicKey}:${ownerKey.privateKey}`).toString("base64");
    for (const header of [`Basic ${basic}`, `Bearer ${ownerKey.privateKey}`, "Digest", ""])
      expect(await statusOf(header)).toBe(401);
  });

  test("the right one, to show that the table's are refused for what they say", async () => {
    expect(await statusOf(testHeader(await digest()))).toBe(200);
    expect(await statusOf(testHeader(await digest(), { algorithm: undefined }))).toBe(200);
  });
});

describe("every legal form of a header is taken", () => {
  type Form = (parameters: readonly (readonly [name: string, value: string])[]) => string;
  const bare = (value: string): string => (/^"[\w.-]+"$/.test(value) ? value.slice(1, -1) : value);
  const quoted = (value: string): string => `"${value.replace(/^"|"$/g, "")}"`;
  const written = (parameters: readonly (readonly [string, string])[], equals = "=", comma = ", "): string =>
    parameters.map(([name, value]) => `${name}${equals}${value}`).join(comma);
  const changed =
    (names: readonly string[], change: (value: string) => string): Form =>
    (parameters) =>
      `Digest ${written(parameters.map(([name, value]) => [name, names.includes(name) ? change(value) : value]))}`;
  const upper = (value: string): string => value.toUpperCase();
  const lower = (value: string): string => value.toLowerCase();

  test.each<[string, Form]>([
    ["as RFC 7616 writes it", (all) => `Digest ${written(all)}`],
    ["quoted qop and algorithm, as Python's requests writes them", changed(["qop", "algorithm"], quoted)],
    ["quoted qop", changed(["qop"], quoted)],
    ["quoted algorithm", changed(["algorithm"], quoted)],
    ["quoted nc", changed(["nc"], quoted)],
    ["everything quoted", (all) => `Digest ${written(all.map(([name, value]) => [name, quoted(value)]))}`],
    [
      "nothing quoted that may be a token",
      (all) => `Digest ${written(all.map(([name, value]) => [name, bare(value)]))}`,
    ],
    ["in reverse order", (all) => `Digest ${written([...all].reverse())}`],
    ["names and scheme in capitals", (all) => `DIGEST ${written(all.map(([name, value]) => [upper(name), value]))}`],
    ["scheme in lower case", (all) => `digest ${written(all)}`],
    ["algorithm in lower case", changed(["algorithm"], lower)],
    ["spaces and tabs around everything", (all) => `Digest \t ${written(all, " \t= ", " ,\t ")}  `],
    ["no spaces", (all) => `Digest ${written(all, "=", ",")}`],
    ["empty elements of the list", (all) => `Digest , ${written(all, "=", " , ,")},`],
    ["quoted pairs", changed(["realm", "username"], (value) => value.replace(/[a-z]/, "\\$&"))],
    ["a parameter that nobody knows", (all) => `Digest ${written([...all, ["charset", "UTF-8"], ["x", '"a, b=c"']])}`],
  ])("%s", async (_, form) => {
    const header = testHeader(await digest());
    const parts = [...header.slice("Digest ".length).matchAll(/(\w+)=("[^"]*"|[^, ]+)/g)];
    expect(parts.map(([, name]) => name)).toEqual(
      expect.arrayContaining(["username", "realm", "nonce", "uri", "algorithm", "cnonce", "qop", "nc", "response"]),
    );
    expect(await statusOf(form(parts.map(([, name = "", value = ""]) => [name, value] as const)))).toBe(200);
  });

  test("qop in capitals, which the response is computed from as it is sent", async () => {
    expect(await statusOf(testHeader(await digest({ qop: "AUTH" })))).toBe(200);
  });
});

test("the parameters of a header: quoted pairs, commas and empty strings", () => {
  const parsed = digestParameters('digest  a="x\\"y", b="",C = token ,d="1,2",,') ?? new Map();
  expect([...parsed]).toEqual([
    ["a", 'x"y'],
    ["b", ""],
    ["c", "token"],
    ["d", "1,2"],
  ]);
  for (const broken of ['Digest a="1" b=2', "Digest a=1 b", "Digest =1", "Basic a=1", "Digest a=1, a=2", 'Digest a="1'])
    expect(digestParameters(broken)).toBeUndefined();
});

describe("switches", () => {
  const variants: readonly [string, Readonly<Record<string, unknown>>][] = [
    ...digestAlgorithms.map((name): [string, object] => [name, { digestAlgorithm: name }]),
    ["auth-int", { digestQop: "auth-int" }],
    ["two qop values", { digestQop: "auth,auth-int" }],
    ["no qop", { digestQop: "none" }],
    ["no qop, session", { digestQop: "none", digestAlgorithm: "MD5-sess" }],
    ["opaque", { digestOpaque: true }],
    ["once", { nonceUse: "once" }],
    ["rising", { nonceUse: "rising" }],
  ].map(([name, values]) => [String(name), Object(values)]);

  test.each(variants)("%s: a right client gets through, twice", async (_, values) => {
    await sandbox.set(values);
    const client = digestClient(sandbox.baseUrl);
    expect((await client.send({ method: "POST", path: clustersPath, body: smallCluster })).status).toBe(200);
    const second = await client.send({ method: "GET", path: listPath });
    expect([second.status, at(second.body, "totalSize")]).toEqual([200, 0]);
  });

  test("two challenges: both algorithms are taken, a third is not", async () => {
    await sandbox.set({ digestAlgorithm: "SHA-256", digestSecondAlgorithm: "MD5" });
    const asked = await challengeOf(sandbox);
    expect([...asked.matchAll(/algorithm=([\w-]+)/g)].map(([, name]) => name)).toEqual(["SHA-256", "MD5"]);
    const statuses = [];
    for (const [index, algorithm] of ["SHA-256", "MD5", "SHA-512-256"].entries())
      statuses.push(await statusOf(testHeader(await digest({ algorithm, nc: `0000000${index + 1}` }))));
    expect(statuses).toEqual([200, 200, 401]);
  });

  test("opaque must come back", async () => {
    await sandbox.set({ digestOpaque: true });
    expect(await statusOf(testHeader(await digest()))).toBe(401);
    expect(await statusOf(testHeader(await digest(), { opaque: '"other"' }))).toBe(401);
  });

  test("auth-int covers the body", async () => {
    await sandbox.set({ digestQop: "auth-int" });
    const body = JSON.stringify(smallCluster);
    const header = testHeader(await digest({ qop: "auth-int", method: "POST", uri: clustersPath, body }));
    const send = (sent: unknown): Promise<number> =>
      sendCall(sandbox.baseUrl(), {
        method: "POST",
        path: clustersPath,
        body: sent,
        headers: { authorization: header },
      }).then(({ status }) => status);
    expect(await send({ ...smallCluster, displayName: "other" })).toBe(401);
    expect(await send(smallCluster)).toBe(200);
  });

  test("nextnonce can be used", async () => {
    await sandbox.set({ digestNextNonce: true, nonceUse: "once" });
    const first = await sandbox.call({
      method: "GET",
      path: listPath,
      headers: { authorization: testHeader(await digest()) },
    });
    const nonce = /nextnonce="([0-9a-f]{32})"/.exec(first.headers.get("authentication-info") ?? "")?.[1] ?? "";
    expect(await statusOf(testHeader(await digest({ nonce })))).toBe(200);
  });
});
