import type { Clock } from "../../contract/clock.js";
import { PlantonError, type PlantonErrorInit } from "../../contract/planton-error.js";
import { type Authentication, redactSecrets, type UnsignedRequest } from "../authentication.js";
import { parseChallenges, parseParameters } from "./digest-challenge.js";
import {
  chooseChallenge,
  type DigestChallenge,
  type DigestCredentials,
  digestAuthorization,
} from "./digest-response.js";

interface NonceUse {
  readonly challenge: DigestChallenge;
  /** From 1; no other request gets the same count. */
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

const cnonceBytes = 16;

/**
 * HTTP Digest alone, never Basic; the first request carries no credentials. Throws E_CREDENTIALS_REFUSED without a
 * challenge.
 */
export function digest(given: {
  readonly credentials: DigestCredentials;
  /** Shared by all clients of the same origin and key. */
  readonly nonces: DigestNonces;
  readonly clock: Pick<Clock, "randomBytes">;
  readonly problem?: PlantonErrorInit | undefined;
}): Authentication {
  const { credentials, nonces, clock, problem } = given;
  const secrets = [credentials.password, credentials.username].filter((secret) => secret !== "");

  const headersOf = ({ method, url, body }: UnsignedRequest, use: NonceUse | undefined): Record<string, string> => {
    if (use === undefined) return {};
    const cnonce = Buffer.from(clock.randomBytes(cnonceBytes)).toString("hex");
    const request = { ...use, credentials, method, uri: url.pathname + url.search, cnonce };
    return { authorization: digestAuthorization(body === undefined ? request : { ...request, body }) };
  };

  /** Sends the request. A fresh nonce is used for it alone first, so that no other can overtake it. */
  const send: Authentication["send"] = async (request, sendOnce) => {
    const sendWith = async (use: NonceUse | undefined) => {
      const response = await sendOnce(headersOf(request, use));
      const next = use && parseParameters(response.headers.get("authentication-info") ?? "").get("nextnonce");
      if (use && next) nonces.share({ ...use.challenge, nonce: next }, 0);
      return { response, isNonceReplaced: next !== undefined };
    };
    let use = nonces.use();
    let isFresh = false;
    let { response } = await sendWith(use);
    // A cached nonce may be too old or forgotten, which not every server says; a fresh one only too old.
    for (let challenged = 0; response.status === 401 && challenged < 2; challenged += 1) {
      if (use !== undefined) nonces.forget(use.challenge.nonce);
      const challenges = parseChallenges([response.headers.get("www-authenticate") ?? ""]);
      const challenge = chooseChallenge(challenges);
      if (isFresh && !challenge?.stale) break;
      if (challenge === undefined) {
        const offered = challenges.map(({ scheme }) => `"${scheme}"`).join(", ") || "nothing";
        const message = `${request.method} ${request.url.href}: 401, and the server offers ${offered}`;
        const hint = "HTTP Digest is expected; no key was sent. Correct the API URL";
        throw new PlantonError({ code: "E_CREDENTIALS_REFUSED", message: redactSecrets(message, secrets), hint });
      }
      use = { challenge, count: 1 };
      isFresh = true;
      const sent = await sendWith(use);
      response = sent.response;
      if (response.status !== 401 && !sent.isNonceReplaced) nonces.share(challenge, 1);
    }
    return response;
  };

  return { secrets, problem, send };
}
