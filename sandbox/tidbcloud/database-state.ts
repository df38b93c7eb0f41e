import type { Cluster, Database } from "./state.js";

/** A state as the API names it; text, because one can be set from outside. */
export type DatabaseState = string;

/** The state that no specification knows (see the setting `unknownState`). */
export const unknownStateName = "PREPARING";

/** What a state is taken of. */
type Stated = Database & Partial<Pick<Cluster, "forcedState" | "createEndsIn">>;

/** State of a cluster or branch at a time; undefined when it is gone. */
export function stateOf(database: Stated, nowMs: number): DatabaseState | undefined {
  const { deletion, readyAtMs, forcedState = null, createEndsIn = "ACTIVE", transition } = database;
  if (deletion !== null) {
    if (deletion.deletedAtMs === null || nowMs < deletion.deletedAtMs) return "DELETING";
    return deletion.goneAtMs === null || nowMs < deletion.goneAtMs ? "DELETED" : undefined;
  }
  if (forcedState !== null) return forcedState;
  if (readyAtMs === null || nowMs < readyAtMs) return transition;
  return createEndsIn;
}

/** State as answered: in the second half of CREATING an unknown one when that is wanted. */
export function shownState(database: Stated, nowMs: number, unknownState: boolean): DatabaseState | undefined {
  const state = stateOf(database, nowMs);
  if (!unknownState || state !== "CREATING" || database.readyAtMs === null) return state;
  return nowMs * 2 >= database.changedAtMs + database.readyAtMs ? unknownStateName : state;
}

/** True when host and user prefix are known. */
export function hasFields({ fieldsAtMs }: Database, nowMs: number): boolean {
  return fieldsAtMs !== null && nowMs >= fieldsAtMs;
}
