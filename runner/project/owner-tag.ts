import { createHash, randomBytes } from "node:crypto";

/** Whose the resources are: a stack by its names, and the id that was made with it. */
interface StackOwner {
  readonly project: string;
  readonly stack: string;
  /** `planton:id` of the stack's settings file; undefined for stacks that were made before there were ids. */
  readonly id: string | undefined;
}

/** A new stack's id: 16 random hexadecimal digits. */
export function newStackId(): string {
  return randomBytes(8).toString("hex");
}

/**
 * The mark of a stack's resources at a vendor: project and stack in letters, digits and dashes, closed by
 * the stack's id, which no other stack has. At most 100 characters. A stack without id keeps the mark of its first
 * resources, closed by eight hexadecimal digits of a hash of its names; stacks of equal names in two backends share it.
 */
export function ownerTag({ project, stack, id }: StackOwner): string {
  const readable = `${project}-${stack}`.replace(/[^A-Za-z0-9]+/g, "-");
  const end = id ?? createHash("sha256").update(`${project}/${stack}`).digest("hex").slice(0, 8);
  return `${readable.slice(0, 99 - end.length)}-${end}`.toLowerCase();
}

/**
 * The id of a stack that is adopted, from the marks on its resources in an exported state: theirs, undefined when they
 * have the mark without id, and a new one when nothing in the state is marked.
 */
export function adoptedId(
  state: string,
  { project, stack }: Pick<StackOwner, "project" | "stack">,
): string | undefined {
  const withId = ownerTag({ project, stack, id: "0".repeat(16) });
  const found = new RegExp(`${withId.slice(0, -16)}([0-9a-f]{16})(?![0-9a-z-])`, "i").exec(state)?.[1];
  if (found !== undefined) return found.toLowerCase();
  return state.toLowerCase().includes(ownerTag({ project, stack, id: undefined })) ? undefined : newStackId();
}
