import { packageOf } from "../../contract/find-vendor.js";
import { PlantonError } from "../../contract/planton-error.js";
import { type RunMarker, readRunMarker, removeRunMarker, writeRunMarker } from "../project/run-marker.js";
import { writeStackRecord } from "../project/stack-settings.js";
import { locksText, readStackLocks } from "../pulumi/stack-lock.js";
import {
  type Checkpoint,
  type ExportedCheckpoint,
  exportCheckpoint,
  parseCheckpoint,
  resourceText,
  typeOfUrn,
  withoutPendingOperations,
} from "../pulumi/state/checkpoint.js";
import { duplicatePendingDeletes, withoutDuplicates } from "../pulumi/state/duplicate-resources.js";
import { withoutDeleted, withoutPendingReplacement } from "../pulumi/state/pending-replacement.js";
import type { StackSession } from "../session/stack-session.js";
import { isSandbox } from "../system/planton-home.js";
import { changeStack } from "./change-stack.js";
import { findOrphans, type Orphan } from "./find-orphans.js";
import { assertNotInUse } from "./needs-recovery.js";
import { type RefreshFailedInput, refreshFailed } from "./refresh-failed.js";
import { withUnreadableInputs } from "./restore-unreadable-inputs.js";
import { assertIdsUsed, type OrphanOutcome, waitForOrphans } from "./wait-for-orphans.js";

/** What {@link recoverStack} is asked for. */
export interface RecoverInput extends RefreshFailedInput {
  /** Asks whether a lock may be removed. */
  readonly confirmUnlock: (question: string) => Promise<boolean>;
  /** Vendor's ids that the user says are this stack's. */
  readonly imports: ReadonlySet<string>;
  /** Vendor's ids that the user says are not this stack's. */
  readonly forget: ReadonlySet<string>;
  /** True when `imports` and `forget` are for several stacks, so that an id may be another one's. Default: false. */
  readonly sharesIds?: boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Resolves after that many milliseconds. */
  readonly sleep: (ms: number) => Promise<void>;
}

/**
 * Recovers a stack after an interrupted run: removes a dead lock when that is confirmed, waits for pending creates, imports
 * resources that carry our owner tag, drops pending operations that left nothing, deletions of what is in use and what was
 * deleted to be replaced, and refreshes what failed half way. Creates and deletes nothing at the vendor. Gives those of the
 * user's ids that were found. Throws E_LOCKED, E_PENDING_OPERATIONS when a resource is not surely ours, E_USAGE for ids
 * that were not found, E_PULUMI when the refresh fails, E_VENDOR*.
 */
export async function recoverStack(input: RecoverInput): Promise<readonly string[]> {
  const { session, report } = input;
  const { dir } = session.project;
  await unlock(input);
  const before = await exportCheckpoint(session.pulumi, session.stack);
  const { state, lines } = await dropDeleted(input, dropDuplicates(before));
  const marker = readRunMarker(dir, session.stack);
  const orphans = await lookForOrphans(input, state, marker);
  if (state.deployment !== before.deployment) {
    noteAdopted({ session, now: input.now, state, marker, adopted: orphans?.adopted ?? [] });
    await changeStack(session, ["stack", "import", "--stack", session.stack], state.deployment);
    for (const line of lines) report(line);
  }
  if (orphans !== undefined) await adoptOrphans(input, state, orphans);
  if (marker?.needsRefresh === true) writeRunMarker(dir, { ...marker, creates: [] });
  else removeRunMarker(dir, session.stack);
  await refreshFailed(input);
  removeRunMarker(dir, session.stack);
  return orphans?.usedIds ?? [];
}

/** A state without what is to be taken out of it, still in memory: pulumi drops pending operations when it is imported. */
interface Reduced {
  readonly state: ExportedCheckpoint;
  /** What was taken out, for people. */
  readonly lines: readonly string[];
}

/**
 * Takes out of the state what was deleted to be replaced and is gone, with what only made sense with it; what the vendor
 * has all the same is in use again.
 */
async function dropDeleted({ session }: RecoverInput, reduced: Reduced): Promise<Reduced> {
  const { vendor, vendorContext } = session;
  const deleted = reduced.state.resources.filter(({ isPendingReplacement }) => isPendingReplacement);
  if (deleted.length === 0 || vendor === undefined || vendorContext === undefined) return reduced;
  const gone = new Set<string>();
  const present = new Set<string>();
  for (const { urn, type, id, inputs } of deleted) {
    const found = id === undefined ? "absent" : await vendor.readExisting({ type, id, inputs }, vendorContext);
    if (found !== undefined) (found === "absent" ? gone : present).add(urn);
  }
  if (gone.size === 0 && present.size === 0) return reduced;
  const kept = withoutPendingReplacement(withoutDeleted(reduced.state.deployment, gone), present);
  return {
    state: parseCheckpoint(kept),
    lines: [
      ...reduced.lines,
      ...[...gone].map((urn) => `gone at the vendor, and taken out of the state: ${resourceText(urn)}`),
      ...[...present].map((urn) => `was to be replaced, and is at the vendor: ${resourceText(urn)}`),
    ],
  };
}

/** Takes out of the state what it would delete although it is in use. */
function dropDuplicates(state: ExportedCheckpoint): Reduced {
  const duplicates = duplicatePendingDeletes(state);
  if (duplicates.length === 0) return { state, lines: [] };
  return {
    state: parseCheckpoint(withoutDuplicates(state, duplicates)),
    lines: duplicates.map(
      ({ type, id }) => `no longer to be deleted, as it is in use: ${type.split(":").at(-1)} "${id}"`,
    ),
  };
}

