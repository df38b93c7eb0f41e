import { ownerKey } from "./api-keys.js";
import { challengeParameter, type TestDigest } from "./test-digest-client.js";
import { clustersPath, type TidbSandbox } from "./test-tidbcloud.js";

/** The challenge that the sandbox gives to a call without a digest. */
export async function challengeOf(sandbox: Pick<TidbSandbox, "call">): Promise<string> {
  const response = await sandbox.call({ method: "GET", path: clustersPath });
  return response.headers.get("www-authenticate") ?? "";
}

/** A GET's first digest by the owner's key with a nonce just asked for; `fields` change it. */
export async function freshDigest(
  sandbox: Pick<TidbSandbox, "call">,
  fields: Partial<TestDigest> & Pick<TestDigest, "uri">,
): Promise<TestDigest> {
  const asked = await challengeOf(sandbox);
  return {
    user: ownerKey.publicKey,
    password: ownerKey.privateKey,
    realm: challengeParameter(asked, "realm") ?? "",
    nonce: challengeParameter(asked, "nonce") ?? "",
    algorithm: challengeParameter(asked, "algorithm") ?? "",
    qop: "auth",
    cnonce: "0123456789abcdef",
    nc: "00000001",
    method: "GET",
    body: "",
    ...fields,
  };
}
