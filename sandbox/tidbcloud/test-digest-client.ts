import { createHash } from "node:crypto";
import { sendCall, type TestCall, type TestResponse } from "../kit/testing/test-sandbox.js";
import { type ApiKey, ownerKey } from "./api-keys.js";

/** What a test's digest is made of. Written from RFC 7616 alone: it must not share code with what it tests. */
export interface TestDigest {
  readonly user: string;
  readonly password: string;
  readonly realm: string;
  readonly nonce: string;
  readonly cnonce: string;
  readonly nc: string;
  readonly method: string;
  readonly uri: string;
  readonly algorithm: string;
  readonly qop: string;
  readonly body: string;
}

/** The response of a digest. */
export function testResponse(digest: TestDigest): string {
  const name = { MD5: "md5", "SHA-256": "sha256", "SHA-512-256": "sha512-256" }[digest.algorithm.replace("-sess", "")];
  const h = (...parts: readonly string[]): string =>
    createHash(name ?? "")
      .update(parts.join(":"))
      .digest("hex");
  const { nonce, cnonce, nc, qop, method, uri } = digest;
  const key = h(digest.user, digest.realm, digest.password);
  const a1 = digest.algorithm.endsWith("-sess") ? h(key, nonce, cnonce) : key;
  const a2 = qop === "auth-int" ? h(method, uri, h(digest.body)) : h(method, uri);
  return qop === "" ? h(a1, nonce, a2) : h(a1, nonce, nc, cnonce, qop, a2);
}

/** The Authorization header of a digest; `changed` puts other parameters over the right ones, undefined leaves one out. */
export function testHeader(digest: TestDigest, changed: Readonly<Record<string, string | undefined>> = {}): string {
  const counting = digest.qop === "" ? {} : { qop: digest.qop, nc: digest.nc };
  const parameters = {
    username: `"${digest.user}"`,
    realm: `"${digest.realm}"`,
    nonce: `"${digest.nonce}"`,
    uri: `"${digest.uri}"`,
    algorithm: digest.algorithm,
    cnonce: `"${digest.cnonce}"`,
    ...counting,
    response: `"${testResponse(digest)}"`,
    ...changed,
  };
  const known = Object.entries(parameters).filter(([, value]) => value !== undefined);
  return `Digest ${known.map(([key, value]) => `${key}=${value}`).join(", ")}`;
}

/** A parameter of a challenge; undefined when there is none. */
export function challengeParameter(challenge: string, name: string): string | undefined {
  const [, quoted, token] = new RegExp(`[ ,]${name}=(?:"([^"]*)"|([^ ,]+))`).exec(challenge) ?? [];
  return quoted ?? token;
}

/** A client with a key that fetches a nonce, uses it again and again, and takes a new one when it must. */
export interface DigestClient {
  readonly send: (call: TestCall) => Promise<TestResponse>;
}

/** Opens a client of a sandbox. */
export function digestClient(baseUrl: () => string, key: ApiKey = ownerKey): DigestClient {
  let challenge: string | undefined;
  let count = 0;
  const once = (call: TestCall): Promise<TestResponse> => {
    if (challenge === undefined) return sendCall(baseUrl(), call);
    count += 1;
    const offered = challengeParameter(challenge, "qop") ?? "";
    const opaque = challengeParameter(challenge, "opaque");
    const header = testHeader(
      {
        user: key.publicKey,
        password: key.privateKey,
        realm: challengeParameter(challenge, "realm") ?? "",
        nonce: challengeParameter(challenge, "nonce") ?? "",
        cnonce: "0a4f113b",
        nc: count.toString(16).padStart(8, "0"),
        method: call.method,
        uri: call.path,
        algorithm: challengeParameter(challenge, "algorithm") ?? "MD5",
        qop: offered.split(",")[0] ?? "",
        body: call.body === undefined ? "" : JSON.stringify(call.body),
      },
      opaque === undefined ? {} : { opaque: `"${opaque}"` },
    );
    return sendCall(baseUrl(), { ...call, headers: { ...call.headers, authorization: header } });
  };
  return {
    async send(call) {
      const first = await once(call);
      if (first.status !== 401) return first;
      challenge = first.headers.get("www-authenticate") ?? undefined;
      count = 0;
      return once(call);
    },
  };
}
