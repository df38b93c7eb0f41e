import type { TidbSettings } from "../settings.js";
import type { DigestAlgorithm } from "./digest-algorithms.js";

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const parameter = new RegExp(`(${token})[ \\t]*=[ \\t]*(?:"((?:[^"\\\\]|\\\\.)*)"|(${token}))[ \\t]*(,|$)`, "sy");
const separators = /[ \t,]*/y;

/**
 * The parameters of `Authorization: Digest ...`, names in lower case, values without their quotes: RFC 9110 has a
 * recipient take a token and a quoted string for the same, and pass over empty elements of the list. Undefined when the
 * header is of another scheme, is malformed, or gives a parameter twice.
 */
export function digestParameters(header: string): ReadonlyMap<string, string> | undefined {
  const scheme = /^Digest[ \t]+/i.exec(header);
  if (scheme === null) return undefined;
  const parameters = new Map<string, string>();
  let index = scheme[0].length;
  while (true) {
    separators.lastIndex = index;
    index += separators.exec(header)?.[0].length ?? 0;
    if (index === header.length) return parameters;
    parameter.lastIndex = index;
    const found = parameter.exec(header);
    if (found === null) return undefined;
    const [whole, name = "", quoted, plain = ""] = found;
    const key = name.toLowerCase();
    if (parameters.has(key)) return undefined;
    parameters.set(key, quoted === undefined ? plain : quoted.replace(/\\(.)/gs, "$1"));
    index += whole.length;
  }
}

/** What a caller claims in its Authorization header. */
export interface DigestClaim {
  readonly username: string;
  readonly nonce: string;
  readonly response: string;
  readonly algorithm: DigestAlgorithm;
  /** Undefined when there is none. */
  readonly qop?: string;
  /** As sent; "" without qop. */
  readonly nc: string;
  readonly cnonce: string;
}

/** What a claim must agree with. */
interface ClaimContext {
  readonly settings: TidbSettings;
  readonly realm: string;
  readonly opaque: string;
  /** Request target as sent. */
  readonly target: string;
}

/**
 * The claim in a header, checked against everything but the key and the nonce: the realm, the request target, the
 * algorithms and qop values that are offered (their names in any case), nc of 8 hexadecimal digits, and the opaque value.
 * RFC 7616 has a sender quote some values and not others; clients differ (Python's requests 2.32 quotes `algorithm` and
 * `qop`), and servers take both. Undefined when anything is not as it must be.
 */
export function digestClaim(header: string, context: ClaimContext): DigestClaim | undefined {
  const parameters = digestParameters(header);
  if (parameters === undefined) return undefined;
  const [username, nonce, response] = ["username", "nonce", "response"].map((name) => parameters.get(name));
  if (username === undefined || nonce === undefined || response === undefined) return undefined;
  if (parameters.get("realm") !== context.realm || parameters.get("uri") !== context.target) return undefined;
  if (context.settings.digestOpaque && parameters.get("opaque") !== context.opaque) return undefined;
  const algorithm = (parameters.get("algorithm") ?? "MD5").toLowerCase();
  const offered = offeredAlgorithms(context.settings).find((name) => name.toLowerCase() === algorithm);
  if (offered === undefined) return undefined;
  const counting = countingOf(context.settings, parameters);
  return counting && { username, nonce, response, algorithm: offered, ...counting };
}

/** The algorithms of the challenges, in their order. */
export function offeredAlgorithms(settings: TidbSettings): readonly DigestAlgorithm[] {
  const { digestAlgorithm: first, digestSecondAlgorithm: second } = settings;
  return second === "none" || second === first ? [first] : [first, second];
}

function countingOf(
  settings: TidbSettings,
  parameters: ReadonlyMap<string, string>,
): Pick<DigestClaim, "qop" | "nc" | "cnonce"> | undefined {
  const [qop, nc = "", cnonce = ""] = ["qop", "nc", "cnonce"].map((name) => parameters.get(name));
  // A session key needs a cnonce even where no qop is offered.
  if (settings.digestQop === "none") return qop === undefined ? { nc: "", cnonce } : undefined;
  if (qop === undefined || !settings.digestQop.split(",").includes(qop.toLowerCase())) return undefined;
  return /^[0-9a-fA-F]{8}$/.test(nc) && cnonce !== "" ? { qop, nc, cnonce } : undefined;
}
