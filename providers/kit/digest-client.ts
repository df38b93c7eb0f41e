import { chooseChallenge, type DigestCredentials, digestAuthorization } from "../../contract/http-digest.js";
import { parseChallenges, parseParameters } from "../../contract/http-digest-challenge.js";
import { PlantonError } from "../../contract/planton-error.js";
import { isSecureUrl } from "../../contract/secure-url.js";
import type { Clock } from "./clock.js";
import type { DigestNonces, NonceUse } from "./digest-nonces.js";
import type { HttpClient, HttpRequest } from "./http-client.js";
import { type HttpReply, type RetryPolicy, readBody, sendWithRetries } from "./http-retries.js";
import type { RateLimiter } from "./rate-limiter.js";

/** How a client with HTTP Digest reaches its API. */
export interface DigestClientOptions {
  /** https, or http on this machine; without a slash at the end. */
  readonly baseUrl: string;
  /** Throws when there are none. */
  readonly credentials: () => DigestCredentials;
  /** Shared by all clients of the same origin and key. */
  readonly nonces: DigestNonces;
  /** Shared by all clients of the same key. */
  readonly limiter: RateLimiter;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  readonly retry: RetryPolicy;
  /** Limit of one try. */
  readonly requestTimeoutMs: number;
  readonly userAgent: string;
}

interface Call {
  readonly request: HttpRequest;
  readonly url: URL;
  readonly body: string | undefined;
}

const cnonceBytes = 16;

/**
 * Makes a client that proves its key by HTTP Digest alone: never Basic, never over plain http to another machine, and
 * never to where a redirect points. Throws E_VENDOR for an address that is not safe.
 */
export function createDigestClient(options: DigestClientOptions): HttpClient {
  const { clock, limiter, nonces } = options;
  if (!isSecureUrl(options.baseUrl)) {
    const message = `"${options.baseUrl}" is no https address; plain http is for this machine alone`;
    throw new PlantonError({ code: "E_VENDOR", message, hint: "correct the endpoint" });
  }

  const mask = (text: string): string => {
    let key: DigestCredentials | undefined;
    try {
      key = options.credentials();
    } catch {
      // No key, nothing to mask; the call that needs one reports it.
    }
    const secrets = [key?.password, key?.username].filter((secret) => secret !== undefined && secret !== "");
    return secrets.reduce<string>((masked, secret) => masked.replaceAll(String(secret), "[secret]"), text);
  };

  const authorizationOf = ({ request, url, body }: Call, use: NonceUse): string => {
    const cnonce = Buffer.from(clock.randomBytes(cnonceBytes)).toString("hex");
    const uri = url.pathname + url.search;
    const credentials = options.credentials();
    const facts = { ...use, credentials, method: request.method, uri, cnonce };
    return digestAuthorization(body === undefined ? facts : { ...facts, body });
  };

  const sendOnce = async (call: Call, use: NonceUse | undefined): Promise<HttpReply> => {
    const { request, url, body } = call;
    await limiter.take({ signal: request.signal, deadlineMs: request.deadlineMs });
    const limit = AbortSignal.timeout(options.requestTimeoutMs);
    const authorization = use && authorizationOf(call, use);
    const response = await options.fetch(url.href, {
      method: request.method,
      headers: {
        accept: "application/json",
        "user-agent": options.userAgent,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(authorization === undefined ? {} : { authorization }),
      },
      ...(body === undefined ? {} : { body }),
      redirect: "manual",
      signal: request.signal === undefined ? limit : AbortSignal.any([limit, request.signal]),
    });
    limiter.observe(response.status, response.headers);
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel();
      const message = mask(`${request.method} ${url.href}: ${response.status}, a redirect, which is not followed`);
      throw new PlantonError({ code: "E_VENDOR", message, hint: "correct the endpoint" });
    }
    const next = use && parseParameters(response.headers.get("authentication-info") ?? "").get("nextnonce");
    if (use && next) nonces.share({ ...use.challenge, nonce: next }, 0);
    return { status: response.status, headers: response.headers, body: await readBody(response) };
  };

  /** Answers challenges. A fresh nonce is used for this request alone first, so that no other can overtake it. */
  const exchange = async (call: Call): Promise<HttpReply> => {
    let use = nonces.use();
    let isFresh = false;
    let reply = await sendOnce(call, use);
    // A cached nonce may be too old or forgotten, which not every server says; a fresh one only too old.
    for (let answers = 0; reply.status === 401 && answers < 2; answers += 1) {
      if (use !== undefined) nonces.forget(use.challenge.nonce);
      const challenges = parseChallenges([reply.headers.get("www-authenticate") ?? ""]);
      const challenge = chooseChallenge(challenges);
      if (isFresh && !challenge?.stale) break;
      if (challenge === undefined) {
        const offered = challenges.map(({ scheme }) => `"${scheme}"`).join(", ") || "nothing";
        const message = mask(`${call.request.method} ${call.url.href}: 401, and the server offers ${offered}`);
        const hint = "HTTP Digest is expected; no key was sent. Correct the endpoint";
        throw new PlantonError({ code: "E_CREDENTIALS_REFUSED", message, hint });
      }
      use = { challenge, count: 1 };
      isFresh = true;
      reply = await sendOnce(call, use);
      const next = parseParameters(reply.headers.get("authentication-info") ?? "").has("nextnonce");
      if (reply.status !== 401 && !next) nonces.share(challenge, 1);
    }
    return reply;
  };

  return {
    mask,
    async send(request) {
      options.credentials();
      const url = new URL(options.baseUrl + request.path);
      const body = request.body === undefined ? undefined : JSON.stringify(request.body);
      const call = { request, url, body };
      const retried = { request, url: url.href, exchange: () => exchange(call), policy: options.retry, clock, mask };
      return sendWithRetries(retried);
    },
  };
}
