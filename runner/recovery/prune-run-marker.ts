import { findPlugin } from "../../contract/find-vendor.js";
import type { FoundResource } from "../../contract/vendor.js";
import { ownerTag } from "../project/owner-tag.js";
import {
  mayBeOutcome,
  type RecordedCreate,
  readRunMarker,
  removeRunMarker,
  urnOfCreate,
  writeRunMarker,
} from "../project/run-marker.js";
import type { CreateEvents, EngineEvents } from "../pulumi/engine-events.js";
import { readCheckpoint, typeOfUrn } from "../pulumi/state/checkpoint.js";
import type { StackSession } from "../session/stack-session.js";

/**
 * After a run that pulumi ended by itself: takes out of the run marker what was not begun, what the state has, and what
 * the vendor has refused to make and does not have, and notes a deletion that failed. The marker goes when nothing is left
 * in it, so that the next up looks for nothing.
 */
export async function pruneRunMarker(session: StackSession, events: EngineEvents, nowMs: number): Promise<void> {
  const { project, stack, vendor } = session;
  const found = readRunMarker(project.dir, stack);
  if (vendor === undefined || !events.isComplete || (found === undefined && events.failedDeletes.length === 0)) return;
  const marker = found ?? { stack, startedAtMs: nowMs, creates: [] };
  const creates: RecordedCreate[] = [];
  for (const create of marker.creates) {
    const begun = events.creates.get(urnOfCreate({ project: project.name, stack }, create));
    const failed = begun && { session, create, begun };
    if (create.alreadyExists) creates.push(create);
    else if (failed !== undefined)
      creates.push(...(failed.begun.succeeded ? await surplusOf(failed) : await openOf(failed)));
  }
  // Planton's own plugins read what they delete.
  const isDoubtful = events.failedDeletes.some((urn) => !findPlugin(vendor, typeOfUrn(urn))?.isOwn);
  const needsRefresh = marker.needsRefresh === true || isDoubtful;
  if (creates.length === 0 && !needsRefresh) removeRunMarker(project.dir, stack);
  else writeRunMarker(project.dir, { ...marker, creates, needsRefresh });
}

function ownerOf({ project, stack, record }: StackSession): string {
  return ownerTag({ project: project.name, stack, id: record.id });
}

interface FailedCreate {
  readonly session: StackSession;
  readonly create: RecordedCreate;
  readonly begun: CreateEvents;
}

/** The creation again when the vendor has more of it than the state; in doubt as well, as the next up asks again. */
async function surplusOf(made: FailedCreate): Promise<readonly RecordedCreate[]> {
  const { create } = made;
  const found = await findOthers(made);
  if (found === undefined) return [create];
  return found.others.some((other) => mayBeOutcome(other, create)) ? [{ ...create, alreadyExists: true }] : [];
}

/**
 * The creation again unless the vendor has refused it and has nothing that may have come of it: a plugin sends a request
 * again, so that an earlier try may have made what the last one was refused for.
 */
async function openOf(failed: FailedCreate): Promise<readonly RecordedCreate[]> {
  const { session, create, begun } = failed;
  const refusals = begun.errors.flatMap((error) => session.vendor?.recovery?.refusalOf(create.type, error) ?? []);
  const found = refusals.length === 0 ? undefined : await findOthers(failed);
  if (found === undefined || found.others.some((other) => mayBeOutcome(other, create))) return [create];
  // Somebody has the name: when nobody is to be seen, it may be what an earlier try has just made.
  return refusals.includes("name taken") && found.isNobody ? [create] : [];
}

interface FoundOthers {
  /** What the creation's inputs fit and the state does not hold. */
  readonly others: readonly FoundResource[];
  /** True when the vendor has nothing that they fit. */
  readonly isNobody: boolean;
}

/** Undefined when the vendor cannot be asked. */
async function findOthers({ session, create }: FailedCreate): Promise<FoundOthers | undefined> {
  const { vendor, vendorContext } = session;
  if (vendor === undefined || vendorContext === undefined) return undefined;
  try {
    const found = (await vendor.recovery?.findCreated({ ...create, owner: ownerOf(session) }, vendorContext)) ?? [];
    const { resources } = await readCheckpoint(session.ref, session.pulumi);
    const others = found.filter(({ id }) => !resources.some((held) => held.id === id));
    return { others, isNobody: found.length === 0 };
  } catch {
    // The note stays, and the next up asks.
    return undefined;
  }
}
