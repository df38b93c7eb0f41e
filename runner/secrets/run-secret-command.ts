import { spawn } from "node:child_process";
import type { Environment } from "../planton-home.js";

/** A program that prints a secret, to be run without a shell and without standard input. */
export interface SecretCommand {
  /** Absolute path of the executable. */
  readonly path: string;
  readonly args: readonly string[];
  readonly env: Environment;
  readonly cwd: string;
  readonly timeoutMs: number;
}

/** How it ended. Both streams may hold secrets. */
export interface SecretCommandResult {
  /** Exit code; undefined when it was killed or could not be started. */
  readonly code: number | undefined;
  readonly stdout: Uint8Array;
  readonly stderr: string;
  /** Why it has no exit code, for people: "took longer than 30 s". */
  readonly failure: string | undefined;
}

/** Runs a program to its end. Never rejects: a program that cannot be started is a result too. */
export type RunSecretCommand = (command: SecretCommand) => Promise<SecretCommandResult>;

const maxOutputBytes = 64 * 1024;
/** How long output is awaited after the end of a program that left its streams to a process of its own. */
const graceMs = 500;

/** Runs a program as a child process of the same terminal; it is killed when it takes too long or prints too much. */
export const runSecretCommand: RunSecretCommand = (command) =>
  new Promise((resolve) => {
    const child = spawn(command.path, [...command.args], {
      cwd: command.cwd,
      env: { ...command.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let sizeBytes = 0;
    let grace: NodeJS.Timeout | undefined;
    const end = (code: number | undefined, failure: string | undefined): void => {
      clearTimeout(limit);
      clearTimeout(grace);
      // What the program started may hold the streams open for longer than it lives.
      child.stdout.destroy();
      child.stderr.destroy();
      resolve({ code, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString("utf8"), failure });
    };
    const stop = (failure: string): void => {
      child.kill("SIGKILL");
      end(undefined, failure);
    };
    const limit = setTimeout(() => stop(`took longer than ${command.timeoutMs / 1000} s`), command.timeoutMs);
    const collect = (chunks: Buffer[]) => (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes > maxOutputBytes) stop(`printed more than ${maxOutputBytes / 1024} KiB`);
      else chunks.push(chunk);
    };
    child.stdout.on("data", collect(stdout));
    child.stderr.on("data", collect(stderr));
    child.on("error", (error: NodeJS.ErrnoException) => end(undefined, `could not be started (${error.code ?? "?"})`));
    const ended = (code: number | null, signal: NodeJS.Signals | null): void =>
      end(code ?? undefined, signal === null ? undefined : `was ended by ${signal}`);
    child.on("close", ended);
    child.on("exit", (code, signal) => {
      grace = setTimeout(() => ended(code, signal), graceMs);
    });
  });
