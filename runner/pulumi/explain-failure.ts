import type { VendorHint } from "../../contract/vendor.js";
import type { EngineEvents } from "./engine-events.js";
import { lockText, type StackLock } from "./stack-lock.js";

/** What is known about a run of pulumi that failed. */
export interface FailedRun {
  readonly code: number;
  readonly stderr: string;
  readonly events: EngineEvents;
  readonly vendorHints: readonly VendorHint[];
  readonly locks: readonly StackLock[];
  /** How the user named the stack, to be repeated in commands: `--stack-input db.yaml`. */
  readonly arguments: string;
  readonly stack: string;
}

interface Explanation {
  readonly pattern: RegExp;
  readonly hint: (run: FailedRun) => string;
}

const explanations: readonly Explanation[] = [
  {
    pattern: /currently locked by/,
    hint: (run) =>
      [
        ...run.locks.map((lock) => `stack "${run.stack}" is locked by ${lockText(lock)}`),
        run.locks.some((lock) => !lock.isStale)
          ? "wait for that run to end; if it is gone for good:"
          : "its holder is gone; to remove the lock and look for what it left:",
        `  planton pulumi recover ${run.arguments}`,
      ].join("\n"),
  },
  {
    pattern: /marked for protection|is protected|protected resource/,
    hint: (run) =>
      `nothing was deleted: the resource holds data and is protected; if its loss is what you want, add --allow-data-loss:\n  planton pulumi up|destroy ${run.arguments} --allow-data-loss`,
  },
  {
    pattern: /incorrect passphrase|passphrase must be set|get passphrase/,
    hint: () =>
      "the stack's secrets were encrypted with another passphrase; set PULUMI_CONFIG_PASSPHRASE_FILE (or PULUMI_CONFIG_PASSPHRASE) to the one it was made with",
  },
  {
    pattern: /no stack named|stack '.*' not found/,
    hint: (run) =>
      `its settings file is here, but this backend has no stack "${run.stack}": another machine's or login's? Log in to the right backend, or make it here with --new-stack`,
  },
  {
    pattern: /unknown stack "/,
    hint: () => "the stack that a reference names is not in this backend; apply its stack input first",
  },
];

/** What to do about a failed run, first match of each table; empty when nothing is known. */
export function explainFailure(run: FailedRun): readonly string[] {
  const texts = [...run.events.errors, run.stderr];
  const matches = (pattern: RegExp): boolean => texts.some((text) => pattern.test(text));
  const own = explanations.find((explanation) => matches(explanation.pattern));
  const vendor = run.vendorHints.find((hint) => matches(hint.pattern));
  return [...(own === undefined ? [] : [own.hint(run)]), ...(vendor === undefined ? [] : [vendor.hint])];
}
