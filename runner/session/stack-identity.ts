import type { StackRecord } from "../project/stack-settings.js";
import { parseTarget, type Target, targetText } from "../project/target-name.js";
import type { Workspace } from "../project/workspace/workspace.js";
import type { StackTags } from "../pulumi/state/stack-tags.js";
import type { PreparedStack } from "./prepare-stack.js";
import { nameByPattern, resourceNameField } from "./resource-name.js";

const names = {
  workspace: "planton:workspace",
  target: "planton:target",
  id: "planton:id",
  account: "planton:account",
  resourceName: "planton:resourceName",
} as const;

/**
 * What the tags of a stack say of whose it is, so that a fresh checkout without settings files goes on with it. A tag that
 * has no value here is left as it is.
 */
export function identityTags(workspace: string, record: Omit<StackRecord, "stack">): StackTags {
  const { target, id, account, resourceName } = record;
  return {
    [names.workspace]: workspace,
    ...(target === undefined ? {} : { [names.target]: targetText(target) }),
    ...(id === undefined ? {} : { [names.id]: id }),
    ...(account === undefined ? {} : { [names.account]: account }),
    ...(resourceName === undefined ? {} : { [names.resourceName]: resourceName }),
  };
}

/** What a settings file says that the tags have kept. */
export type TaggedRecord = Pick<StackRecord, "id" | "account" | "resourceName">;

/** What tags say of whose a stack is; nothing for a stack that planton did not make. */
export function identityIn(tags: StackTags): {
  readonly workspace: string | undefined;
  readonly target: Target | undefined;
  readonly record: TaggedRecord;
} {
  const { [names.id]: id, [names.account]: account, [names.resourceName]: resourceName } = tags;
  return {
    workspace: tags[names.workspace],
    target: parseTarget(tags[names.target] ?? ""),
    record: {
      ...(id === undefined ? {} : { id }),
      ...(account === undefined ? {} : { account }),
      ...(resourceName === undefined ? {} : { resourceName }),
    },
  };
}

/** The record in the tags of a stack that is this workspace's and about this target; undefined for every other stack. */
export function recordInTags(tags: StackTags, { workspace, choice }: PreparedStack): TaggedRecord | undefined {
  const { workspace: madeIn, target, record } = identityIn(tags);
  if (!isShared(workspace) || madeIn !== workspace.name) return undefined;
  return target !== undefined && targetText(target) === targetText(choice.target) ? record : undefined;
}

/** True for a workspace with a planton.yaml, which every checkout of it has; a folder's name alone means nothing. */
export function isShared(workspace: Workspace | undefined): workspace is Workspace {
  return workspace?.file !== undefined;
}

/**
 * The name that a new stack's resource gets at the vendor, by the workspace's `resource_names`; undefined when it is
 * metadata.name, or the manifest gives one itself.
 */
export function nameByWorkspace({ workspace, entry, reading, choice }: PreparedStack): string | undefined {
  const field = resourceNameField(entry, reading.message);
  if (workspace === undefined || field === undefined || field.given !== undefined || field.isWithin) return undefined;
  const made = nameByPattern(workspace.resourceNames, choice.target);
  return made === choice.target.name ? undefined : made;
}