/**
 * What the vendor has of the creations that were begun; undefined when none were. Throws E_PENDING_OPERATIONS, E_USAGE,
 * E_VENDOR*.
 */
async function lookForOrphans(
  input: RecoverInput,
  state: Checkpoint,
  marker: RunMarker | undefined,
): Promise<OrphanOutcome | undefined> {
  const { vendor, vendorContext: context, project, stack, env } = input.session;
  const hasPending = state.pendingCreates.length + state.pendingOthers.length > 0;
  if ((marker?.creates.length ?? 0) === 0 && !hasPending) {
    assertIdsUsed({ ...input, stack }, []);
    return undefined;
  }
  if (vendor === undefined || context === undefined) {
    throw new PlantonError({
      code: "E_PENDING_OPERATIONS",
      message: `the last run of stack "${stack}" did not end cleanly, and without its stack input nothing says which account to look in for what it began`,
      hint: "put the stack input back, or give the account's credentials in the environment",
    });
  }
  const { id, forgotten = [] } = input.session.record;
  const where = { state, marker, project: project.name, stack, id, forgotten, vendor, context };
  return waitForOrphans({ ...input, stack, isSandbox: isSandbox(env), look: () => findOrphans(where) });
}

interface NoteAdoptedInput extends Pick<RecoverInput, "session" | "now">, Pick<OrphanOutcome, "adopted"> {
  readonly state: Checkpoint;
  readonly marker: RunMarker | undefined;
}

/** Notes in the run marker what is about to be imported: a failure before that would find no pending operation any more. */
function noteAdopted({ session, now, state, marker, adopted }: NoteAdoptedInput): void {
  if (adopted.length === 0) return;
  const { lookups, unreadable } = session.vendor?.recovery ?? {};
  const creates = adopted.map(({ orphan: { type, urn, inputs, knownBefore = [] } }) => {
    const keys = [...(lookups?.[type] ?? []), ...(unreadable?.[type] ?? [])];
    return { type, name: nameOf(urn), inputs: Object.fromEntries(keys.map((key) => [key, inputs[key]])), knownBefore };
  });
  const startedAtMs = marker?.startedAtMs ?? state.writtenAtMs ?? now();
  writeRunMarker(session.project.dir, {
    stack: session.stack,
    startedAtMs,
    ...marker,
    creates: [...(marker?.creates ?? []), ...creates],
  });
}

function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? "";
}

async function unlock({ session, report, confirmUnlock, arguments: args }: RecoverInput): Promise<void> {
  assertNotInUse(session, args);
  const locks = readStackLocks(session.ref);
  if (locks.length === 0) return;
  const holders = locksText(locks, session.now());
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
  { session, report }: RecoverInput,
  state: Checkpoint,
  { adopted: ours, forgotten }: OrphanOutcome,
): Promise<void> {
  for (const { orphan, resource } of ours) {
    await importResource(session, state, orphan, resource.importId ?? resource.id);
    report(`taken into the state: ${resource.description}`);
    if (resource.afterImport !== undefined) report(resource.afterImport);
  }
  if (forgotten.length > 0) {
    const { project, stack } = session;
    const before = session.record.forgotten ?? [];
    // What carries the stack's mark would be found again before the next creation.
    const marked = forgotten.filter((resource) => resource.ours).map((resource) => resource.id);
    if (marked.length > 0) writeStackRecord(project.dir, { stack, forgotten: [...new Set([...before, ...marked])] });
    for (const { description, id } of forgotten) {
      report(`not this stack's from now on; it stays at the vendor, and costs: ${description}, id ${id}`);
    }
  }
  const now = await exportCheckpoint(session.pulumi, session.stack);
  // By URN: what a plugin keeps as the id need not be what was imported or found.
  const missing = ours.find(
    ({ orphan }) => !now.resources.some(({ urn, id }) => urn === orphan.urn && id !== undefined),
  );
  if (missing !== undefined) {
    throw new PlantonError({
      code: "E_PENDING_OPERATIONS",
      message: `pulumi did not take ${missing.resource.description} (${missing.resource.id}) into the state of stack "${session.stack}"`,
      hint: "do not run up: it would make a second one; see pulumi import",
    });
  }
  const imported = ours.map(({ orphan }) => orphan);
  const deployment = withUnreadableInputs(now.deployment, imported, session.vendor?.recovery?.unreadable);
  if (now.pendingCreates.length + now.pendingOthers.length > 0 || deployment !== now.deployment) {
    await changeStack(session, ["stack", "import", "--stack", session.stack], withoutPendingOperations(deployment));
  }
  for (const { urn } of state.pendingCreates) {
    if (ours.some(({ orphan }) => orphan.urn === urn)) continue;
    // Without lookups the plugin looks for it, when it is to be created again.
    const isLookedFor = session.vendor?.recovery?.lookups[typeOfUrn(urn)] !== undefined;
    const next = isLookedFor ? "left nothing at the vendor" : "is looked for at the vendor before it is created again";
    report(`${resourceText(urn)}, which was begun, ${next}`);
  }
}

/** Imports under the provider that the state has; the program's own protection is set by the next up. */
async function importResource(session: StackSession, state: Checkpoint, orphan: Orphan, id: string): Promise<void> {
  const providerType = `pulumi:providers:${packageOf(orphan.type)}`;
  const provider = state.resources.find((resource) => resource.type === providerType);
  await changeStack(session, [
    "import",
    orphan.type,
    nameOf(orphan.urn),
    id,
    "--stack",
    session.stack,
    "--yes",
    "--skip-preview",
    "--generate-code=false",
    ...(provider === undefined ? [] : ["--provider", `provider=${provider.urn}`]),
  ]);
}
