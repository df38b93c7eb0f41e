import { PlantonError } from "../../contract/planton-error.js";
import { backendText } from "../project/backend.js";
import type { PulumiCli } from "../pulumi/spawn-pulumi.js";
import type { StackRef } from "../pulumi/stack-ref.js";
import { mayExist, stackExists } from "../pulumi/state/export-stack.js";
import type { PreparedStack } from "./prepare-stack.js";

/**
 * The prepared stack under the name that the backend has it by: its former one where only that one is there. Asks the
 * backend only while no settings file names it. Throws E_IDENTITY_STACK_EXISTS when it may be either, E_PULUMI.
 */
export async function withNameInBackend(
  prepared: PreparedStack,
  ref: StackRef,
  pulumi: () => PulumiCli,
): Promise<PreparedStack> {
  const { choice } = prepared;
  const { stack, formerStack, record } = choice;
  if (formerStack === undefined || !(await mayExist({ ...ref, stack: formerStack }, pulumi()))) return prepared;
  if (record === undefined && !(await stackExists(ref, pulumi()))) {
    return { ...prepared, choice: { ...choice, stack: formerStack, formerStack: undefined } };
  }
  const other = record === undefined ? `so is "${stack}"` : `"Pulumi.${stack}.yaml" is here`;
  throw new PlantonError({
    code: "E_IDENTITY_STACK_EXISTS",
    message: `stack "${formerStack}" of project "${ref.project}" is in ${backendText(ref.backendUrl)}, and ${other}; either may be the stack of "${prepared.relativeStackInput ?? "-"}"`,
    hint: `compare them (pulumi stack --stack NAME), then select the one that is: --stack ${formerStack} or --stack ${stack}, with --adopt-stack where its settings file is not here`,
  });
}
