import { booleanField, type JsonObject, numberField, stringField } from "../base/json-fields.js";

/** What a fault does to the requests it strikes. Several effects may go together. */
export interface FaultEffect {
  /** HTTP status, 400..599, of an error in the vendor's form, returned instead of doing anything. */
  readonly status?: number;
  /** Does what was requested, then responds with that status. */
  readonly applyThenFail?: boolean;
  /** Gives that response a page of HTML, as a gateway before the vendor does, instead of the vendor's form. */
  readonly html?: boolean;
  /** Text of that response; default: the vendor's own. */
  readonly message?: string;
  /** Seconds for the Retry-After header of that response. */
  readonly retryAfterSeconds?: number;
  /** Milliseconds to wait before anything else. */
  readonly delayMs?: number;
  /** Drops the connection before the request has any effect. */
  readonly reset?: boolean;
  /** Does what was requested, then drops the connection instead of responding. */
  readonly dropResponse?: boolean;
  /** Does what was requested, then drops the connection in the middle of the response. */
  readonly truncateResponse?: boolean;
  /** A resource made or changed by the request never gets ready. */
  readonly neverReady?: boolean;
}

/** What a fault is made of. */
export interface FaultInit extends FaultEffect {
  /** HTTP method in capitals; absent: every method. */
  readonly method?: string;
  /**
   * Strikes requests that authentication refuses, such as the first one of a digest exchange, instead of those that it
   * lets in.
   */
  readonly probe?: boolean;
  /** Path without query; `*` stands for one segment, `**` for any number of them. Absent: every path. */
  readonly path?: string;
  /** How many requests it strikes; default 1. */
  readonly count?: number;
  /** How many matching requests it lets pass first; default 0. */
  readonly skip?: number;
}

/** A fault that waits for requests. */
export interface Fault extends FaultInit {
  readonly id: string;
  readonly count: number;
  readonly skip: number;
}

const effects = ["reset", "dropResponse", "truncateResponse", "neverReady"] as const;
const manners = ["html", "applyThenFail", "probe"] as const;

/** Reads a fault from an admin call. Gives the reason as a string when it is not one. */
export function parseFault(body: JsonObject): FaultInit | string {
  const status = numberField(body, "status");
  const delayMs = numberField(body, "delayMs");
  const retryAfterSeconds = numberField(body, "retryAfterSeconds");
  const count = numberField(body, "count");
  const skip = numberField(body, "skip");
  const flags = [...effects, ...manners].filter((flag) => booleanField(body, flag) === true);
  if (status !== undefined && !(Number.isInteger(status) && status >= 400 && status <= 599))
    return `status "${status}" is not between 400 and 599`;
  for (const [name, value, least] of [
    ["delayMs", delayMs, 0],
    ["retryAfterSeconds", retryAfterSeconds, 0],
    ["count", count, 1],
    ["skip", skip, 0],
  ] as const)
    if (value !== undefined && !(Number.isInteger(value) && value >= least))
      return `${name} "${value}" is not an integer from ${least}`;
  if (status === undefined && delayMs === undefined && !effects.some((effect) => flags.includes(effect)))
    return `a fault needs an effect: status, delayMs, ${effects.join(", ")}`;
  if (status === undefined && (flags.includes("html") || flags.includes("applyThenFail")))
    return "html and applyThenFail need a status";
  const method = stringField(body, "method").toUpperCase();
  const path = stringField(body, "path");
  const message = stringField(body, "message");
  return {
    ...(method === "" ? {} : { method }),
    ...(path === "" ? {} : { path }),
    ...(message === "" ? {} : { message }),
    ...(status === undefined ? {} : { status }),
    ...(delayMs === undefined ? {} : { delayMs }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(count === undefined ? {} : { count }),
    ...(skip === undefined ? {} : { skip }),
    ...Object.fromEntries(flags.map((flag) => [flag, true])),
  };
}
