import { existsSync } from "node:fs";
import { PlantonError } from "../../../contract/planton-error.js";
import { backendText } from "../../project/backend.js";
import type { PulumiCli } from "../spawn-pulumi.js";
import { possibleStateFiles, type StackRef, stateFilePath } from "../stack-ref.js";

/**
 * The text of the exported stack, secrets encrypted; undefined when the backend has no such stack. Throws E_PULUMI when
 * the backend cannot be asked.
 */
export async function exportStack(pulumi: PulumiCli, stack: string): Promise<string | undefined> {
  const end = await pulumi.capture(["stack", "export", "--stack", stack]);
  if (end.code === 0) return end.stdout;
  if (/no stack named|stack '.*' not found/.test(end.stderr)) return undefined;
  throw new PlantonError({
    code: "E_PULUMI",
    message: `cannot read the state of stack "${stack}": ${end.stderr.trim()}`,
  });
}

/** True when the backend has the stack. On a `file://` backend whose state file is there this starts no process. */
export async function stackExists(place: StackRef, pulumi: PulumiCli): Promise<boolean> {
  const path = stateFilePath(place);
  if (path !== undefined && existsSync(path)) return true;
  return (await exportStack(pulumi, place.stack)) !== undefined;
}

/** As {@link stackExists}, for a stack that is seldom there: a `file://` backend never needs a process. */
export async function mayExist(place: StackRef, pulumi: PulumiCli): Promise<boolean> {
  const paths = possibleStateFiles(place);
  if (paths !== undefined) return paths.some((path) => existsSync(path));
  return (await exportStack(pulumi, place.stack)) !== undefined;
}

/** Refuses a stack that is in its folder's settings but not in the backend. Throws E_IDENTITY_STACK_MISSING, E_PULUMI. */
export async function assertStackExists(place: StackRef, pulumi: PulumiCli): Promise<void> {
  if (!(await stackExists(place, pulumi))) throw stackMissing(place);
}

/** The error for a stack that has a settings file and is not in the backend. */
export function stackMissing({ backendUrl, project, stack }: StackRef): PlantonError {
  return new PlantonError({
    code: "E_IDENTITY_STACK_MISSING",
    message: `"Pulumi.${stack}.yaml" is here, but the backend ${backendText(backendUrl)} has no stack "${stack}" of project "${project}"; it was made on another machine, under another login, or with another PULUMI_BACKEND_URL`,
    hint: "go to the backend that has it (pulumi login, PULUMI_BACKEND_URL); to make the stack here, run planton pulumi up with --new-stack: what it made elsewhere is then made a second time",
  });
}

/** The salt by which a passphrase encrypts the secrets of an exported stack; undefined for another secrets provider. */
export function saltIn(exported: string): string | undefined {
  return /"salt":\s*"([^"]+)"/.exec(exported)?.[1];
}
