import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { PlantonError, problemsOf } from "../../contract/planton-error.js";
import type { FieldReference } from "../manifest/check/collect-references.js";
import { readProject } from "./project-file.js";
import { namesOnly, type ProjectTrust } from "./project-trust.js";
import { fullStackName, isSandboxStack } from "./stack-name.js";
import { readStackRecords } from "./stack-settings.js";
import { makeTarget, type Target, targetText } from "./target-name.js";
import { findWorkspace } from "./workspace/workspace.js";

/** A stack by its names in the backend. */
interface StackName {
  readonly project: string;
  readonly stack: string;
}

/** What {@link findStack} looks for, and where. */
interface FindStackInput {
  readonly target: Target;
  readonly projectDir: string;
  /** True: only stacks of the sandbox; false: only others. */
  readonly sandbox: boolean;
  readonly trust: ProjectTrust;
}

const maxDepth = 8;

/**
 * The stack whose settings file records a target: in the project folder, then in all folders below the workspace's
 * root. Throws E_REFERENCE_NOT_FOUND with what was searched, and when several stacks record the target.
 */
function findStack(input: FindStackInput): StackName {
  const workspace = findWorkspace(input.projectDir, input.trust);
  const own = stacksIn(input.projectDir, input);
  const folders = workspace === undefined ? [] : foldersBelow(workspace.root, maxDepth);
  const found =
    own.length > 0
      ? own
      : folders.filter((folder) => folder !== input.projectDir).flatMap((folder) => stacksIn(folder, input));
  // A manifest that was moved to another folder of the workspace leaves the settings file of its stack behind.
  const [first] = found;
  if (first !== undefined && found.every(({ project, stack }) => project === first.project && stack === first.stack))
    return first;
  const what = targetText(input.target);
  if (found.length > 1) {
    throw new PlantonError({
      code: "E_REFERENCE_NOT_FOUND",
      message: `${found.length} stacks are about ${what}: ${found.map((name) => `"${name.project}/${name.stack}"`).join(", ")}`,
      hint: "select one: add project and stack to the reference",
    });
  }
  const places =
    workspace === undefined
      ? "its own folder"
      : `its own folder and ${folders.length} below the workspace "${relative(input.projectDir, workspace.root) || "."}"`;
  throw new PlantonError({
    code: "E_REFERENCE_NOT_FOUND",
    message: `no stack is about ${what}; searched the settings files (Pulumi.*.yaml) in ${places}`,
    hint: `apply the stack input of ${what} first; when it lives in another folder, put a planton.yaml above both, or add project and stack to the reference`,
  });
}

function stacksIn(folder: string, input: FindStackInput): StackName[] {
  const wanted = targetText(input.target);
  const names = readStackRecords(folder).filter(
    (record) =>
      record.target !== undefined &&
      targetText(record.target) === wanted &&
      isSandboxStack(record.stack) === input.sandbox,
  );
  if (names.length === 0) return [];
  const project = readProject(folder, namesOnly(input.trust));
  return project === undefined ? [] : names.map((record) => ({ project: project.name, stack: record.stack }));
}

/** A folder and those below it to that depth, without hidden ones and node_modules. */
export function foldersBelow(root: string, depth: number): string[] {
  const folders = [root];
  if (depth === 0) return folders;
  for (const entry of readdirSync(root, { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name.startsWith(".") || entry.name === "node_modules") continue;
    folders.push(...foldersBelow(join(root, entry.name), depth - 1));
  }
  return folders;
}

/** What {@link referenceStack} looks in. */
interface ReferenceStackInput {
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
    const own = readProject(projectDir, namesOnly(trust))?.name ?? project;
    return { project: reference.project ?? own, stack: fullStackName(stack, sandbox) };
  }
  try {
    return findStack({ target: makeTarget({ kind, name, env }), projectDir, sandbox, trust });
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
