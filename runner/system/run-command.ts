import { spawn } from "node:child_process";
import type { Environment } from "./planton-home.js";

/** A command to run to its end, without a shell and without standard input. */
interface Command {
  /** Absolute path of the executable. */
  readonly path: string;
  readonly args: readonly string[];
  readonly env: Environment;
  readonly cwd: string;
  /** The command is killed after this time; absent: never. */
  readonly timeoutMs?: number;
  /** Open file that takes both output streams; absent: they are given back. */
  readonly logFd?: number;
  /** Called with the number of the process once it runs. */
  readonly onStart?: (pid: number) => void;
}

/** How a command ended. */
export interface CommandResult {
  /** Exit code; undefined when the command was killed or could not be started. */
  readonly code: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** Why the command could not be started, such as "EACCES". */
  readonly startError: string | undefined;
}

/** Runs a command and waits for its end. Never throws: a command that cannot be started is a result too. */
export function runCommand(command: Command): Promise<CommandResult> {
  return new Promise((resolve) => {
    const sink = command.logFd ?? "pipe";
    const child = spawn(command.path, [...command.args], {
      cwd: command.cwd,
      env: { ...command.env },
      stdio: ["ignore", sink, sink],
      killSignal: "SIGKILL",
      ...(command.timeoutMs === undefined ? {} : { timeout: command.timeoutMs }),
    });
    if (child.pid !== undefined) command.onStart?.(child.pid);
    let stdout = "";
    let stderr = "";
    child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
      stdout += chunk;
    });
    child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
      stderr += chunk;
    });
    child.on("error", (error: NodeJS.ErrnoException) => {
      resolve({ code: undefined, signal: undefined, stdout, stderr, startError: error.code ?? error.message });
    });
    child.on("close", (code, signal) => {
      resolve({ code: code ?? undefined, signal: signal ?? undefined, stdout, stderr, startError: undefined });
    });
  });
}
