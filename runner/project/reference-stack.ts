import { PlantonError, problemsOf } from "../../contract/planton-error.js";
import type { FieldReference } from "../references.js";
import { findStack, type StackName } from "./find-stack.js";
import { readProject } from "./project-file.js";
import { namesOnly, type ProjectTrust } from "./project-trust.js";

/** What {@link referenceStack} looks in. */
export interface ReferenceStackInput {
  readonly reference: FieldReference;
  /** Folder of the manifest that refers. */
  readonly projectDir: string;
  /** Project of that folder, while it has no Pulumi.yaml. */
  readonly project: string;
  /** True in the sandbox, whose stacks have names of their own. */
  readonly sandbox: boolean;
  readonly trust: ProjectTrust;
}

/**
 * The stack that a reference means: as it says itself, else by the settings files of the folder and the workspace.
 * Throws E_REFERENCE_NOT_FOUND with the reference's place.
 */
export function referenceStack({ reference, projectDir, project, sandbox, trust }: ReferenceStackInput): StackName {
  const { stack, kind, name, env } = reference;
  if (stack !== undefined) {
    const prefix = sandbox && !stack.startsWith("sandbox.") ? "sandbox." : "";
    const own = readProject(projectDir, namesOnly(trust))?.name ?? project;
    return { project: reference.project ?? own, stack: `${prefix}${stack}` };
  }
  try {
    return findStack({ target: { kind, name, ...(env === undefined ? {} : { env }) }, projectDir, sandbox, trust });
  } catch (error) {
    throw error instanceof PlantonError ? referenceError(reference, error) : error;
  }
}

/** An error about a reference, with the place of the reference. */
export function referenceError(reference: FieldReference, error: PlantonError): PlantonError {
  const { code, message, hint } = error;
  const { file, position, path } = reference;
  const problems = problemsOf(error).map((problem) => ({ ...problem, file, position, path }));
  return new PlantonError({ code, message, hint, problems });
}
