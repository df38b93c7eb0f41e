import { printable } from "../../../../contract/text/printable.js";
import { tableLines } from "../table.js";
import { countText, tallyText } from "./stack-words.js";

/** What can be said of a stack without a run; in the order in which they are counted. */
const stackStates = ["applied", "pending", "failed", "drifted", "orphaned"] as const;

/**
 * `applied`: nothing is to be done. `pending`: its manifest, or what it refers to, is not applied yet. `failed`: its last
 * run failed, or did not end cleanly, and nothing has changed since. `drifted`: something else wrote its state.
 * `orphaned`: no manifest names it any more.
 */
export type StackState = (typeof stackStates)[number];

/** A stack in `planton status`. */
export interface StatusRow {
  readonly stack: string;
  /** Undefined for a stack in no environment. */
  readonly env: string | undefined;
  readonly state: StackState;
  /** When its state was last written, milliseconds since 1970; undefined when that is not known. */
  readonly sinceMs: number | undefined;
  /** Why it is not applied. */
  readonly reason: string | undefined;
}

/** The rows as a table, with their environments when there are any, and how many stacks are in which state. */
export function statusLines(rows: readonly StatusRow[]): readonly string[] {
  const hasEnvironments = rows.some(({ env }) => env !== undefined);
  const cells = rows.map(({ stack, env, state, sinceMs, reason }) => [
    ...(hasEnvironments ? [printable(env ?? "")] : []),
    printable(stack),
    state,
    sinceMs === undefined ? "" : minuteText(sinceMs),
    printable(reason ?? ""),
  ]);
  const header = [...(hasEnvironments ? ["ENV"] : []), "STACK", "STATE", "SINCE (UTC)", "REASON"];
  const table = rows.length === 0 ? [] : [...tableLines(header, cells), ""];
  const states = rows.map(({ state }) => state);
  return [...table, rows.length === 0 ? countText(0, "stack") : tallyText(states, stackStates)];
}

/** `2026-11-30 22:41`. */
function minuteText(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 16).replace("T", " ");
}
