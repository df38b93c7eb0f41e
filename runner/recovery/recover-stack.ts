import { setTimeout as sleep } from "node:timers/promises";
import { PlantonError } from "../../contract/planton-error.js";
import type { FoundResource } from "../../contract/vendor.js";
import { capturePulumi } from "../pulumi/spawn-pulumi.js";
import { lockText, readStackLocks } from "../pulumi/stack-lock.js";
import { readStackState, type StackState, withoutPendingOperations } from "../pulumi/stack-state.js";
import { readRunMarker, removeRunMarker } from "../run-marker.js";
import type { StackSession } from "../stack-session.js";
import { assertNotInUse } from "./assert-not-in-use.js";
import { findLeftovers, type Leftover } from "./find-leftovers.js";

/** What {@link recoverStack} is asked for. */
export interface RecoverInput {
  readonly session: StackSession;
  /** How the user named the stack, to be repeated in commands. */
  readonly arguments: string;
  readonly report: (line: string) => void;
  /** Asks whether a lock may be removed. */
  readonly confirmUnlock: (question: string) => Promise<boolean>;
  /** Vendor's ids that the user says are this stack's. */
  readonly imports: ReadonlySet<string>;
  /** Vendor's ids that the user says are not this stack's. */
  readonly forget: ReadonlySet<string>;
}

const readyLimitMs = 60 * 60_000;
const reportEveryMs = 30_000;
const vendorPollMs = 10_000;
const sandboxPollMs = 500;

/**
 * Heals a stack after a run that did not end cleanly: removes a dead lock when that is confirmed, looks at the vendor
 * for every creation that was begun, takes what is ours into the state, and drops pending operations that left nothing.
 * Creates and deletes nothing at the vendor. Throws E_LOCKED, E_UNFINISHED when a resource is not surely ours, E_VENDOR*.
 */
export async function recoverStack(input: RecoverInput): Promise<void> {
  const { session } = input;
  await unlock(input);
  const state = await readStackState(session.command, session.stack);
  const marker = readRunMarker(session.project.dir, session.stack);
  const hasPending = state.pendingCreates.length + state.pendingOthers.length > 0;
  if (marker !== undefined || hasPending) {
    const { vendor, vendorSurroundings } = session;
    if (vendor === undefined || vendorSurroundings === undefined) {
      throw new PlantonError({
        code: "E_STACK_INPUT_MISSING",
        message: `stack "${session.stack}" needs its stack input to be recovered: it says which account to look in`,
      });
    }
    const { project, stack } = session;
    const where = { state, marker, project: project.name, stack, vendor, surroundings: vendorSurroundings };
    await takeIn(input, state, () => findLeftovers(where));
  }
  removeRunMarker(session.project.dir, session.stack);
}

async function unlock({ session, report, confirmUnlock, arguments: args }: RecoverInput): Promise<void> {
  assertNotInUse(session, args);
  const locks = readStackLocks(session.backendUrl, session.command.cwd, session.project.name, session.stack);
  if (locks.length === 0) return;
  const holders = locks.map(lockText).join("; ");
  if (!(await confirmUnlock(`stack "${session.stack}" is locked by ${holders}; remove the lock?`))) {
    throw new PlantonError({
      code: "E_LOCKED",
      message: `stack "${session.stack}" is locked by ${holders}`,
      hint: `its holder is gone: planton pulumi recover ${args} --yes`,
    });
  }
  await pulumi(session, ["cancel", "--yes", "--stack", session.stack]);
  report(`removed the lock of ${holders}`);
}

