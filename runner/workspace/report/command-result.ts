import type { UnitOutcome } from "../run/run-in-order.js";

/** What a command over many stacks came to as a whole; `drifted`: of `drift`, when something is not as its state says. */
export const commandResults = ["succeeded", "unchanged", "drifted", "failed", "locked", "cancelled"] as const;

/** One of {@link commandResults}. */
export type CommandResult = (typeof commandResults)[number];

/**
 * What the outcomes of stacks come to: a failure weighs more than an interruption, and both more than a stack that somebody
 * else holds, after which it is enough to run the command again.
 */
export function commandResult(
  outcomes: Iterable<Pick<UnitOutcome<unknown>, "result">>,
  { isDrift }: { readonly isDrift: boolean },
): CommandResult {
  const results = new Set([...outcomes].map(({ result }) => result));
  if (results.has("failed")) return "failed";
  if (results.has("cancelled")) return "cancelled";
  if (results.has("locked")) return "locked";
  if (!results.has("succeeded")) return "unchanged";
  return isDrift ? "drifted" : "succeeded";
}

/** Exit code of a command; `countsChanges`: of `preview --exit-code`, which reports with it that there are changes. */
export function exitCodeOf(result: CommandResult, { countsChanges }: { readonly countsChanges: boolean }): number {
  return result === "succeeded" && countsChanges ? exitCodes.drifted : exitCodes[result];
}

/** As the README's table has them; 75 is EX_TEMPFAIL of sysexits(3): try again later. */
const exitCodes = { succeeded: 0, unchanged: 0, failed: 4, cancelled: 8, drifted: 10, locked: 75 } as const;
