import { createHash, timingSafeEqual } from "node:crypto";
import type { ResponseHeaders } from "../../kit/base/refusal.js";
import type { Gate, RawRequest } from "../../kit/vendor/sandbox-vendor.js";
import { type ApiKey, apiKeys } from "../api-keys.js";
import { refusalWithHeaders } from "../refusals.js";
import type { TidbSettings } from "../settings.js";
import { digestResponse } from "./digest-algorithms.js";
import { type DigestClaim, digestClaim, offeredAlgorithms } from "./digest-claim.js";
import { addNonce, type Nonces, type NonceVerdict, useNonce } from "./nonces.js";

/** Requests of the current minute, by public key. */
type RequestRates = Map<string, { readonly startedMs: number; count: number }>;

const windowMs = 60_000;

/** How much of its minute's rate a key has used. */
interface RateStanding {
  readonly exceeded: boolean;
  /** X-Ratelimit-Limit-Minute, -Remaining-Minute and X-Ratelimit-Reset, the latter in seconds. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What {@link countRate} counts. */
interface RatedRequest {
  /** Public key; "" for requests without one. */
  readonly key: string;
  readonly limit: number;
  readonly nowMs: number;
}

/** Counts one request in the minute of its key: the minutes are those of the clock, as in Kong 2.8, the gateway in use. */
function countRate(rates: RequestRates, { key, limit, nowMs }: RatedRequest): RateStanding {
  const startedMs = Math.floor(nowMs / windowMs) * windowMs;
  const last = rates.get(key);
  const count = last?.startedMs === startedMs ? last.count + 1 : 1;
  rates.set(key, { startedMs, count });
  return {
    exceeded: count > limit,
    headers: {
      "x-ratelimit-limit-minute": String(limit),
      "x-ratelimit-remaining-minute": String(Math.max(0, limit - count)),
      "x-ratelimit-reset": String(Math.max(1, Math.ceil((startedMs + windowMs - nowMs) / 1000))),
    },
  };
}

/** What authentication remembers while the process lives. */
interface GateMemory {
  readonly nonces: Nonces;
  readonly rates: RequestRates;
}

/** Who calls. */
export interface Caller {
  readonly key: ApiKey;
  /** Headers of every response to this request. */
  readonly headers: ResponseHeaders;
}

type TidbGate = Gate<TidbSettings, GateMemory>;

/** Realm of the challenge, as seen at a sibling of the service (cloud.dev.tidbapi.com, in a public client's test). */
export const realm = "tidb.cloud";
const opaque = "5ccc069c403ebaf9f0171e9517f40e41";

/** An empty memory. */
export function openGateMemory(): GateMemory {
  return { nonces: new Map(), rates: new Map() };
}

/**
 * Who calls, by HTTP digest (RFC 7616). Refuses with 401 and a challenge; with 429 above the limit of requests a minute;
 * with 403 what the key may not do.
 */
export function authenticate(request: RawRequest, gate: TidbGate): Caller {
  const { settings } = gate;
  const context = { settings, realm, opaque, target: request.target };
  const claim = digestClaim(request.authorization, context);
  const verdict = claim === undefined ? "replayed" : judge(claim, request, gate);
  const key = apiKeys.find(({ publicKey }) => publicKey === claim?.username);
  if (key === undefined || verdict !== "fine") {
    if (settings.rateLimitCountsRefused) rate(key?.publicKey ?? "", gate);
    throw refusalWithHeaders(401, challenge(gate, verdict === "stale"));
  }
  const headers = { ...rate(key.publicKey, gate), ...nextNonce(gate) };
  if (key.rights === "none" || (key.rights === "read" && request.method !== "GET"))
    throw refusalWithHeaders(403, headers);
  return { key, headers };
}

function judge(claim: DigestClaim, request: RawRequest, gate: TidbGate): NonceVerdict {
  const key = apiKeys.find(({ publicKey }) => publicKey === claim.username);
  const { method, target, bytes } = request;
  const expected = digestResponse({
    ...claim,
    password: key?.privateKey ?? "",
    realm,
    method,
    uri: target,
    body: bytes,
  });
  if (key === undefined || !sameString(expected, claim.response)) return "replayed";
  const { settings, nowMs, memory } = gate;
  return useNonce(memory.nonces, { nonce: claim.nonce, nc: claim.nc, nowMs, settings });
}

function rate(key: string, { settings, memory, nowMs }: TidbGate): ResponseHeaders {
  const { exceeded, headers } = countRate(memory.rates, { key, limit: settings.rateLimitPerMinute, nowMs });
  if (exceeded) throw refusalWithHeaders(429, { ...headers, server: "kong/2.8.1" });
  return headers;
}

function challenge(gate: TidbGate, stale: boolean): ResponseHeaders {
  const { settings } = gate;
  const qop = settings.digestQop === "none" ? "" : ` qop="${settings.digestQop}",`;
  const end = settings.digestOpaque ? `, opaque="${opaque}"` : "";
  const says = stale && settings.digestSaysStale;
  const nonce = newNonce(gate);
  const challenges = offeredAlgorithms(settings).map(
    (name) => `Digest realm="${realm}", domain="", nonce="${nonce}", algorithm=${name},${qop} stale=${says}${end}`,
  );
  return { "www-authenticate": challenges.length === 1 ? (challenges[0] ?? "") : challenges };
}

function nextNonce(gate: TidbGate): ResponseHeaders {
  return gate.settings.digestNextNonce ? { "authentication-info": `nextnonce="${newNonce(gate)}"` } : {};
}

function newNonce({ randomText, memory, nowMs }: TidbGate): string {
  const nonce = createHash("sha256").update(randomText(32)).digest("hex").slice(0, 32);
  addNonce(memory.nonces, nonce, nowMs);
  return nonce;
}

function sameString(left: string, right: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
