import { spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { printableStream } from "../../contract/text/printable-stream.js";
import { redact } from "../../contract/text/redact.js";
import { redactStream, type TextStream } from "../../contract/text/redact-stream.js";
import type { EngineCli } from "../engine/engine-request.js";
import type { Environment } from "../system/planton-home.js";

/** Where and how the Pulumi CLI runs. */
export interface PulumiSetup {
  readonly engine: Pick<EngineCli, "path">;
  /** Folder of Pulumi.yaml, absolute. */
  readonly cwd: string;
  readonly env: Environment;
  /** Values to replace in what pulumi prints. */
  readonly secrets: readonly string[];
}

/** The Pulumi CLI in a project folder. */
export interface PulumiCli extends PulumiSetup {
  /** Runs pulumi without a terminal and keeps what it prints. */
  readonly capture: (args: readonly string[], stdin?: string) => Promise<PulumiEnd>;
  /** Runs pulumi with the terminal passed through. */
  readonly passThrough: (args: readonly string[], options: PassThroughOptions) => Promise<PulumiEnd>;
}

/** Where what pulumi prints goes. */
export interface PassThroughOptions {
  /** True: pulumi reads nothing and asks nothing. */
  readonly isDetached?: boolean;
  /** Lets pulumi end as ^C does, once, when it is aborted. */
  readonly interruption?: AbortSignal | undefined;
  /** Added to pulumi's environment. */
  readonly env?: Environment;
  /** Takes standard error, masked and escaped but for colours. */
  readonly writeStderr: (text: string) => void;
  /** True: standard output is a value that a program reads; it is masked and not escaped. */
  readonly exactStdout?: boolean;
  /**
   * Takes standard output, masked and escaped but for colours. Undefined: pulumi has that of this process, as it is, which
   * it needs for its prompts and progress on a terminal, and where the user has asked for secrets.
   */
  readonly writeStdout?: ((text: string) => void) | undefined;
}

/** Opens the Pulumi CLI in a project folder; starts nothing yet. */
export type OpenPulumi = (setup: PulumiSetup) => PulumiCli;

/** The Pulumi CLI as a process. */
export const pulumiProcess: OpenPulumi = (setup) => ({
  ...setup,
  capture: (args, stdin = "") => capturePulumi({ ...setup, args }, stdin),
  passThrough: (args, options) => passThroughPulumi({ ...setup, args, env: { ...setup.env, ...options.env } }, options),
});

interface PulumiCommand extends PulumiSetup {
  readonly args: readonly string[];
}

/** How a run of the Pulumi CLI ended. */
export interface PulumiEnd {
  /** Exit code; 128 plus the signal's number when a signal ended it. */
  readonly code: number;
  /** Name of the signal that ended it. */
  readonly signal?: NodeJS.Signals;
  /** The end of what it wrote on standard error, masked; at most 64 KiB. */
  readonly stderr: string;
  /** What it wrote on standard output when that was captured. */
  readonly stdout: string;
}

const keptStderrChars = 64 * 1024;

/**
 * Runs pulumi with the terminal passed through; standard error is also kept, as it was shown. In a terminal ^C reaches
 * pulumi through the process group, so SIGINT is ignored here (a second one would make pulumi give up what it is creating);
 * SIGTERM and SIGHUP are forwarded once. Resolves when pulumi has ended, never before.
 */
function passThroughPulumi(
  command: PulumiCommand,
  { writeStderr, writeStdout, exactStdout = false, isDetached = false, interruption }: PassThroughOptions,
): Promise<PulumiEnd> {
  return new Promise((resolve, reject) => {
    const args = isDetached ? [...command.args, "--non-interactive"] : command.args;
    const child = spawn(command.engine.path, args, {
      cwd: command.cwd,
      env: command.env,
      stdio: [isDetached ? "ignore" : "inherit", writeStdout === undefined ? "inherit" : "pipe", "pipe"],
    });
    let terminated = false;
    const ignore = (): void => {};
    interruption?.addEventListener("abort", () => child.kill("SIGINT"), { once: true });
    const forward = (signal: NodeJS.Signals): void => {
      if (!terminated) child.kill(signal === "SIGHUP" ? "SIGTERM" : signal);
      terminated = true;
    };
    process.on("SIGINT", ignore);
    process.on("SIGTERM", forward);
    process.on("SIGHUP", forward);
    let kept = "";
    const endStderr = handOn(child.stderr, textStreams(command.secrets, false), (text) => {
      kept = (kept + text).slice(-keptStderrChars);
      writeStderr(text);
    });
    const endStdout = handOn(child.stdout, textStreams(command.secrets, exactStdout), (text) => writeStdout?.(text));
    const done = (): void => {
      process.off("SIGINT", ignore);
      process.off("SIGTERM", forward);
      process.off("SIGHUP", forward);
    };
    child.on("error", (error) => {
      done();
      reject(error);
    });
    child.on("close", (code, signal) => {
      done();
      endStdout();
      endStderr();
      resolve({
        code: code ?? signalExitCode(signal),
        ...(signal === null ? {} : { signal }),
        stderr: kept,
        stdout: "",
      });
    });
  });
}

/** What pulumi prints goes through these in their order: a secret is found before anything of it is escaped. */
function textStreams(secrets: readonly string[], exact: boolean): readonly TextStream[] {
  return [redactStream(secrets), ...(exact ? [] : [printableStream()])];
}

/** Hands on what a stream brings, changed; gives what hands on the rest. Null: it is the one of this process. */
function handOn(stream: Readable | null, streams: readonly TextStream[], write: (text: string) => void): () => void {
  const decoder = new StringDecoder("utf8");
  const writeText = (text: string): void => {
    if (text !== "") write(text);
  };
  const changed = (text: string, ends: boolean): string =>
    streams.reduce((part, one) => one.write(part) + (ends ? one.end() : ""), text);
  stream?.on("data", (chunk: Buffer) => writeText(changed(decoder.write(chunk), false)));
  return () => writeText(changed(decoder.end(), true));
}

function capturePulumi(command: PulumiCommand, stdin: string): Promise<PulumiEnd> {
  return new Promise((resolve, reject) => {
    const child = spawn(command.engine.path, [...command.args, "--non-interactive"], {
      cwd: command.cwd,
      env: command.env,
      stdio: ["pipe", "pipe", "pipe"],
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.on("error", reject);
    child.stdin.on("error", () => {
      // pulumi may end without reading its input; its exit code says what happened.
    });
    child.stdin.end(stdin);
    child.on("close", (code, signal) => {
      resolve({
        code: code ?? signalExitCode(signal),
        ...(signal === null ? {} : { signal }),
        stdout: Buffer.concat(stdout).toString("utf8"),
        stderr: redact(Buffer.concat(stderr).toString("utf8"), command.secrets),
      });
    });
  });
}

function signalExitCode(signal: NodeJS.Signals | null): number {
  return signal === "SIGKILL" ? 137 : signal === "SIGTERM" ? 143 : 130;
}
