import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { isMap, parseDocument } from "yaml";
import { PlantonError } from "../../contract/planton-error.js";
import { writeFileWhole } from "../../contract/write-file-whole.js";
import { assertFileBackend } from "./backend.js";
import { assertProjectKeys, type ProjectDocument, readProjectText } from "./project-keys.js";
import { assertTrusted, type ProjectTrust } from "./project-trust.js";
import { readStackRecords } from "./stack-settings.js";
import { legalProjectName } from "./target-name.js";
import type { Workspace } from "./workspace/workspace.js";

/** The Pulumi project of a folder. */
export interface Project {
  /** Folder of Pulumi.yaml, absolute. */
  readonly dir: string;
  readonly name: string;
  /** `backend.url` of Pulumi.yaml, if it says one. */
  readonly backendUrl?: string;
}

/** What {@link ensureProject} needs. */
interface EnsureProjectInput {
  readonly dir: string;
  readonly workspace: Workspace | undefined;
  /** Backend that a new Pulumi.yaml shall name; undefined: none (a login or a variable decides). */
  readonly backendUrl: string | undefined;
  readonly trust: ProjectTrust;
}

/**
 * The project of a folder, or undefined when it holds no Pulumi.yaml.
 * Throws E_PROJECT_RUNTIME, and E_PROJECT_INVALID also for a file of another user and for keys that can run a program.
 */
export function readProject(dir: string, trust: ProjectTrust): Project | undefined {
  // Pulumi takes a Pulumi.json before a Pulumi.yaml beside it.
  const other = ["Pulumi.yml", "Pulumi.json"].find((name) => existsSync(join(dir, name)));
  if (other !== undefined) throw foreign(join(dir, other), "of another format");
  const path = join(dir, "Pulumi.yaml");
  const file = parseProject(path, trust);
  if (file === undefined) return undefined;
  const { document } = file;
  const runtime = document.get("runtime");
  const runtimeName = isMap(runtime) ? runtime.get("name") : runtime;
  if (runtimeName !== "planton") throw foreign(path, `of the runtime "${String(runtimeName)}"`);
  const name = document.get("name");
  if (typeof name !== "string" || name === "") throw invalid(path, "has no name");
  if (!trust.anyKeys) assertProjectKeys(file);
  const backendUrl = document.getIn(["backend", "url"]);
  if (typeof backendUrl !== "string") return { dir, name };
  assertFileBackend(backendUrl, path);
  return { dir, name, backendUrl };
}

/**
 * The project of a folder; writes Pulumi.yaml when there is none.
 * Throws E_PROJECT_RUNTIME, E_PROJECT_INVALID, E_PROJECT_NAME.
 */
export function ensureProject(input: EnsureProjectInput): Project {
  const existing = readProject(input.dir, input.trust);
  if (existing !== undefined) {
    if (input.workspace?.isNamed === true && input.workspace.name !== existing.name) {
      throw new PlantonError({
        code: "E_PROJECT_NAME",
        message: `the project is "${existing.name}" in Pulumi.yaml and "${input.workspace.name}" in planton.yaml, expected one name`,
        // A stack is of its project for good: under another name it would count as not made.
        ...(readStackRecords(input.dir).length === 0
          ? {}
          : {
              hint: `this folder's stacks were made under "${existing.name}": leave Pulumi.yaml as it is, and take name out of planton.yaml or make it "${existing.name}"`,
            }),
      });
    }
    return existing;
  }
  if (!existsSync(input.dir)) {
    throw new PlantonError({
      code: "E_PROJECT_INVALID",
      message: `the project folder "${input.dir}" does not exist`,
      hint: "make the folder, or correct --project-dir",
    });
  }
  const name = newProjectName(input.dir, input.workspace);
  const backend = input.backendUrl === undefined ? "" : `backend:\n  url: ${JSON.stringify(input.backendUrl)}\n`;
  const path = join(input.dir, "Pulumi.yaml");
  try {
    writeFileWhole(
      path,
      `name: ${JSON.stringify(name)}\nruntime: planton\ndescription: Infrastructure from stack inputs, run by planton.\n${backend}`,
      { ifAbsent: true },
    );
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? error.code : undefined;
    // Another run made it in between: that one counts.
    const made = reason === "EEXIST" ? readProject(input.dir, input.trust) : undefined;
    if (made !== undefined) return made;
    // Another folder is no cure for a full disk.
    if (reason === "ENOSPC" || reason === "EDQUOT") throw error;
    throw new PlantonError({
      code: "E_PROJECT_INVALID",
      message: `cannot write "${path}"`,
      hint: "the folder of the stack input becomes the project folder; pass --project-dir for another one",
      cause: error,
    });
  }
  return { dir: input.dir, name, ...(input.backendUrl === undefined ? {} : { backendUrl: input.backendUrl }) };
}

/** The name of the project that a folder without Pulumi.yaml gets. */
export function newProjectName(dir: string, workspace: Workspace | undefined): string {
  return workspace?.name ?? legalProjectName(basename(dir));
}

function parseProject(path: string, trust: ProjectTrust): ProjectDocument | undefined {
  const read = readProjectText(path, "project file");
  if (read === undefined) return undefined;
  assertTrusted({ path, ownerUids: read.ownerUids }, trust);
  const document = parseDocument(read.text);
  if (document.errors.length > 0) throw invalid(path, "is not valid YAML");
  if (!isMap(document.contents)) throw invalid(path, "is no YAML map");
  return { path, text: read.text, document };
}

function foreign(path: string, what: string): PlantonError {
  return new PlantonError({
    code: "E_PROJECT_RUNTIME",
    message: `"${path}" is a Pulumi project ${what}, expected none or one with runtime "planton"`,
  });
}

function invalid(path: string, what: string): PlantonError {
  return new PlantonError({ code: "E_PROJECT_INVALID", message: `project file "${path}" ${what}` });
}
