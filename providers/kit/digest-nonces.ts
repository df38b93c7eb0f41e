import type { DigestChallenge } from "../../contract/http-digest.js";

/** One use of a nonce; no other request gets the same count. */
export interface NonceUse {
  readonly challenge: DigestChallenge;
  /** From 1. */
  readonly count: number;
}

/** The nonce that all requests to one origin with one key share. */
export interface DigestNonces {
  /** Counts the next use; undefined when there is no nonce yet. */
  use(): NonceUse | undefined;
  /** Makes a nonce the shared one, after `used` uses of it. */
  share(challenge: DigestChallenge, used: number): void;
  /** Drops the shared nonce if it is this one. */
  forget(nonce: string): void;
}

/** Makes an empty cache. */
export function createDigestNonces(): DigestNonces {
  let shared: { challenge: DigestChallenge; used: number } | undefined;
  return {
    use() {
      if (shared === undefined) return undefined;
      shared.used += 1;
      return { challenge: shared.challenge, count: shared.used };
    },
    share(challenge, used) {
      if (shared?.challenge.nonce === challenge.nonce) shared.used = Math.max(shared.used, used);
      else shared = { challenge, used };
    },
    forget(nonce) {
      if (shared?.challenge.nonce === nonce) shared = undefined;
    },
  };
}
