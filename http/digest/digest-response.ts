import { createHash } from "node:crypto";
import type { HttpChallenge } from "./digest-challenge.js";

/** A supported Digest challenge (RFC 7616; RFC 2617 when there is no qop). */
export interface DigestChallenge {
  readonly algorithm: DigestAlgorithm;
  /** The algorithm as the server writes it; undefined when it names none, which means MD5. */
  readonly algorithmText: string | undefined;
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  /** Undefined: the form of RFC 2069, without counter. */
  readonly qop: "auth" | "auth-int" | undefined;
  /** The nonce before was too old; the credentials may be right. */
  readonly stale: boolean;
  readonly userhash: boolean;
}

// Weakest first.
const hashes = { MD5: "md5", "SHA-256": "sha256", "SHA-512-256": "sha512-256" } as const;
const strengths = Object.keys(hashes);

/** A supported hash, and whether the session variant is used. */
interface DigestAlgorithm {
  readonly hash: keyof typeof hashes;
  readonly session: boolean;
}

/** The two halves of an API key. */
export interface DigestCredentials {
  readonly username: string;
  readonly password: string;
}

/** One request to be authorized. */
export interface DigestRequest {
  readonly challenge: DigestChallenge;
  readonly credentials: DigestCredentials;
  readonly method: string;
  /** The request target exactly as sent, with the query. */
  readonly uri: string;
  /** How often this nonce was used, this request included; counts from 1. */
  readonly count: number;
  /** Random; a fresh one for each request. */
  readonly cnonce: string;
  /** Body as sent; counts for `auth-int` only. */
  readonly body?: string | Buffer;
}

function algorithmOf(name: string | undefined): DigestAlgorithm | undefined {
  const upper = (name ?? "MD5").toUpperCase();
  const session = upper.endsWith("-SESS");
  const hash = session ? upper.slice(0, -"-SESS".length) : upper;
  return hash === "MD5" || hash === "SHA-256" || hash === "SHA-512-256" ? { hash, session } : undefined;
}

function qopOf(qop: string | undefined): { readonly qop: DigestChallenge["qop"] } | undefined {
  if (qop === undefined) return { qop: undefined };
  const offered = new Set(qop.split(",").map((word) => word.trim().toLowerCase()));
  if (offered.has("auth")) return { qop: "auth" };
  return offered.has("auth-int") ? { qop: "auth-int" } : undefined;
}

function digestChallenge({ scheme, parameters }: HttpChallenge): DigestChallenge | undefined {
  if (scheme !== "digest") return undefined;
  const algorithmText = parameters.get("algorithm");
  const algorithm = algorithmOf(algorithmText);
  const protection = qopOf(parameters.get("qop"));
  const realm = parameters.get("realm");
  const nonce = parameters.get("nonce");
  if (algorithm === undefined || protection === undefined || realm === undefined || nonce === undefined)
    return undefined;
  const isTrue = (name: string): boolean => parameters.get(name)?.toLowerCase() === "true";
  return {
    ...{ algorithm, algorithmText, realm, nonce, opaque: parameters.get("opaque"), ...protection },
    ...{ stale: isTrue("stale"), userhash: isTrue("userhash") },
  };
}

/** The strongest supported Digest challenge, the first of equals; undefined when there is none. */
export function chooseChallenge(challenges: readonly HttpChallenge[]): DigestChallenge | undefined {
  const usable = challenges.map(digestChallenge).filter((challenge) => challenge !== undefined);
  const strengthOf = ({ algorithm }: DigestChallenge): number => strengths.indexOf(algorithm.hash);
  return usable.sort((left, right) => strengthOf(right) - strengthOf(left))[0];
}

/** The counter as the header writes it: eight hexadecimal digits. */
export function nonceCount(count: number): string {
  return count.toString(16).padStart(8, "0");
}

/** The hash that proves the password, in hexadecimal digits. */
export function digestResponse(request: DigestRequest): string {
  const { challenge, credentials, method, uri, count, cnonce, body = "" } = request;
  const { algorithm, realm, nonce, qop } = challenge;
  const digest = (bytes: string | Buffer): string => createHash(hashes[algorithm.hash]).update(bytes).digest("hex");
  const hash = (...parts: readonly string[]): string => digest(parts.join(":"));
  const secret = hash(credentials.username, realm, credentials.password);
  const session = algorithm.session ? hash(secret, nonce, cnonce) : secret;
  const target = qop === "auth-int" ? hash(method, uri, digest(body)) : hash(method, uri);
  return qop === undefined
    ? hash(session, nonce, target)
    : hash(session, nonce, nonceCount(count), cnonce, qop, target);
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

function userParts({ challenge, credentials: { username } }: DigestRequest): string[] {
  if (challenge.userhash) {
    const hashed = createHash(hashes[challenge.algorithm.hash]).update(`${username}:${challenge.realm}`).digest("hex");
    return [`username="${hashed}"`, "userhash=true"];
  }
  // Quoted strings of a header are ASCII; RFC 8187 has a form for the rest.
  const isPlain = /^[\x20-\x7e]*$/.test(username);
  return [isPlain ? `username=${quote(username)}` : `username*=UTF-8''${encodeURIComponent(username)}`];
}

/** The value of the Authorization header. */
export function digestAuthorization(request: DigestRequest): string {
  const { challenge, uri, count, cnonce } = request;
  const parts = [
    ...userParts(request),
    `realm=${quote(challenge.realm)}`,
    `nonce=${quote(challenge.nonce)}`,
    `uri=${quote(uri)}`,
    `response="${digestResponse(request)}"`,
  ];
  if (challenge.algorithmText !== undefined) parts.push(`algorithm=${challenge.algorithmText}`);
  if (challenge.opaque !== undefined) parts.push(`opaque=${quote(challenge.opaque)}`);
  if (challenge.qop !== undefined) parts.push(`qop=${challenge.qop}`, `nc=${nonceCount(count)}`);
  if (challenge.qop !== undefined || challenge.algorithm.session) parts.push(`cnonce="${cnonce}"`);
  return `Digest ${parts.join(", ")}`;
}
