import type { PreparedStack } from "../../../runner/prepare-stack.js";
import { lookAtStackState, protectedResources } from "../../../runner/pulumi/stack-state.js";
import { resourceNameField } from "../../../runner/resource-name.js";
import { placeOfStack, type StackSession } from "../../../runner/stack-session.js";
import type { Cli } from "../cli.js";

/** Says which name the resource of a renamed manifest keeps at the vendor. */
export function sayWhatIsRenamed(
  { stack, identity }: StackSession,
  prepared: PreparedStack | undefined,
  cli: Cli,
): void {
  if (identity?.resourceName === undefined || prepared === undefined) return;
  const field = resourceNameField(prepared.entry, prepared.reading.message);
  cli.err(
    `stack "${stack}" goes on under the name "${identity.target.name}"; at the vendor the resource keeps the name that it has as "${identity.resourceName}", unless ${field?.path ?? "the spec"} gives another`,
  );
}

/** Says what `--allow-data-loss` lays open. */
export async function sayWhatIsProtected(session: StackSession, cli: Cli): Promise<void> {
  const found = session.isNew ? [] : protectedResources(await lookAtStackState(placeOfStack(session), session.command));
  const list = found.length === 0 ? "nothing" : found.join(", ");
  cli.err(`protected in stack "${session.stack}", and free to be deleted or replaced by this run: ${list}`);
}
