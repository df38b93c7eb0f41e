import { type ErrorCode, errorCodes } from "../../contract/error-codes.js";
import { PlantonError } from "../../contract/planton-error.js";
import type { VendorHint } from "../../contract/vendor.js";
import type { EngineEvents } from "../pulumi/engine-events.js";
import { locksText, type StackLock } from "../pulumi/stack-lock.js";

/** What is known about a run of pulumi that failed. */
interface FailedRun {
  /** up, preview, refresh, destroy. */
  readonly operation: string;
  readonly stderr: string;
  readonly events: EngineEvents;
  readonly vendorHints: readonly VendorHint[];
  readonly locks: readonly StackLock[];
  /** When they were read, milliseconds since 1970. */
  readonly nowMs: number;
  /** How the user named the stack, to be repeated in commands: `--stack-input db.yaml`. */
  readonly arguments: string;
  readonly stack: string;
}

/** What is to be said about a failed run beside what pulumi has said. */
interface FailureExplanation {
  readonly hints: readonly string[];
  /** E_PROTECTED or E_LOCKED, with what to do. */
  readonly error?: PlantonError;
}

interface Explanation {
  readonly pattern: RegExp;
  /** Operations that it holds for; default: all. */
  readonly operations?: readonly string[];
  readonly hint: (run: FailedRun) => string;
  /** The code of the failure and what happened, where planton has a code for it. */
  readonly failure?: { readonly code: ErrorCode; readonly message: (run: FailedRun) => string };
}

const explanations: readonly Explanation[] = [
  {
    pattern: /currently locked by|another update is currently in progress/i,
    failure: {
      code: "E_LOCKED",
      message: ({ stack, locks, nowMs }) =>
        locks.length === 0
          ? `${errorCodes.E_LOCKED.meaning}: "${stack}"`
          : `stack "${stack}" is locked by ${locksText(locks, nowMs)}`,
    },
    hint: (run) =>
      run.locks.length > 0 && run.locks.every((lock) => lock.isStale)
        ? `its holder is gone; to remove the lock and look for what it left: planton pulumi recover ${run.arguments}`
        : `wait for that run to end; if it is gone for good: planton pulumi cancel ${run.arguments}`,
  },
  {
    pattern: /marked for protection|is protected|protected resource/,
    failure: {
      code: "E_PROTECTED",
      message: (run) =>
        `stack "${run.stack}" protects ${protectedResource(run)}: it ${run.operation === "preview" ? "would not be" : "was not"} deleted or replaced`,
    },
    hint: (run) =>
      `this resource is protected because it holds or guards data; to delete ${run.operation === "destroy" ? "the whole stack" : "it"}: planton pulumi ${run.operation === "destroy" ? "destroy" : "up"} ${run.arguments} --allow-data-loss`,
  },
  {
    pattern: /incorrect passphrase|passphrase must be set|get passphrase/,
    hint: () =>
      "the stack's secrets were encrypted with another passphrase; set PULUMI_CONFIG_PASSPHRASE_FILE (or PULUMI_CONFIG_PASSPHRASE) to the one it was made with",
  },
  {
    pattern: /unknown stack "|has no output "|no stack is about /,
    operations: ["destroy", "refresh"],
    hint: (run) =>
      `to go on with what the state holds, without the references: planton pulumi ${run.operation} ${run.arguments} -- --run-program=false`,
  },
  {
    pattern: /exited prematurely|error reading from server: EOF|transport is closing/,
    hint: (run) =>
      `a plugin or the language host ended in the middle of its work; to go on from where it was: planton pulumi ${run.operation} ${run.arguments}`,
  },
  {
    pattern: /unknown stack "/,
    hint: () => "the stack that a reference names is not in this backend; apply its stack input first",
  },
];

/** The resource that pulumi refused to delete, by type and name: `DatabaseCluster "orders"`. */
function protectedResource({ events, stderr }: FailedRun): string {
  const urn = /urn:pulumi:[^'"\s]+/.exec([...events.errors, stderr].find((text) => /protect/.test(text)) ?? "")?.[0];
  const [type, name] = urn?.split("::").slice(-2) ?? [];
  return type === undefined || name === undefined ? "a resource" : `${type.split(":").at(-1) ?? ""} "${name}"`;
}

/** What to do about a failed run, first match of each table; nothing when nothing is known. */
export function explainFailure(run: FailedRun): FailureExplanation {
  const texts = [...run.events.errors, run.stderr];
  const matches = (pattern: RegExp): boolean => texts.some((text) => pattern.test(text));
  const own = explanations.find(
    ({ pattern, operations }) => (operations ?? [run.operation]).includes(run.operation) && matches(pattern),
  );
  const vendor = run.vendorHints.find(({ pattern, isBeside }) => isBeside !== true && matches(pattern));
  const beside = run.vendorHints.filter(({ pattern, isBeside }) => isBeside === true && matches(pattern));
  const vendorHints = [...(vendor === undefined ? [] : [vendor]), ...beside].map(({ hint }) => hint);
  if (own?.failure === undefined) return { hints: [...(own === undefined ? [] : [own.hint(run)]), ...vendorHints] };
  const { code, message } = own.failure;
  return { hints: vendorHints, error: new PlantonError({ code, message: message(run), hint: own.hint(run) }) };
}
