import { PlantonError } from "../../contract/planton-error.js";
import type { FoundResource } from "../../contract/vendor.js";
import { capturePulumi } from "../pulumi/spawn-pulumi.js";
import { lockText, readStackLocks } from "../pulumi/stack-lock.js";
import { readStackState, type StackState, withoutPendingOperations } from "../pulumi/stack-state.js";
import { readRunMarker, removeRunMarker } from "../run-marker.js";
import type { StackSession } from "../stack-session.js";
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
    const leftovers = await findLeftovers({
      state,
      marker,
      project: session.project.name,
      stack: session.stack,
      vendor,
      surroundings: vendorSurroundings,
    });
    await takeIn(input, state, leftovers);
  }
  removeRunMarker(session.project.dir, session.stack);
}

async function unlock({ session, report, confirmUnlock, arguments: args }: RecoverInput): Promise<void> {
  const locks = readStackLocks(session.backendUrl, session.command.cwd, session.project.name, session.stack);
  if (locks.length === 0) return;
  for (const lock of locks) report(`stack "${session.stack}" is locked by ${lockText(lock)}`);
  const isDead = locks.every((lock) => lock.isStale);
  if (!isDead || !(await confirmUnlock("that run is gone; remove its lock?"))) {
    throw new PlantonError({
      code: "E_LOCKED",
      message: `stack "${session.stack}" is locked by ${locks.map(lockText).join("; ")}`,
      hint: isDead
        ? `its holder is gone: planton pulumi recover ${args} --yes`
        : `wait for that run to end; if it is gone for good: planton pulumi cancel ${args}`,
    });
  }
  await pulumi(session, ["cancel", "--yes", "--stack", session.stack]);
  report("lock removed");
}

async function takeIn(input: RecoverInput, state: StackState, leftovers: readonly Leftover[]): Promise<void> {
  const { session, report } = input;
  const ours = leftovers.map((leftover) => ({ leftover, resource: pick(input, leftover) }));
  const pending = ours.filter(({ leftover, resource }) => leftover.isPending && resource !== undefined);
  const dropped = ours.filter(({ leftover, resource }) => !leftover.isPending && resource !== undefined);
  const resolved = new Set(pending.map(({ leftover }) => leftover.urn));
  const isLeft = state.pendingOthers.length > 0 || state.pendingCreates.some((create) => !resolved.has(create.urn));
  if (pending.length > 0) {
    const pairs = pending.flatMap(({ leftover, resource }) => [
      "--import-pending-creates",
      leftover.urn,
      "--import-pending-creates",
      resource?.id ?? "",
    ]);
    await pulumi(session, ["refresh", "--yes", "--stack", session.stack, ...pairs]);
  }
  for (const { leftover, resource } of dropped) await importDropped(session, state, leftover, resource?.id ?? "");
  for (const { resource } of [...pending, ...dropped]) report(`taken into the state: ${resource?.description ?? ""}`);
  if (!isLeft) return;
  const now = await readStackState(session.command, session.stack);
  await pulumi(session, ["stack", "import", "--stack", session.stack], withoutPendingOperations(now.deployment));
  report("pending operations that left nothing at the vendor were dropped from the state");
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
    message: `${candidates.length === 1 ? "a resource" : "several resources"} at the vendor may be what the last run of stack "${input.session.stack}" began: ${candidates.map((resource) => resource.description).join("; ")}`,
    hint: `to take one into the state: planton pulumi recover ${input.arguments} --import ID; if it is not this stack's: planton pulumi recover ${input.arguments} --forget ID`,
  });
}

/** A resource that a failed run dropped from the state is imported under the provider that the state has. */
async function importDropped(session: StackSession, state: StackState, leftover: Leftover, id: string): Promise<void> {
  const name = leftover.urn.split("::").at(-1) ?? "";
  const provider = state.resources.find(
    (resource) => resource.type === `pulumi:providers:${session.vendor?.plugin ?? ""}`,
  );
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
