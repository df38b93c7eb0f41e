import type { TidbSettings } from "../settings.js";
import type { DigestAlgorithm } from "./digest-algorithms.js";

/** A parameter of a header in the form of RFC 7616. */
interface DigestParameter {
  readonly value: string;
  readonly quoted: boolean;
}

const item = /\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([!#$%&'*+.^_`|~0-9A-Za-z-]+))\s*(,|$)/y;

/**
 * The parameters of `Authorization: Digest ...`, names in lower case. Undefined when the header is of another scheme, is
 * malformed, or gives a parameter twice.
 */
export function digestParameters(header: string): ReadonlyMap<string, DigestParameter> | undefined {
  const scheme = /^Digest[ \t]+/i.exec(header);
  if (scheme === null) return undefined;
  const parameters = new Map<string, DigestParameter>();
  const text = header.slice(scheme[0].length).trimEnd();
  item.lastIndex = 0;
  let ended = false;
  while (!ended) {
    const found = item.exec(text);
    if (found === null) return undefined;
    const [, name = "", quoted, token = "", end] = found;
    const key = name.toLowerCase();
    if (parameters.has(key)) return undefined;
    parameters.set(
      key,
      quoted === undefined ? { value: token, quoted: false } : { value: quoted.replace(/\\(.)/g, "$1"), quoted: true },
    );
    ended = end === "";
  }
  return parameters;
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
 * The claim in a header, checked against everything but the key and the nonce: RFC 7616's form (algorithm, qop and nc
 * unquoted, the others quoted, nc of 8 hexadecimal digits), the realm, the request target, the algorithms and qop values
 * that are offered, and the opaque value. Undefined when anything is not as it must be.
 */
export function digestClaim(header: string, context: ClaimContext): DigestClaim | undefined {
  const parameters = digestParameters(header);
  if (parameters === undefined) return undefined;
  const quoted = (name: string): string | undefined => {
    const found = parameters.get(name);
    return found?.quoted === true ? found.value : undefined;
  };
  const token = (name: string): string | undefined => {
    const found = parameters.get(name);
    return found?.quoted === false ? found.value : undefined;
  };
  const [username, nonce, response] = [quoted("username"), quoted("nonce"), quoted("response")];
  if (username === undefined || nonce === undefined || response === undefined) return undefined;
  if (quoted("realm") !== context.realm || quoted("uri") !== context.target) return undefined;
  if (context.settings.digestOpaque && quoted("opaque") !== context.opaque) return undefined;
  const algorithm = parameters.has("algorithm") ? token("algorithm") : "MD5";
  const offered = offeredAlgorithms(context.settings).find((name) => name === algorithm);
  if (offered === undefined) return undefined;
  const counting = countingOf(context.settings, token("qop"), {
    given: parameters.has("qop"),
    nc: token("nc"),
    cnonce: quoted("cnonce"),
  });
  return counting && { username, nonce, response, algorithm: offered, ...counting };
}

/** The algorithms of the challenges, in their order. */
export function offeredAlgorithms(settings: TidbSettings): readonly DigestAlgorithm[] {
  const { digestAlgorithm: first, digestSecondAlgorithm: second } = settings;
  return second === "none" || second === first ? [first] : [first, second];
}

interface Counting {
  readonly given: boolean;
  readonly nc: string | undefined;
  readonly cnonce: string | undefined;
}

function countingOf(
  settings: TidbSettings,
  qop: string | undefined,
  { given, nc = "", cnonce = "" }: Counting,
): Pick<DigestClaim, "qop" | "nc" | "cnonce"> | undefined {
  // A session key needs a cnonce even where no qop is offered.
  if (settings.digestQop === "none") return given ? undefined : { nc: "", cnonce };
  if (qop === undefined || !settings.digestQop.split(",").includes(qop)) return undefined;
  return /^[0-9a-fA-F]{8}$/.test(nc) && cnonce !== "" ? { qop, nc, cnonce } : undefined;
}
