import { PlantonError } from "../../contract/planton-error.js";
import { readRunMarker, removeRunMarker, writeRunMarker } from "../project/run-marker.js";
import { readStackRecord, writeStackRecord } from "../project/stack-settings.js";
import {
  type Checkpoint,
  type ExportedCheckpoint,
  exportCheckpoint,
  resourceText,
  withoutPendingOperations,
} from "../pulumi/checkpoint.js";
import { duplicatePendingDeletes, withoutDuplicates } from "../pulumi/duplicate-resources.js";
import { withoutDeleted, withoutPendingReplacement } from "../pulumi/pending-replacement.js";
import { lockText, readStackLocks } from "../pulumi/stack-lock.js";
import { type StackSession, stackRefOf } from "../session/stack-session.js";
import { isSandbox } from "../system/planton-home.js";
import { changeStack } from "./change-stack.js";
import { findOrphans, type Orphan } from "./find-orphans.js";
import { assertNotInUse } from "./needs-recovery.js";
import { refreshFailed } from "./refresh-failed.js";
import { withUnreadableInputs } from "./restore-unreadable-inputs.js";
import { assertIdsUsed, waitForOrphans } from "./wait-for-orphans.js";

/** How a refresh ended. */
interface RefreshEnd {
  /** Exit code; 0 when it went well. */
  readonly code: number;
  readonly error?: PlantonError;
  /** What to do about a failure. */
  readonly hints: readonly string[];
}

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
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** True when resources that hold data may be gone at the vendor, as they are to be deleted. */
  readonly acceptsLoss: boolean;
  /** Refreshes the stack without a question, with more arguments for pulumi. */
  readonly refresh: (more: readonly string[]) => Promise<RefreshEnd>;
}

/**
 * Recovers a stack after a run that did not end cleanly: removes a dead lock when that is confirmed, looks at the vendor
 * for every creation that was begun until it is there or has had the time to come, takes what is ours into the state, drops
 * pending operations that left nothing, deletions of what is in use and what was deleted to be replaced, and refreshes what
 * failed half way. Creates and deletes nothing at the vendor. Throws E_LOCKED, E_PENDING_OPERATIONS when a resource is not surely
 * ours, E_USAGE for ids that were not found, E_PULUMI when the refresh fails, E_VENDOR*.
 */
export async function recoverStack(input: RecoverInput): Promise<void> {
  const { session } = input;
  await unlock(input);
  const state = await dropDeleted(
    input,
    await dropDuplicates(input, await exportCheckpoint(session.pulumi, session.stack)),
  );
  const marker = readRunMarker(session.project.dir, session.stack);
  const hasPending = state.pendingCreates.length + state.pendingOthers.length > 0;
  if ((marker?.creates.length ?? 0) > 0 || hasPending) {
    const { vendor, vendorSurroundings } = session;
    if (vendor === undefined || vendorSurroundings === undefined) {
      throw new PlantonError({
        code: "E_PENDING_OPERATIONS",
        message: `the last run of stack "${session.stack}" did not end cleanly, and without its stack input nothing says which account to look in for what it began`,
        hint: "put the stack input back, or give the account's credentials in the environment",
      });
    }
    const { project, stack } = session;
    const { id, forgotten = [] } = readStackRecord(project.dir, stack) ?? {};
    const where = { state, marker, project: project.name, stack, id, forgotten, vendor };
    await adoptOrphans(input, state, () => findOrphans({ ...where, surroundings: vendorSurroundings }));
  } else assertIdsUsed({ ...input, stack: session.stack }, []);
  if (marker?.needsRefresh === true) {
    writeRunMarker(session.project.dir, { ...marker, creates: [] });
  } else removeRunMarker(session.project.dir, session.stack);
  await refreshFailed(input);
  removeRunMarker(session.project.dir, session.stack);
}

/**
 * Takes out of the state what was deleted to be replaced and is gone, with what only made sense with it; what the vendor
 * has all the same is in use again.
 */
async function dropDeleted({ session, report }: RecoverInput, state: ExportedCheckpoint): Promise<ExportedCheckpoint> {
  const { vendor, vendorSurroundings, stack, pulumi } = session;
  const deleted = state.resources.filter(({ isPendingReplacement }) => isPendingReplacement);
  if (deleted.length === 0 || vendor === undefined || vendorSurroundings === undefined) return state;
  const gone = new Set<string>();
  const present = new Set<string>();
  for (const { urn, type, id, inputs } of deleted) {
    const found = id === undefined ? "absent" : await vendor.readExisting({ type, id, inputs }, vendorSurroundings);
    if (found !== undefined) (found === "absent" ? gone : present).add(urn);
  }
  if (gone.size === 0 && present.size === 0) return state;
  const kept = withoutPendingReplacement(withoutDeleted(state.deployment, gone), present);
  await changeStack(session, ["stack", "import", "--stack", stack], kept);
  for (const urn of gone) report(`gone at the vendor, and taken out of the state: ${resourceText(urn)}`);
  for (const urn of present) report(`was to be replaced, and is at the vendor: ${resourceText(urn)}`);
  return exportCheckpoint(pulumi, stack);
}

