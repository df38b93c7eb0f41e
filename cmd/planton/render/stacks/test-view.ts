import type { Clock } from "../../../../contract/clock.js";
import { PlantonError } from "../../../../contract/planton-error.js";
import type { ResourceAction, ResourceChange } from "../../../../runner/pulumi/stack-changes.js";
import type { UnitOutcome } from "../../../../runner/workspace/run/run-in-order.js";
import type { StackData } from "./stack-words.js";

/** A clock that moves on only when a test says so. */
export interface HeldClock extends Pick<Clock, "nowMs" | "sleep"> {
  /** Moves it on; those that sleep wake in order. */
  readonly passMs: (ms: number) => Promise<void>;
}

/** Makes a clock that is held at a time. */
export function createHeldClock(startMs = Date.parse("2026-01-02T03:04:05Z")): HeldClock {
  let nowMs = startMs;
  let sleepers: { readonly wakeMs: number; readonly wake: () => void }[] = [];
  return {
    nowMs: () => nowMs,
    sleep: (durationMs, ...signals) =>
      new Promise((resolve, reject) => {
        const stop = (): void => {
          release();
          reject(new PlantonError({ code: "E_INTERRUPTED", message: "the wait was interrupted" }));
        };
        const release = (): void => {
          for (const signal of signals) signal.removeEventListener("abort", stop);
        };
        const wake = (): void => {
          release();
          resolve();
        };
        for (const signal of signals) signal.addEventListener("abort", stop);
        sleepers.push({ wakeMs: nowMs + durationMs, wake });
        if (signals.some(({ aborted }) => aborted)) stop();
      }),
    async passMs(ms) {
      const endMs = nowMs + ms;
      for (;;) {
        const next = sleepers.filter(({ wakeMs }) => wakeMs <= endMs).sort((a, b) => a.wakeMs - b.wakeMs)[0];
        if (next === undefined) break;
        sleepers = sleepers.filter((sleeper) => sleeper !== next);
        nowMs = Math.max(nowMs, next.wakeMs);
        next.wake();
        // What wakes goes back to sleep before the next one wakes.
        await new Promise((resolve) => setImmediate(resolve));
      }
      nowMs = endMs;
    },
  };
}

/** What a terminal shows. */
export interface Screen {
  readonly write: (text: string) => void;
  /** Every line since the beginning, those above the screen as well, without empty ones at the end. */
  readonly lines: () => readonly string[];
  readonly isCursorShown: () => boolean;
  /** True when a line was longer than the terminal is wide. */
  readonly hasWrapped: () => boolean;
  /** How often something was written. */
  readonly writes: () => number;
}

/** A terminal as far as planton uses one: text, line breaks, the cursor up, lines cleared, the cursor hidden. */
export function createScreen(size: { readonly columns: number; readonly rows: number }): Screen {
  const lines: string[] = [""];
  let [row, column, writes] = [0, 0, 0];
  let [isCursorShown, hasWrapped] = [true, false];
  const put = (character: string): void => {
    if (column >= size.columns) {
      hasWrapped = true;
      [row, column] = [row + 1, 0];
    }
    const line = (lines[row] ?? "").padEnd(column);
    lines[row] = line.slice(0, column) + character + line.slice(column + 1);
    column += 1;
  };
  const act = (code: string, count: number): void => {
    // The cursor stops at the screen's first line.
    if (code === "A") row = Math.max(row - count, lines.length - size.rows, 0);
    else if (code === "K") lines[row] = (lines[row] ?? "").slice(0, column);
    else if (code === "J") lines.splice(row, lines.length, (lines[row] ?? "").slice(0, column));
    else if (code !== "m") throw new Error(`the screen does not know ${code}`);
  };
  return {
    write(text) {
      writes += 1;
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what escape sequences begin with
      for (const [part, mode, count, code] of text.matchAll(/\x1b\[\?25([hl])|\x1b\[(\d*)([A-Za-z])|./gsu)) {
        if (mode !== undefined) isCursorShown = mode === "h";
        else if (code !== undefined) act(code, Number(count || 1));
        else if (part === "\r") column = 0;
        else if (part === "\n") {
          [row, column] = [row + 1, 0];
          lines[row] ??= "";
        } else put(part);
      }
    },
    lines: () => lines.join("\n").trimEnd().split("\n"),
    isCursorShown: () => isCursorShown,
    hasWrapped: () => hasWrapped,
    writes: () => writes,
  };
}

/** A change of a resource called after its action; `holdsData` for a protected one. */
export function change(action: ResourceAction, name: string = action, holdsData = false): ResourceChange {
  if (action === "same" || action === "read") throw new Error(`${action} is no change`);
  const type = holdsData ? "digitalocean:index/databaseCluster:DatabaseCluster" : "digitalocean:index/vpc:Vpc";
  return { urn: `urn:pulumi:s::p::${type}::${name}`, type, action, isProtected: holdsData };
}

/** A stack that was changed by that. */
export function succeeded(...changes: readonly ResourceChange[]): UnitOutcome<StackData> {
  return { result: "succeeded", data: { changes, sameCount: 0 } };
}

/** A stack that nothing happened to. */
export const unchanged: UnitOutcome<StackData> = { result: "unchanged", data: { changes: [], sameCount: 3 } };

/** A stack that failed. */
export function failed(message: string): UnitOutcome<StackData> {
  return { result: "failed", error: new PlantonError({ code: "E_PULUMI", message, hint: "see the log" }) };
}
