import { readFileSync } from "node:fs";
import { booleanField, isJsonObject, type JsonObject, numberField, textField } from "./json-fields.js";
import { writeFileAtomic } from "./write-file-atomic.js";

/** What a fault does to the requests it strikes. Several effects may go together. */
export interface FaultEffect {
  /** HTTP status, 400..599, answered in the vendor's form instead of doing anything. */
  readonly status?: number;
  /** Text of that answer; default: the vendor's own. */
  readonly message?: string;
  /** Seconds for the Retry-After header of that answer. */
  readonly retryAfterSeconds?: number;
  /** Milliseconds to wait before anything else. */
  readonly delayMs?: number;
  /** Drops the connection before the request has any effect. */
  readonly reset?: boolean;
  /** Does what was asked, then drops the connection instead of answering. */
  readonly lostAnswer?: boolean;
  /** A resource made or changed by the request never gets ready. */
  readonly stuck?: boolean;
}

/** What a fault is made of. */
export interface FaultInit extends FaultEffect {
  /** HTTP method in capitals; absent: every method. */
  readonly method?: string;
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

/** The faults of a sandbox; every change is on disk before the call returns. */
export interface FaultList {
  readonly list: () => readonly Fault[];
  readonly add: (init: FaultInit) => Fault;
  /** Removes one fault, or all without an id. Gives the number removed. */
  readonly clear: (id?: string) => number;
  /** The fault that strikes a request, counted down; undefined when none does. */
  readonly take: (method: string, path: string) => Fault | undefined;
}

/** Opens the list kept in a file; a file that is absent or unreadable is an empty list, since faults are only tests' tools. */
export function openFaultList(file: string): FaultList {
  let faults = readFaults(file);
  let last = faults.reduce((highest, fault) => Math.max(highest, Number(fault.id)), 0);
  const store = (next: readonly Fault[]): void => {
    writeFileAtomic(file, JSON.stringify(next));
    faults = next;
  };
  return {
    list: () => faults,
    add(init) {
      last += 1;
      const fault: Fault = { ...init, id: String(last), count: init.count ?? 1, skip: init.skip ?? 0 };
      store([...faults, fault]);
      return fault;
    },
    clear(id) {
      const kept = id === undefined ? [] : faults.filter((fault) => fault.id !== id);
      const removed = faults.length - kept.length;
      if (removed > 0) store(kept);
      return removed;
    },
    take(method, path) {
      const found = faults.find((fault) => strikes(fault, method, path));
      if (found === undefined) return undefined;
      const passes = found.skip > 0;
      const left = passes ? { ...found, skip: found.skip - 1 } : { ...found, count: found.count - 1 };
      store(faults.map((fault) => (fault === found ? left : fault)).filter((fault) => fault.count > 0));
      return passes ? undefined : found;
    },
  };
}

function strikes(fault: Fault, method: string, path: string): boolean {
  if (fault.method !== undefined && fault.method !== method) return false;
  return fault.path === undefined || pathPattern(fault.path).test(path);
}

function pathPattern(pattern: string): RegExp {
  const escaped = pattern
    .split(/(\*\*|\*)/)
    .map((part) => (part === "**" ? ".*" : part === "*" ? "[^/]+" : part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")));
  return new RegExp(`^${escaped.join("")}$`);
}

/** Reads a fault from an admin call. Gives the reason as a text when it is not one. */
export function parseFault(body: JsonObject): FaultInit | string {
  const status = numberField(body, "status");
  const delayMs = numberField(body, "delayMs");
  const retryAfterSeconds = numberField(body, "retryAfterSeconds");
  const count = numberField(body, "count");
  const skip = numberField(body, "skip");
  const flags = (["reset", "lostAnswer", "stuck"] as const).filter((flag) => booleanField(body, flag) === true);
  if (status !== undefined && !(Number.isInteger(status) && status >= 400 && status <= 599))
    return `status "${status}" is not between 400 and 599`;
  for (const [name, value, least] of [
    ["delayMs", delayMs, 0],
    ["retryAfterSeconds", retryAfterSeconds, 0],
    ["count", count, 1],
    ["skip", skip, 0],
  ] as const)
    if (value !== undefined && !(Number.isInteger(value) && value >= least))
      return `${name} "${value}" is not a whole number from ${least}`;
  if (status === undefined && delayMs === undefined && flags.length === 0)
    return "a fault needs an effect: status, delayMs, reset, lostAnswer or stuck";
  const method = textField(body, "method").toUpperCase();
  const path = textField(body, "path");
  const message = textField(body, "message");
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

function readFaults(file: string): readonly Fault[] {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    // Losing injected faults is less bad than a sandbox that does not start.
    return [];
  }
  if (!Array.isArray(value)) return [];
  return value.filter(isJsonObject).flatMap((item) => {
    const init = parseFault(item);
    if (typeof init === "string") return [];
    return [{ ...init, id: textField(item, "id"), count: init.count ?? 1, skip: init.skip ?? 0 }];
  });
}
