import { createHash } from "node:crypto";

/** Algorithms of HTTP digest (RFC 7616) that the stand-in can ask for; TiDB Cloud's own is MD5. */
export const digestAlgorithms = [
  "MD5",
  "MD5-sess",
  "SHA-256",
  "SHA-256-sess",
  "SHA-512-256",
  "SHA-512-256-sess",
] as const;

/** One of {@link digestAlgorithms}. */
export type DigestAlgorithm = (typeof digestAlgorithms)[number];

/** What the response of a digest is computed from. */
export interface DigestMaterial {
  readonly algorithm: DigestAlgorithm;
  readonly username: string;
  readonly password: string;
  readonly realm: string;
  readonly nonce: string;
  readonly method: string;
  /** Request target as sent, with query. */
  readonly uri: string;
  /** Undefined: as RFC 2069 has it, without nc and cnonce. */
  readonly qop?: string;
  readonly nc: string;
  readonly cnonce: string;
  /** Body of the request; only auth-int uses it. */
  readonly body: Buffer;
}

/** The response of a digest in lower-case hexadecimal digits (RFC 7616, section 3.4.1). */
export function digestResponse(material: DigestMaterial): string {
  const { algorithm, username, password, realm, nonce, method, uri, qop, nc, cnonce, body } = material;
  const hash = (content: string | Buffer): string => hashHex(algorithm, content);
  const plain = hash(`${username}:${realm}:${password}`);
  const secret = algorithm.endsWith("-sess") ? hash(`${plain}:${nonce}:${cnonce}`) : plain;
  const request = hash(qop?.toLowerCase() === "auth-int" ? `${method}:${uri}:${hash(body)}` : `${method}:${uri}`);
  if (qop === undefined) return hash(`${secret}:${nonce}:${request}`);
  return hash(`${secret}:${nonce}:${nc}:${cnonce}:${qop}:${request}`);
}

function hashHex(algorithm: DigestAlgorithm, content: string | Buffer): string {
  const name = algorithm.startsWith("MD5") ? "md5" : algorithm.startsWith("SHA-256") ? "sha256" : "sha512-256";
  return createHash(name).update(content).digest("hex");
}
