import { expect } from "vitest";
import type { Ended } from "./planton-bed.js";

/** What a command must say when it refuses. */
export interface Refusal {
  readonly exitCode: number;
  /** Error code, as shown in brackets. */
  readonly code: string;
  /** Values, places and commands that standard error must name. */
  readonly says: readonly string[];
}

/** Checks that a command refused as it should, on standard error and without a stack trace. */
export function expectRefusal(ended: Ended, { exitCode, code, says }: Refusal): void {
  expect(ended.code, ended.all).toBe(exitCode);
  expect(ended.stderr).toContain(`[${code}]`);
  for (const said of says) expect(ended.stderr).toContain(said);
  expect(ended.stderr).not.toMatch(/^\s+at \S+ \(|planton has a bug/m);
}
