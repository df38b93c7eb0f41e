import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { findExecutable, isExecutableFile } from "../../system/find-executable.js";
import { withoutVariables } from "../../system/planton-home.js";
import { redactMessage, secretText, secretUriError } from "../secret-error.js";
import type { ResolveContext, RunSecretCommand } from "../secret-parts.js";
import type { ExecUri, OnePasswordUri } from "../secret-uri.js";

const notSignedIn =
  /not (?:currently )?signed in|no accounts configured|session (?:token|expired)|authorization (?:timeout|prompt)|connecting to desktop app|error initializing client|unauthorized/i;

/**
 * A field in 1Password, read by its own program `op`, which keeps to the user's own ways of signing in. Messages of op
 * 2.39 (seen 2026-11). Throws E_SECRET_URI.
 */
export async function resolveOnePassword(
  uri: OnePasswordUri & { readonly shown: string; readonly text: string },
  parts: ResolveContext,
): Promise<string> {
  const { shown } = uri;
  const path = findExecutable("op", parts.env);
  if (path === undefined) {
    throw secretUriError({
      shown,
      problem: "1Password's program op is not on PATH",
      hint: "install it (https://developer.1password.com/docs/cli) and sign in: op signin",
    });
  }
  const { env, withheld, baseDir: cwd, timeoutMs } = parts;
  const command = { path, args: ["read", uri.text], env: withoutVariables(env, withheld), cwd, timeoutMs };
  const result = await parts.runCommand(command);
  if (result.code === 0) return secretText({ shown, bytes: result.stdout, from: "op read" });
  const printed = new TextDecoder().decode(result.stdout).trim();
  const said = redactMessage({ text: result.stderr, env, secrets: [printed] });
  const ended = result.failure ?? `ended with exit code ${result.code}`;
  throw secretUriError({
    shown,
    problem: said === undefined ? `op read ${ended}` : `op read says: ${said}`,
    hint:
      result.failure !== undefined || notSignedIn.test(result.stderr)
        ? "sign in: op signin; in CI set OP_SERVICE_ACCOUNT_TOKEN"
        : `see what there is: op item get "${uri.item}" --vault "${uri.vault}"`,
  });
}

/**
 * What a program prints. Only when the environment has PLANTON_ALLOW_EXEC=1, which no file can set. No shell; a name is
 * looked for on PATH, a path with a slash starts at the base folder. Its error output is never shown. Throws E_SECRET_URI.
 */
export async function resolveExec(uri: ExecUri & { readonly shown: string }, parts: ResolveContext): Promise<string> {
  const { shown, program } = uri;
  if (parts.env["PLANTON_ALLOW_EXEC"] !== "1") {
    throw secretUriError({
      shown,
      problem: "running programs for secrets is not allowed here",
      hint: "if you trust every file of the run: export PLANTON_ALLOW_EXEC=1",
    });
  }
  const path = program.includes("/") ? resolve(parts.baseDir, program) : findExecutable(program, parts.env);
  if (path === undefined || !isExecutableFile(path)) {
    throw secretUriError({
      shown,
      problem: path === undefined ? `there is no program "${program}" on PATH` : `"${path}" is no program`,
      hint: "check the name; nothing is expanded, and there is no shell: for one write exec:sh -c '...'",
    });
  }
  const { env, baseDir: cwd, timeoutMs } = parts;
  const result = await parts.runCommand({ path, args: uri.args, env, cwd, timeoutMs });
  if (result.code === 0) return secretText({ shown, bytes: result.stdout, from: `"${program}"` });
  throw secretUriError({
    shown,
    problem: `the program ${result.failure ?? `ended with exit code ${result.code}`}`,
    hint: "run it by hand to see what it says; that is not shown here, as it may hold secrets",
  });
}

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
