import { join } from "node:path";
import { fileBackendFolder } from "../project/backend.js";

/** A stack by its names, and where its state is kept. */
export interface StackRef {
  readonly backendUrl: string;
  readonly project: string;
  readonly stack: string;
  /** Project folder, absolute: what a relative `file://` backend starts from. */
  readonly dir: string;
}

/** The same for two places of one stack, and for no other stack. */
export function stackKey(ref: StackRef): string {
  // A relative `file://` URL is another one in each folder.
  return stateFilePath(ref) ?? JSON.stringify([ref.backendUrl, ref.project, ref.stack]);
}

/** What a stack is known by in the state of another that takes its outputs. */
export function referenceId({ project, stack }: Pick<StackRef, "project" | "stack">): string {
  return `organization/${project}/${stack}`;
}

/** Path of a stack's state file on a `file://` backend; undefined on every other backend. The file may be missing. */
export function stateFilePath({ backendUrl, project, stack, dir }: StackRef): string | undefined {
  const root = fileBackendFolder(backendUrl, dir);
  return root === undefined ? undefined : join(root, ".pulumi", "stacks", project, `${stack}.json`);
}

/**
 * Every path at which Pulumi may keep the stack's state on a `file://` backend: in the project's folder or, in its old
 * layout, beside it, plain or compressed (pulumi 3.257.0, pkg/backend/diy/store.go); undefined on every other backend.
 */
export function possibleStateFiles({ backendUrl, project, stack, dir }: StackRef): readonly string[] | undefined {
  const root = fileBackendFolder(backendUrl, dir);
  if (root === undefined) return undefined;
  const stacks = join(root, ".pulumi", "stacks");
  return [join(stacks, project), stacks].flatMap((folder) =>
    [".json", ".json.gz", ".json.zst"].map((ending) => join(folder, `${stack}${ending}`)),
  );
}

/** Where Pulumi keeps a stack's tags on a `file://` backend (pulumi 3.259.0, tried 2026-11-30); undefined on others. */
export function tagsFilePath({ backendUrl, project, stack, dir }: StackRef): string | undefined {
  const root = fileBackendFolder(backendUrl, dir);
  return root === undefined ? undefined : join(root, ".pulumi", "stacks", project, `${stack}.pulumi-tags`);
}

/** Folder of a stack's lock files on a `file://` backend; undefined on every other backend. It may be missing. */
export function lockFolder({ backendUrl, project, stack, dir }: StackRef): string | undefined {
  const root = fileBackendFolder(backendUrl, dir);
  return root === undefined ? undefined : join(root, ".pulumi", "locks", "organization", project, stack);
}