async function takeIn(input: RecoverInput, state: StackState, look: () => Promise<readonly Leftover[]>): Promise<void> {
  const { session, report } = input;
  const ours = await waitUntilReady(input, look);
  for (const { leftover, resource } of ours) {
    await importResource(session, state, leftover, resource.id);
    report(`taken into the state: ${resource.description}`);
  }
  const now = await readStackState(session.command, session.stack);
  const missing = ours.find(({ resource }) => !now.resources.some((known) => known.id === resource.id));
  if (missing !== undefined) {
    throw new PlantonError({
      code: "E_UNFINISHED",
      message: `pulumi did not take ${missing.resource.description} (${missing.resource.id}) into the state of stack "${session.stack}"`,
      hint: "do not run up: it would make a second one; see pulumi import",
    });
  }
  if (now.pendingCreates.length + now.pendingOthers.length === 0) return;
  await pulumi(session, ["stack", "import", "--stack", session.stack], withoutPendingOperations(now.deployment));
  if (now.pendingCreates.length > ours.length) report("what else was begun left nothing at the vendor");
}

interface Taken {
  readonly leftover: Leftover;
  readonly resource: FoundResource;
}

/** What is ours, once the vendor has finished making it: before that a resource lacks what its outputs need. */
async function waitUntilReady(
  input: RecoverInput,
  look: () => Promise<readonly Leftover[]>,
): Promise<readonly Taken[]> {
  const pollMs = input.session.env["PLANTON_SANDBOX"] ? sandboxPollMs : vendorPollMs;
  for (let waitedMs = 0; ; waitedMs += pollMs) {
    const ours = (await look()).flatMap((leftover) => {
      const resource = pick(input, leftover);
      return resource === undefined ? [] : [{ leftover, resource }];
    });
    const unready = ours.find(({ resource }) => !resource.isReady);
    if (unready === undefined) return ours;
    if (waitedMs >= readyLimitMs) {
      throw new PlantonError({
        code: "E_UNFINISHED",
        message: `${unready.resource.description} is not ready after ${readyLimitMs / 60_000} minutes`,
        hint: `look at it in the vendor's console, then run planton pulumi recover ${input.arguments} again`,
      });
    }
    if (waitedMs % reportEveryMs < pollMs) input.report(`waiting until it is ready: ${unready.resource.description}`);
    await sleep(pollMs);
  }
}

/** The one resource that is the outcome of a creation, or undefined when there is none. Throws E_UNFINISHED in doubt. */
function pick(input: RecoverInput, leftover: Leftover): FoundResource | undefined {
  const candidates = leftover.found.filter((resource) => !input.forget.has(resource.id));
  const named = candidates.filter((resource) => input.imports.has(resource.id));
  const ours = named.length > 0 ? named : candidates.filter((resource) => resource.ours);
  if (candidates.length === 0) return undefined;
  if (ours.length === 1) return ours[0];
  throw new PlantonError({
    code: "E_UNFINISHED",
    message: `${candidates.length === 1 ? "a resource" : "several resources"} at the vendor may be what the last run of stack "${input.session.stack}" began: ${candidates.map((resource) => `${resource.description}, id ${resource.id}`).join("; ")}`,
    hint: `to take one into the state: planton pulumi recover ${input.arguments} --import ID; if it is not this stack's: planton pulumi recover ${input.arguments} --forget ID`,
  });
}

/** Imports under the provider that the state has; the program's own protection is set by the next up. */
async function importResource(session: StackSession, state: StackState, leftover: Leftover, id: string): Promise<void> {
  const name = leftover.urn.split("::").at(-1) ?? "";
  const providerType = `pulumi:providers:${session.vendor?.plugin ?? ""}`;
  const provider = state.resources.find((resource) => resource.type === providerType);
  await pulumi(session, [
    "import",
    leftover.type,
    name,
    id,
    "--stack",
    session.stack,
    "--yes",
    "--skip-preview",
    "--generate-code=false",
    ...(provider === undefined ? [] : ["--provider", `provider=${provider.urn}`]),
  ]);
}

async function pulumi(session: StackSession, args: readonly string[], stdin = ""): Promise<void> {
  const end = await capturePulumi({ ...session.command, args }, stdin);
  if (end.code === 0) return;
  throw new PlantonError({
    code: "E_PULUMI",
    message: `pulumi ${args[0] ?? ""} failed: ${end.stderr.trim() || end.stdout.trim().slice(-2000)}`,
  });
}
