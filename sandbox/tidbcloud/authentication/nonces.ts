import type { TidbSettings } from "../settings.js";

/** What is remembered of a nonce. */
interface Nonce {
  readonly issuedMs: number;
  lastCount: number;
  readonly counts: Set<number>;
  used: boolean;
}

/** Nonces given out since the process started. After a restart those of before are unknown, which makes them stale. */
export type Nonces = Map<string, Nonce>;

/** What becomes of a request by its nonce: it is fine, it must come with a new one, or it is a replay. */
export type NonceVerdict = "fine" | "stale" | "replayed";

const mostNonces = 10_000;

/** Remembers a new nonce; beyond 10 000 the oldest is forgotten. */
export function addNonce(nonces: Nonces, nonce: string, nowMs: number): void {
  nonces.set(nonce, { issuedMs: nowMs, lastCount: 0, counts: new Set(), used: false });
  const [oldest] = nonces.keys();
  if (nonces.size > mostNonces && oldest !== undefined) nonces.delete(oldest);
}

/** What {@link useNonce} judges. */
export interface NonceUse {
  readonly nonce: string;
  /** 8 hexadecimal digits; "" when no qop is asked for. */
  readonly nc: string;
  readonly nowMs: number;
  readonly settings: TidbSettings;
}

/** Judges one use of a nonce, for a request whose response is right, and remembers it. */
export function useNonce(nonces: Nonces, { nonce, nc, nowMs, settings }: NonceUse): NonceVerdict {
  const known = nonces.get(nonce);
  if (known === undefined || nowMs - known.issuedMs >= settings.nonceLifetimeSeconds * 1000) {
    nonces.delete(nonce);
    return "stale";
  }
  if (settings.nonceUse === "once" && known.used) return "stale";
  known.used = true;
  if (nc === "" || settings.nonceUse === "any") return "fine";
  const count = Number.parseInt(nc, 16);
  const rises = count > known.lastCount;
  const repeated = known.counts.has(count) || count === 0;
  known.counts.add(count);
  known.lastCount = Math.max(count, known.lastCount);
  if (settings.nonceUse === "rising") return rises ? "fine" : "replayed";
  return repeated ? "replayed" : "fine";
}
