import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { type ErrorCode, errorCodes } from "../../../contract/error-codes.js";
import { PlantonError } from "../../../contract/planton-error.js";
import { isJsonObject, objectField, stringField } from "../base/json-fields.js";
import type { Pace } from "../base/pace.js";
import type { SandboxFiles } from "../base/sandbox-files.js";
import type { TlsInit } from "../base/tls-listener.js";

/** What {@link spawnSandbox} needs. */
export interface SpawnInit {
  /** Planton's home folder. */
  readonly home: string;
  readonly files: SandboxFiles;
  /** The entry file of the sandbox process. */
  readonly daemonPath: string;
  /** Arguments of Node itself, such as a loader. */
  readonly nodeArgs: readonly string[];
  readonly port: number;
  /** Where it also listens with TLS; undefined: nowhere. */
  readonly tls: TlsInit | undefined;
  readonly pace: Pace;
  readonly version: string;
  /** Environment of the caller; only PATH, HOME and TMPDIR reach the process, so that no real key does. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

const readyLimitMs = 15_000;

/**
 * Starts the sandbox process in the background, in a session of its own, and waits until it serves.
 * Throws what the process reports (E_SANDBOX_PORT, E_SANDBOX), and E_SANDBOX when it ends or stays silent for 15 s.
 */
export async function spawnSandbox(init: SpawnInit): Promise<void> {
  const log = openSync(init.files.processLog, "a", 0o600);
  const { PATH, HOME, TMPDIR } = init.env;
  const child = spawn(process.execPath, [...init.nodeArgs, init.daemonPath, ...daemonArgs(init)], {
    cwd: init.files.folder,
    detached: true,
    stdio: ["ignore", log, log, "ipc"],
    env: Object.fromEntries(Object.entries({ PATH, HOME, TMPDIR }).filter(([, value]) => value !== undefined)),
  });
  closeSync(log);
  try {
    await new Promise<void>((resolve, reject) => {
      const limit = setTimeout(
        () => reject(notStarted(init, `did not get ready within ${readyLimitMs / 1000} s`)),
        readyLimitMs,
      );
      child.once("error", (error) => reject(notStarted(init, error.message)));
      child.once("exit", (code, signal) => reject(notStarted(init, `ended with ${signal ?? code}`)));
      child.once("message", (message) => {
        const failure = failureOf(message);
        if (failure === undefined) resolve();
        else reject(failure);
      });
      child.once("message", () => clearTimeout(limit));
      child.once("exit", () => clearTimeout(limit));
    });
  } catch (error) {
    child.kill("SIGTERM");
    throw error;
  } finally {
    if (child.connected) child.disconnect();
    child.unref();
  }
}

function daemonArgs({ home, port, tls, pace, version }: SpawnInit): readonly string[] {
  const creation = pace.creationMs === undefined ? [] : ["--creation-ms", String(pace.creationMs)];
  const listening =
    tls === undefined ? [] : ["--tls-cert", tls.certFile, "--tls-key", tls.keyFile, "--tls-port", String(tls.port)];
  const always = ["--home", home, "--port", String(port), "--pace", pace.name, "--fingerprint", version];
  return [...always, ...creation, ...listening];
}

function failureOf(message: unknown): PlantonError | undefined {
  const error = isJsonObject(message) ? objectField(message, "error") : undefined;
  if (error === undefined) return undefined;
  const code = stringField(error, "code");
  return new PlantonError({
    code: isErrorCode(code) ? code : "E_SANDBOX",
    message: stringField(error, "message"),
    ...(stringField(error, "hint") === "" ? {} : { hint: stringField(error, "hint") }),
  });
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCodes, code);
}

function notStarted(init: SpawnInit, reason: string): PlantonError {
  return new PlantonError({
    code: "E_SANDBOX",
    message: `the sandbox process ${reason}`,
    hint: `see "${init.files.processLog}"`,
  });
}
