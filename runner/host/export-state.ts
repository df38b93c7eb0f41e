import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { PlantonError } from "../../contract/planton-error.js";
import type { Environment } from "../planton-home.js";
import { chooseBackend } from "../project/backend.js";
import { readProject } from "../project/project-file.js";
import { stateFilePath } from "../pulumi/stack-presence.js";
import { parseStackState, parseStateFile, type StackState } from "../pulumi/stack-state.js";
import type { RunRequest } from "./language-service.js";

/**
 * The state of the stack as it was before this run; secrets stay encrypted. On a `file://` backend it is read from its
 * file, which takes no process, else by the pulumi of PATH. Throws E_PULUMI when pulumi cannot be asked.
 */
export async function exportState(request: RunRequest, env: Environment): Promise<StackState> {
  return readStateFile(request, env) ?? (await askPulumi(request, env));
}

function readStateFile({ project, stack, rootDirectory }: RunRequest, env: Environment): StackState | undefined {
  const { url: backendUrl } = chooseBackend({ env, project: readProject(rootDirectory), workspace: undefined });
  const path = stateFilePath({ backendUrl, project, stack }, rootDirectory);
  // Compressed files and those of old layouts are pulumi's to read.
  return path !== undefined && existsSync(path) ? parseStateFile(readFileSync(path, "utf8")) : undefined;
}

function askPulumi({ stack, rootDirectory }: RunRequest, env: Environment): Promise<StackState> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void =>
      reject(
        new PlantonError({
          code: "E_PULUMI",
          message: `cannot read the state of stack "${stack}": ${reason}`,
          hint: `it is read by pulumi stack export --stack ${stack}, with the pulumi on PATH`,
        }),
      );
    const child = spawn("pulumi", ["stack", "export", "--non-interactive", "--stack", stack], {
      cwd: rootDirectory,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.on("error", (error) => fail(error.message));
    child.on("close", (code) => {
      if (code !== 0) return fail(Buffer.concat(stderr).toString("utf8").trim());
      resolve(parseStackState(Buffer.concat(stdout).toString("utf8")));
    });
  });
}
