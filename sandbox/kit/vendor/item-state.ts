import { isJsonObject } from "../base/json-fields.js";
import type { SlowAction } from "../base/pace.js";
import type { Refusal } from "../base/refusal.js";
import type { Workshop } from "./sandbox-vendor.js";

/** When the last action on an item began to be done; stored with the item under `timing`. */
export interface Timing {
  readonly action: SlowAction;
  /** Milliseconds since 1970; null: never. */
  readonly doneAtMs: number | null;
}

/** The states of a collection's items as the vendor names them. */
export interface ItemStates<Request> {
  readonly create: string;
  readonly ready: string;
  /** Absent: a change takes no time. */
  readonly change?: string;
  /** Absent: a deleted item is gone at once. */
  readonly leave?: string;
  /** Refuses to change or delete an item that is not ready; absent: allowed. */
  readonly busy?: (id: string, request: Request) => Refusal;
}

/** The timing of an action that begins now, at the pace of the sandbox. */
export function beginAction(action: SlowAction, { doneAtMs }: Pick<Workshop<unknown, unknown>, "doneAtMs">): Timing {
  return { action, doneAtMs: doneAtMs(action) };
}

/** The state of an item at a time; undefined when it is gone. An item without timing is ready. */
export function stateAt(item: unknown, states: ItemStates<never>, nowMs: number): string | undefined {
  const timing = timingOf(item);
  if (timing === undefined) return states.ready;
  const isDone = timing.doneAtMs !== null && nowMs >= timing.doneAtMs;
  if (timing.action === "leave") return isDone ? undefined : states.leave;
  return isDone ? states.ready : (states[timing.action] ?? states.ready);
}

function timingOf(item: unknown): Timing | undefined {
  const timing = isJsonObject(item) ? item["timing"] : undefined;
  return isTiming(timing) ? timing : undefined;
}

function isTiming(value: unknown): value is Timing {
  return isJsonObject(value) && typeof value["action"] === "string" && "doneAtMs" in value;
}
