import { selectedStack } from "./pulumi/selected-stack.js";
import { capturePulumi } from "./pulumi/spawn-pulumi.js";
import type { StackSession } from "./stack-session.js";

/**
 * Makes the stack the one that plain pulumi uses in the project folder. Gives true when the selection changed; starts
 * pulumi only then.
 */
export async function selectStack(session: StackSession): Promise<boolean> {
  if (selectedStack(session.env, session.project, session.backendUrl) === session.stack) return false;
  const end = await capturePulumi({ ...session.command, args: ["stack", "select", "--stack", session.stack] });
  return end.code === 0;
}
