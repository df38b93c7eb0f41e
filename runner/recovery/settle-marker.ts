import type { EngineEvents } from "../pulumi/engine-events.js";
import { type MarkedCreate, readRunMarker, removeRunMarker, urnOfCreate, writeRunMarker } from "../run-marker.js";
import type { StackSession } from "../stack-session.js";

/**
 * After a run that pulumi ended by itself: takes out of the run marker what was not begun, what the state has, and what
 * the vendor has refused to make. The marker goes when nothing is left in it, so that the next up looks for nothing.
 */
export function settleMarker(session: StackSession, events: EngineEvents): void {
  const { project, stack, vendor } = session;
  const marker = readRunMarker(project.dir, stack);
  if (marker === undefined || vendor === undefined || !events.isComplete) return;
  const isOpen = (create: MarkedCreate): boolean => {
    if (create.isMade) return true;
    const begun = events.creates.get(urnOfCreate({ project: project.name, stack }, create));
    if (begun === undefined || begun.isMade) return false;
    return !begun.errors.some((error) => vendor.isRefusedCreate(create.type, error));
  };
  const creates = marker.creates.filter(isOpen);
  if (creates.length === 0) removeRunMarker(project.dir, stack);
  else writeRunMarker(project.dir, { ...marker, creates });
}
