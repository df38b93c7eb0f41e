import { spawn } from "node:child_process";
import { PlantonError } from "../../contract/planton-error.js";
import type { Environment } from "../planton-home.js";
import { parseStackState, type StackState } from "../pulumi/stack-state.js";
import type { RunRequest } from "./language-service.js";

/**
 * The state of the stack as it was before this run, read by the pulumi of PATH; secrets stay encrypted. Throws E_PULUMI
 * when pulumi cannot be asked.
 */
export function exportState({ stack, rootDirectory }: RunRequest, env: Environment): Promise<StackState> {
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
