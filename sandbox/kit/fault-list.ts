import { readFileSync } from "node:fs";
import { isJsonObject, textField } from "./json-fields.js";
import { parseFault } from "./parse-fault.js";
import { writeFileAtomic } from "./write-file-atomic.js";

/** What a fault does to the requests it strikes. Several effects may go together. */
export interface FaultEffect {
  /** HTTP status, 400..599, answered in the vendor's form instead of doing anything. */
  readonly status?: number;
  /** Does what was asked before it answers that status. */
  readonly afterEffect?: boolean;
  /** Gives that answer a page of HTML, as a gateway before the vendor does, instead of the vendor's form. */
  readonly html?: boolean;
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
  /** Does what was asked, then drops the connection in the middle of the answer. */
  readonly cutAnswer?: boolean;
  /** A resource made or changed by the request never gets ready. */
  readonly stuck?: boolean;
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

/** A request as faults tell it from others. */
export interface Struck {
  readonly method: string;
  /** Without query. */
  readonly path: string;
  /** True when authentication refuses it. */
  readonly probe: boolean;
}

/** The faults of a sandbox; every change is on disk before the call returns. */
export interface FaultList {
  readonly list: () => readonly Fault[];
  readonly add: (init: FaultInit) => Fault;
  /** Removes one fault, or all without an id. Gives the number removed. */
  readonly clear: (id?: string) => number;
  /** The fault that strikes a request, counted down; undefined when none does. */
  readonly take: (struck: Struck) => Fault | undefined;
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
    take(struck) {
      const found = faults.find((fault) => strikes(fault, struck));
      if (found === undefined) return undefined;
      const passes = found.skip > 0;
      const left = passes ? { ...found, skip: found.skip - 1 } : { ...found, count: found.count - 1 };
      store(faults.map((fault) => (fault === found ? left : fault)).filter((fault) => fault.count > 0));
      return passes ? undefined : found;
    },
  };
}

function strikes(fault: Fault, { method, path, probe }: Struck): boolean {
  if ((fault.probe === true) !== probe) return false;
  if (fault.method !== undefined && fault.method !== method) return false;
  return fault.path === undefined || pathPattern(fault.path).test(path);
}

function pathPattern(pattern: string): RegExp {
  const escaped = pattern
    .split(/(\*\*|\*)/)
    .map((part) => (part === "**" ? ".*" : part === "*" ? "[^/]+" : part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")));
  return new RegExp(`^${escaped.join("")}$`);
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
