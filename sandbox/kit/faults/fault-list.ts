import { readFileSync } from "node:fs";
import { isJsonObject, stringField } from "../base/json-fields.js";
import { writeFileAtomic } from "../base/write-file-atomic.js";
import { type Fault, type FaultInit, parseFault } from "./fault.js";

/** What faults match a request by. */
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

/**
 * Opens the list kept in a file; a file that is absent or unreadable is an empty list, since faults are only tests'
 * tools.
 */
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
    return [{ ...init, id: stringField(item, "id"), count: init.count ?? 1, skip: init.skip ?? 0 }];
  });
}
