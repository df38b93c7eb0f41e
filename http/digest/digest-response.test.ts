import { describe, expect, it } from "vitest";
import { parseChallenges, parseParameters } from "./digest-challenge.js";
import {
  chooseChallenge,
  type DigestRequest,
  digestAuthorization,
  digestResponse,
  nonceCount,
} from "./digest-response.js";

function requestOf(challenge: string, change: Partial<DigestRequest>): DigestRequest {
  const chosen = chooseChallenge(parseChallenges([challenge]));
  if (chosen === undefined) throw new Error("no challenge was chosen");
  return {
    challenge: chosen,
    credentials: { username: "testpublic", password: "test-private-key" },
    method: "GET",
    uri: "/v1beta1/clusters?pageSize=100&filter=displayName%3D%22portfolio-db%22",
    count: 1,
    cnonce: "0123456789abcdef",
    ...change,
  };
}

const tidb = (algorithm: string): string =>
  `Digest realm="tidb.cloud", domain="", nonce="00112233445566778899aabbccddeeff", algorithm=${algorithm}, qop="auth", stale=false`;
const mufasa = {
  credentials: { username: "Mufasa", password: "Circle of Life" },
  uri: "/dir/index.html",
  cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
};
const rfc7616 = (algorithm: string): string =>
  `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, ` +
  'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';
const rfc2617 =
  'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", ' +
  'opaque="5ccc069c403ebaf9f0171e9517f40e41"';
const aladdin = {
  credentials: { username: "Mufasa", password: "Circle Of Life" },
  uri: "/dir/index.html",
  cnonce: "0a4f113b",
};
// RFC 7616 3.9.2 with the hashes of its erratum 4897.
const doe = {
  credentials: { username: "J\u00e4s\u00f8n Doe", password: "Secret, or not?" },
  uri: "/doe.json",
  cnonce: "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v",
};
const rfc7616Unicode =
  'Digest realm="api@example.org", qop="auth", algorithm=SHA-512-256, charset=UTF-8, ' +
  'nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", opaque="HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS"';

describe("digestResponse", () => {
  it.each([
    ["RFC 7616 MD5", rfc7616("MD5"), mufasa, "8ca523f5e9506fed4657c9700eebdbec"],
    [
      "RFC 7616 SHA-256",
      rfc7616("SHA-256"),
      mufasa,
      "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
    ],
    ["RFC 7616 SHA-512-256", rfc7616Unicode, doe, "3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5"],
    ["RFC 2617", rfc2617, aladdin, "6629fae49393a05397450978507c4ef1"],
    ["MD5", tidb("MD5"), {}, "398f7e6638937a1a60a6b862db26bffe"],
    ["MD5, tenth use", tidb("MD5"), { count: 10 }, "54df1de0ce58847bf8c373c16e8fd322"],
    ["MD5-sess", tidb("MD5-sess"), {}, "06684e5944a57e9fd38f3e544ea8a72a"],
    ["SHA-256", tidb("SHA-256"), {}, "b1329f8e40bcb31108b9e2a97e52d0a65ee688a0033483ffe1132794dd40b3d6"],
    ["POST", tidb("MD5"), { method: "POST", uri: "/v1beta1/clusters" }, "15e7695bf063f40698c473a898be62a4"],
  ])("gives the known response of %s", (_name, challenge, change, response) => {
    expect(digestResponse(requestOf(challenge, change))).toBe(response);
  });

  it("distinguishes the session variants, the body and a missing qop", () => {
    const all = [
      tidb("SHA-256"),
      tidb("SHA-256-sess"),
      tidb("SHA-512-256"),
      tidb("SHA-512-256-sess"),
      tidb("MD5").replace('qop="auth"', 'qop="auth-int"'),
      tidb("MD5").replace(', qop="auth"', ""),
    ].map((challenge) => digestResponse(requestOf(challenge, { body: "{}" })));
    expect(new Set(all).size).toBe(all.length);
    const whole = tidb("MD5").replace('qop="auth"', 'qop="auth-int"');
    expect(digestResponse(requestOf(whole, { body: "a" }))).not.toBe(digestResponse(requestOf(whole, { body: "b" })));
  });
});