/** Takes out of the state what it would delete although it is in use. */
async function dropDuplicates(
  { session, report }: RecoverInput,
  state: ExportedCheckpoint,
): Promise<ExportedCheckpoint> {
  const duplicates = duplicatePendingDeletes(state);
  if (duplicates.length === 0) return state;
  await changeStack(session, ["stack", "import", "--stack", session.stack], withoutDuplicates(state, duplicates));
  for (const { type, id } of duplicates) {
    report(`no longer to be deleted, as it is in use: ${type.split(":").at(-1)} "${id}"`);
  }
  return exportCheckpoint(session.pulumi, session.stack);
}

async function unlock({ session, report, confirmUnlock, arguments: args }: RecoverInput): Promise<void> {
  assertNotInUse(session, args);
  const locks = readStackLocks(stackRefOf(session));
  if (locks.length === 0) return;
  const holders = locks.map(lockText).join("; ");
  if (!(await confirmUnlock(`stack "${session.stack}" is locked by ${holders}; remove the lock?`))) {
    throw new PlantonError({
      code: "E_LOCKED",
      message: `stack "${session.stack}" is locked by ${holders}`,
      hint: `its holder is gone: planton pulumi recover ${args} --yes`,
    });
  }
  await changeStack(session, ["cancel", "--yes", "--stack", session.stack]);
  report(`removed the lock of ${holders}`);
}

async function adoptOrphans(
  input: RecoverInput,
  state: Checkpoint,
  look: () => Promise<readonly Orphan[]>,
): Promise<void> {
  const { session, report } = input;
  const { adopted: ours, forgotten } = await waitForOrphans({
    ...input,
    stack: session.stack,
    isSandbox: isSandbox(session.env),
    look,
  });
  for (const { orphan, resource } of ours) {
    await importResource(session, state, orphan, resource.importId ?? resource.id);
    report(`taken into the state: ${resource.description}`);
    if (resource.afterImport !== undefined) report(resource.afterImport);
  }
  if (forgotten.length > 0) {
    const { project, stack } = session;
    const before = readStackRecord(project.dir, stack)?.forgotten ?? [];
    // What carries the stack's mark would be found again before the next creation.
    const marked = forgotten.filter((resource) => resource.ours).map((resource) => resource.id);
    if (marked.length > 0) writeStackRecord(project.dir, { stack, forgotten: [...new Set([...before, ...marked])] });
    for (const { description, id } of forgotten) {
      report(`not this stack's from now on; it stays at the vendor, and costs: ${description}, id ${id}`);
    }
  }
  const now = await exportCheckpoint(session.pulumi, session.stack);
  const missing = ours.find(({ resource }) => !now.resources.some((known) => known.id === resource.id));
  if (missing !== undefined) {
    throw new PlantonError({
      code: "E_PENDING_OPERATIONS",
      message: `pulumi did not take ${missing.resource.description} (${missing.resource.id}) into the state of stack "${session.stack}"`,
      hint: "do not run up: it would make a second one; see pulumi import",
    });
  }
  const imported = ours.map(({ orphan }) => orphan);
  const deployment = withUnreadableInputs(now.deployment, imported, session.vendor?.recovery?.unreadable);
  if (now.pendingCreates.length + now.pendingOthers.length === 0 && deployment === now.deployment) return;
  await changeStack(session, ["stack", "import", "--stack", session.stack], withoutPendingOperations(deployment));
  for (const { urn } of now.pendingCreates) {
    if (ours.some(({ orphan }) => orphan.urn === urn)) continue;
    // Without lookups the plugin looks for it, when it is to be created again.
    const isLookedFor = session.vendor?.recovery?.lookups[urn.split("::").at(-2) ?? ""] !== undefined;
    const next = isLookedFor ? "left nothing at the vendor" : "is looked for at the vendor before it is created again";
    report(`${resourceText(urn)}, which was begun, ${next}`);
  }
}

/** Imports under the provider that the state has; the program's own protection is set by the next up. */
async function importResource(session: StackSession, state: Checkpoint, orphan: Orphan, id: string): Promise<void> {
  const name = orphan.urn.split("::").at(-1) ?? "";
  const providerType = `pulumi:providers:${session.vendor?.plugin ?? ""}`;
  const provider = state.resources.find((resource) => resource.type === providerType);
  await changeStack(session, [
    "import",
    orphan.type,
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
