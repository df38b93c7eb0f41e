import { PlantonError } from "../../contract/planton-error.js";
import {
  type ExportedCheckpoint,
  exportCheckpoint,
  resourceText,
  type StateResource,
} from "../pulumi/state/checkpoint.js";
import type { StackSession } from "../session/stack-session.js";
import { changeStack } from "./change-stack.js";
import { neededRecovery } from "./needs-recovery.js";

/** How a refresh ended. */
interface RefreshEnd {
  /** Exit code; 0 when it went well. */
  readonly code: number;
  readonly error?: PlantonError;
  /** What to do about a failure. */
  readonly hints: readonly string[];
}

/** What {@link refreshFailed} needs. */
export interface RefreshFailedInput {
  readonly session: StackSession;
  /** How the user named the stack, to be repeated in commands. */
  readonly arguments: string;
  readonly report: (line: string) => void;
  /** True when resources that hold data may be gone at the vendor, as they are to be deleted. */
  readonly acceptsLoss: boolean;
  /** Refreshes the stack without a question, with more arguments for pulumi. */
  readonly refresh: (more: readonly string[]) => Promise<RefreshEnd>;
}

/**
 * Reads anew what failed: the state may hold what the vendor does not. Own plugins see to it themselves. Throws
 * E_PULUMI when the refresh fails, and E_PROTECTED when it has found that what holds data is gone.
 */
export async function refreshFailed(input: RefreshFailedInput): Promise<void> {
  const { session, report } = input;
  if ((await neededRecovery(session)) !== "refresh") return;
  report(`the last update of stack "${session.stack}" failed; reading its resources from the vendor`);
  // Without the program it needs nothing that the program refers to; with it, it has a token that the stack input holds.
  const before = await exportCheckpoint(session.pulumi, session.stack);
  let end = await input.refresh(["--run-program=false"]);
  if (end.code !== 0) end = await input.refresh([]);
  if (end.code === 0) return input.acceptsLoss ? undefined : assertNothingLost(input, before);
  throw (
    end.error ??
    new PlantonError({
      code: "E_PULUMI",
      message: `the resources of stack "${session.stack}" cannot be read from the vendor, and the state may hold what it does not`,
      hint: end.hints[0] ?? "see the message above; then run this again",
    })
  );
}

/**
 * Refuses what a refresh has found: that a resource which holds data is gone. The state stays as it was, so that the next
 * up makes no empty one in its place unless the user has said so. Throws E_PROTECTED.
 */
async function assertNothingLost(
  { session, arguments: args }: RefreshFailedInput,
  before: ExportedCheckpoint,
): Promise<void> {
  const after = await exportCheckpoint(session.pulumi, session.stack);
  const isHeld = ({ id }: StateResource): boolean => after.resources.some((resource) => resource.id === id);
  const lost = before.resources.filter((held) => held.isProtected && !held.isReplaced && held.id && !isHeld(held));
  if (lost.length === 0) return;
  await changeStack(session, ["stack", "import", "--stack", session.stack], before.deployment);
  throw new PlantonError({
    code: "E_PROTECTED",
    message: `the vendor says that it does not have ${lost.map(({ urn, id }) => `${resourceText(urn)}, id ${id}`).join("; ")}, which the state protects`,
    hint: `look in the vendor's console; if it is there, run this again; if it was deleted: planton pulumi refresh ${args} takes it out of the state, and up then makes an empty one`,
  });
}