describe("digestAuthorization", () => {
  it("quotes strings and leaves algorithm, qop and counter bare", () => {
    expect(digestAuthorization(requestOf(tidb("MD5"), { count: 10 }))).toBe(
      'Digest username="testpublic", realm="tidb.cloud", nonce="00112233445566778899aabbccddeeff", ' +
        'uri="/v1beta1/clusters?pageSize=100&filter=displayName%3D%22portfolio-db%22", ' +
        'response="54df1de0ce58847bf8c373c16e8fd322", algorithm=MD5, qop=auth, nc=0000000a, cnonce="0123456789abcdef"',
    );
  });

  it.each([
    [
      "userhash",
      `${rfc7616Unicode}, userhash=true`,
      /username="793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b", userhash=true/,
    ],
    ["other characters", rfc7616Unicode, /username\*=UTF-8''J%C3%A4s%C3%B8n%20Doe/],
    ["opaque", rfc7616Unicode, /opaque="HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS"/],
  ])("writes %s", (_name, challenge, pattern) => {
    expect(digestAuthorization(requestOf(challenge, doe))).toMatch(pattern);
  });

  it("writes the old form without counter when the server offers no qop", () => {
    const header = digestAuthorization(requestOf(tidb("MD5").replace(', qop="auth"', ""), {}));
    expect(header).not.toMatch(/\bnc=|cnonce=|qop=/);
  });
});

describe("parseChallenges", () => {
  it.each([
    ['Digest realm="a, b", nonce="n\\"x\\\\"', [["digest", { realm: "a, b", nonce: 'n"x\\' }]]],
    [
      'DIGEST Realm="r",NONCE="n",Stale=TRUE,domain=""',
      [["digest", { realm: "r", nonce: "n", stale: "TRUE", domain: "" }]],
    ],
    [
      'Basic realm="x", Digest realm="r", nonce="n"',
      [
        ["basic", { realm: "x" }],
        ["digest", { realm: "r", nonce: "n" }],
      ],
    ],
    [
      'Negotiate, Digest realm = "r" , nonce=abc',
      [
        ["negotiate", {}],
        ["digest", { realm: "r", nonce: "abc" }],
      ],
    ],
    [
      "Negotiate YII==, Basic realm=x",
      [
        ["negotiate", {}],
        ["yii==", {}],
        ["basic", { realm: "x" }],
      ],
    ],
    ['Digest realm="r", realm="again"', [["digest", { realm: "r" }]]],
    ['Digest realm="open', [["digest", { realm: "open" }]]],
    ["", []],
  ])("reads %s", (header, expected) => {
    const parsed = parseChallenges([header]).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);
    expect(parsed).toEqual(expected);
  });

  it("reads Authentication-Info", () => {
    expect(parseParameters('nextnonce="abc", qop=auth, rspauth=""').get("nextnonce")).toBe("abc");
  });
});

describe("chooseChallenge", () => {
  it.each([
    [[tidb("MD5"), tidb("SHA-256")], "SHA-256"],
    [[`${tidb("MD5")}, ${tidb("SHA-512-256-sess")}`], "SHA-512-256"],
    [[tidb("SHA-512"), tidb("MD5")], "MD5"],
    [['Basic realm="x"'], undefined],
    [['Digest nonce="n"'], undefined],
    [['Digest realm="r", nonce="n", qop="token"'], undefined],
  ])("of %j takes %s", (headers, hash) => {
    expect(chooseChallenge(parseChallenges(headers))?.algorithm.hash).toBe(hash);
  });

  it("prefers auth to auth-int", () => {
    expect(requestOf(rfc2617, {}).challenge.qop).toBe("auth");
  });
});

describe("nonceCount", () => {
  it.each([
    [1, "00000001"],
    [10, "0000000a"],
    [256, "00000100"],
  ])("writes %i as %s", (count, text) => {
    expect(nonceCount(count)).toBe(text);
  });
});
