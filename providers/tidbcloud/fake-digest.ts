import { createHash, randomBytes } from "node:crypto";

/** How strict the fake is with Digest. */
export interface FakeDigestRules {
  /** Uses of a nonce before it is forgotten; Infinity: for ever. */
  usesPerNonce: number;
  /** A forgotten nonce is answered by stale=true. */
  saysStale: boolean;
  algorithm: "MD5" | "SHA-256";
}

const hashNames = { MD5: "md5", "SHA-256": "sha256" } as const;
const realm = "tidb.cloud";

function field(header: string, name: string): string {
  return (
    new RegExp(`(?:^|[ ,])${name}=(?:"([^"]*)"|([^", ]*))`)
      .exec(header)
      ?.slice(1)
      .find((text) => text !== undefined) ?? ""
  );
}

/** Checks Authorization headers the hard way: a counter that is not above the last one of its nonce is a replay. */
export function createFakeDigest(keys: Readonly<Record<string, string>>, rules: FakeDigestRules) {
  const counts = new Map<string, { last: number; uses: number }>();

  const challenge = (stale: boolean): string => {
    const nonce = randomBytes(16).toString("hex");
    counts.set(nonce, { last: 0, uses: 0 });
    return `Digest realm="${realm}", domain="", nonce="${nonce}", algorithm=${rules.algorithm}, qop="auth", stale=${stale}`;
  };

  /** Undefined when the request may pass; else the challenge of the 401. */
  const refuse = (method: string, uri: string, header: string | undefined): string | undefined => {
    if (header === undefined) return challenge(false);
    const [username, nonce, nc] = ["username", "nonce", "nc"].map((name) => field(header, name));
    const password = keys[username ?? ""];
    const count = counts.get(nonce ?? "");
    if (password === undefined || field(header, "uri") !== uri || !/^[0-9a-f]{8}$/.test(nc ?? ""))
      return challenge(false);
    if (count === undefined) return challenge(rules.saysStale);
    const hash = (...parts: (string | undefined)[]): string =>
      createHash(hashNames[rules.algorithm]).update(parts.join(":")).digest("hex");
    const proof = [hash(username, realm, password), nonce, nc, field(header, "cnonce"), "auth", hash(method, uri)];
    if (hash(...proof) !== field(header, "response")) return challenge(false);
    const number = Number.parseInt(nc ?? "", 16);
    if (number <= count.last) return challenge(false);
    count.last = number;
    count.uses += 1;
    if (count.uses >= rules.usesPerNonce) counts.delete(nonce ?? "");
    return undefined;
  };

  return { refuse };
}
