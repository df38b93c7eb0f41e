import { randomBytes, randomUUID } from "node:crypto";
import { linkSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { delimiter } from "node:path";
import { PlantonError } from "../../../contract/planton-error.js";
import { sandboxFiles } from "../base/sandbox-files.js";
import { readRecord } from "../base/sandbox-record.js";

/** What {@link sandboxEnvironment} needs. */
export interface EnvironmentInit {
  /** Planton's home folder: `$PLANTON_HOME`. */
  readonly home: string;
  /** Port of the running sandbox. */
  readonly port: number;
  /** Environment of the caller, for its PATH. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder of the Pulumi CLI, put before everything else on PATH. */
  readonly engineFolder?: string;
}

/**
 * Variables that must not be set beside {@link sandboxEnvironment}: Pulumi takes this one, even when it is empty, before
 * the sandbox's passphrase file.
 */
export const sandboxUnsetVariables: readonly string[] = ["PULUMI_CONFIG_PASSPHRASE"];

/**
 * The variables that point Pulumi, its plugins and the vendors' clients at the running sandbox: its own Pulumi home,
 * backend and passphrase file (made here when they are missing), the vendors' addresses and dummy keys, and PATH when an
 * engine folder is given. Throws E_SANDBOX when no sandbox is recorded on that port.
 */
export function sandboxEnvironment(init: EnvironmentInit): Readonly<Record<string, string>> {
  const files = sandboxFiles(init.home);
  const record = readRecord(files.record);
  if (record === undefined || record.port !== init.port)
    throw new PlantonError({
      code: "E_SANDBOX",
      message: `the sandbox does not run on port "${init.port}"`,
      hint: "start it: planton sandbox start",
    });
  for (const folder of [files.pulumiHome, files.pulumiState]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  makePassphrase(files.passphrase);
  const path = init.env["PATH"];
  return {
    PLANTON_SANDBOX: "1",
    PULUMI_HOME: files.pulumiHome,
    PULUMI_BACKEND_URL: `file://${files.pulumiState}`,
    PULUMI_CONFIG_PASSPHRASE_FILE: files.passphrase,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    ...record.environment,
    ...(init.engineFolder === undefined ? {} : { PATH: withFirst(init.engineFolder, path) }),
  };
}

function withFirst(folder: string, path: string | undefined): string {
  const rest = (path ?? "").split(delimiter).filter((entry) => entry !== "" && entry !== folder);
  return [folder, ...rest].join(delimiter);
}

function makePassphrase(path: string): void {
  const own = `${path}.${randomUUID()}`;
  writeFileSync(own, randomBytes(32).toString("base64url"), { mode: 0o600, flag: "wx", flush: true });
  try {
    // A link is made whole or not at all, and never over a passphrase that is in use.
    linkSync(own, path);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  } finally {
    rmSync(own, { force: true });
  }
}
