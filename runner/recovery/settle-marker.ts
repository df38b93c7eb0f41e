import { ownerMark } from "../owner-mark.js";
import { readStackRecord } from "../project/stack-settings.js";
import type { BegunCreate, EngineEvents } from "../pulumi/engine-events.js";
import { lookAtStackState } from "../pulumi/stack-state.js";
import {
  type MarkedCreate,
  mayBeOutcome,
  type RunMarker,
  readRunMarker,
  removeRunMarker,
  urnOfCreate,
  writeRunMarker,
} from "../run-marker.js";
import { placeOfStack, type StackSession } from "../stack-session.js";

/**
 * After a run that pulumi ended by itself: takes out of the run marker what was not begun, what the state has, and what
 * the vendor has refused to make and does not have, and notes a deletion that failed. The marker goes when nothing is left
 * in it, so that the next up looks for nothing.
 */
export async function settleMarker(session: StackSession, events: EngineEvents, nowMs: number): Promise<void> {
  const { project, stack, vendor } = session;
  const found = readRunMarker(project.dir, stack);
  if (vendor === undefined || !events.isComplete || (found === undefined && !events.hasFailedDelete)) return;
  const marker = found ?? { stack, owner: ownerOf(session), startedAtMs: nowMs, creates: [] };
  const creates: MarkedCreate[] = [];
  for (const create of marker.creates) {
    const begun = events.creates.get(urnOfCreate({ project: project.name, stack }, create));
    if (create.isMade || (begun?.isMade === false && (await isOpen({ session, marker, create, begun })))) {
      creates.push(create);
    }
  }
  const needsRefresh = marker.needsRefresh === true || (events.hasFailedDelete && !vendor.ownPlugin);
  if (creates.length === 0 && !needsRefresh) removeRunMarker(project.dir, stack);
  else writeRunMarker(project.dir, { ...marker, creates, needsRefresh });
}

function ownerOf({ project, stack }: StackSession): string {
  return ownerMark({ project: project.name, stack, id: readStackRecord(project.dir, stack)?.id });
}

interface FailedCreate {
  readonly session: StackSession;
  readonly marker: RunMarker;
  readonly create: MarkedCreate;
  readonly begun: BegunCreate;
}

/**
 * True unless the vendor has refused it and has nothing that may have come of it: a plugin sends a request again, so that
 * an earlier try may have made what the last one was refused for.
 */
async function isOpen({ session, marker, create, begun }: FailedCreate): Promise<boolean> {
  const { vendor, vendorSurroundings } = session;
  const refusals = begun.errors.flatMap((error) => vendor?.refusalOf(create.type, error) ?? []);
  if (vendor === undefined || vendorSurroundings === undefined || refusals.length === 0) return true;
  try {
    const found = await vendor.findCreated({ ...create, owner: marker.owner }, vendorSurroundings);
    if (found === undefined) return false;
    const { resources } = await lookAtStackState(placeOfStack(session), session.command);
    const others = found.filter(({ id }) => !resources.some((held) => held.id === id));
    if (others.some((other) => mayBeOutcome(other, create))) return true;
    // Somebody has the name: when nobody is to be seen, it may be what an earlier try has just made.
    return refusals.includes("name taken") && others.length === 0;
  } catch {
    // The vendor cannot be asked now; the note stays, and the next up asks.
    return true;
  }
}
