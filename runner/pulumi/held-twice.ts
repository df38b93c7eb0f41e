import { listOf, objectOf } from "../../contract/json-object.js";
import type { StackState, StateResource } from "./stack-state.js";

/** A resource that a state holds more than once: with any one of them the engine would delete all. */
export interface HeldTwice {
  readonly type: string;
  /** Vendor's id. */
  readonly id: string;
  readonly held: readonly StateResource[];
}

/**
 * The resources that a state holds twice by one id. A replacement leaves that when it found the old resource instead of
 * making one and ended before its deletions, and a change of a resource's name in the program does.
 */
export function heldTwice({ resources }: Pick<StackState, "resources">): readonly HeldTwice[] {
  const byId = new Map<string, StateResource[]>();
  for (const resource of resources) {
    if (resource.id === undefined || resource.type.startsWith("pulumi:")) continue;
    const key = `${resource.type}\n${resource.id}`;
    byId.set(key, [...(byId.get(key) ?? []), resource]);
  }
  return [...byId.values()].flatMap((held) => {
    const [first] = held;
    return held.length < 2 || first?.id === undefined ? [] : [{ type: first.type, id: first.id, held }];
  });
}

/** The exported deployment without what was replaced and is also held as not replaced; the same text when there is none. */
export function withoutReplacedTwins(state: StackState): string {
  const exported = objectOf(JSON.parse(state.deployment));
  const deployment = objectOf(exported["deployment"]);
  const twins = heldTwice(state).filter(({ held }) => held.some(({ isReplaced }) => !isReplaced));
  const isTwin = (value: unknown): boolean => {
    const { type, id, delete: isReplaced } = objectOf(value);
    return isReplaced === true && twins.some((twin) => twin.type === type && twin.id === id);
  };
  const all = listOf(deployment["resources"]);
  const resources = all.filter((value) => !isTwin(value));
  if (resources.length === all.length) return state.deployment;
  return JSON.stringify({ ...exported, deployment: { ...deployment, resources } });
}
