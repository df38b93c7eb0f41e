import { listOf, objectOf } from "../../../http/json.js";
import type { Checkpoint, ExportedCheckpoint, StateResource } from "./checkpoint.js";

/** A resource that a state holds more than once: with any one of them the engine would delete all. */
interface DuplicateResource {
  readonly type: string;
  /** Vendor's id. */
  readonly id: string;
  readonly held: readonly StateResource[];
}

/**
 * The resources that a state holds twice by one id. A replacement leaves that when it found the old resource instead of
 * making one and ended before its deletions, and a change of a resource's name in the program does.
 */
export function findDuplicates({ resources }: Pick<Checkpoint, "resources">): readonly DuplicateResource[] {
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

/** Those of {@link findDuplicates} of which one entry is in use and another one is replaced and to be deleted. */
export function duplicatePendingDeletes(state: Pick<Checkpoint, "resources">): readonly DuplicateResource[] {
  return findDuplicates(state).filter(isPendingDelete);
}

/** True when the state says of one entry that it is in use, and of another one that it is to be deleted. */
export function isPendingDelete({ held }: DuplicateResource): boolean {
  return held.some(({ isReplaced }) => isReplaced) && held.some(({ isReplaced }) => !isReplaced);
}

/** The exported deployment without the entries of these resources that are replaced and to be deleted. */
export function withoutDuplicates(
  { deployment: text }: ExportedCheckpoint,
  duplicates: readonly DuplicateResource[],
): string {
  const exported = objectOf(JSON.parse(text));
  const deployment = objectOf(exported["deployment"]);
  const isDropped = (value: unknown): boolean => {
    const { type, id, delete: isReplaced } = objectOf(value);
    return isReplaced === true && duplicates.some((duplicate) => duplicate.type === type && duplicate.id === id);
  };
  const resources = listOf(deployment["resources"]).filter((value) => !isDropped(value));
  return JSON.stringify({ ...exported, deployment: { ...deployment, resources } });
}
