import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { isPlantonError, messageOf, PlantonError } from "../../contract/planton-error.js";
import { withFileLock } from "../system/file-lock.js";
import { isExecutableFile } from "../system/find-executable.js";
import { type Environment, pulumiHome } from "../system/planton-home.js";
import { runCommand } from "../system/run-command.js";
import type { EngineCli } from "./engine-request.js";
import { fingerprintFolder, hashFolder, stampFileName } from "./plugin-digest.js";

/** A plugin of ours, to be found by the Pulumi CLI. */
export interface PluginRequest {
  readonly engine: EngineCli;
  readonly kind: "language" | "resource";
  readonly name: string;
  /** Exact version without the `v`. */
  readonly version: string;
  /** Folder with the executable `pulumi-<kind>-<name>` and what it needs beside it. */
  readonly sourceDir: string;
  /** Its PULUMI_HOME says whose plugin cache is meant. */
  readonly env: Environment;
}

interface Stamp {
  readonly source: string;
  readonly installed: string;
}

/**
 * Makes the plugin cache of PULUMI_HOME hold exactly the source folder's content under that kind, name and version.
 * Nothing is started and no content is read when neither folder was touched since the last comparison. `installed` shows
 * whether the content was replaced. Throws E_PLUGIN.
 */
export async function ensurePlugin(request: PluginRequest): Promise<{ installed: boolean }> {
  const executable = `pulumi-${request.kind}-${request.name}`;
  if (!isExecutableFile(join(request.sourceDir, executable))) {
    throw failed(
      request,
      `"${request.sourceDir}" holds no executable "${executable}"`,
      "install or build planton again",
    );
  }
  const home = resolve(pulumiHome(request.env));
  const target = join(home, "plugins", `${request.kind}-${request.name}-v${request.version}`);
  try {
    if (isCurrent(request, target)) return { installed: false };
    mkdirSync(home, { recursive: true, mode: 0o700 });
    return await withFileLock({ path: join(home, ".planton-plugins.lock"), onWait: () => {} }, async () => {
      if (isCurrent(request, target)) return { installed: false };
      await install(request, home);
      if (!isCurrent(request, target)) {
        throw failed(request, `pulumi did not put the content of "${request.sourceDir}" into "${target}"`);
      }
      return { installed: true };
    });
  } catch (error) {
    if (isPlantonError(error)) throw error;
    throw failed(request, messageOf(error), `check that "${home}" can be written to`, error);
  }
}

function failed(request: PluginRequest, reason: string, hint?: string, cause?: unknown): PlantonError {
  return new PlantonError({
    code: "E_PLUGIN",
    message: `the ${request.kind} plugin "${request.name}" ${request.version} cannot be installed: ${reason}`,
    ...(hint === undefined ? {} : { hint }),
    ...(cause === undefined ? {} : { cause }),
  });
}

function isCurrent(request: PluginRequest, target: string): boolean {
  // Pulumi marks an installation that was begun and not finished, and does not use it.
  if (existsSync(`${target}.partial`)) return false;
  const source = fingerprintFolder(request.sourceDir);
  const installed = fingerprintFolder(target);
  if (source === undefined || installed === undefined) return false;
  const stamp = readStamp(target);
  if (stamp?.source === source && stamp.installed === installed) return true;
  if (hashFolder(request.sourceDir) !== hashFolder(target)) return false;
  writeStamp(target, { source, installed });
  return true;
}

function readStamp(target: string): Partial<Stamp> | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(join(target, stampFileName), "utf8"));
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    // Without a stamp the contents are compared.
    return undefined;
  }
}

function writeStamp(target: string, stamp: Stamp): void {
  const path = join(target, stampFileName);
  const draft = `${path}.${process.pid}.cache`;
  try {
    writeFileSync(draft, JSON.stringify(stamp));
    renameSync(draft, path);
  } catch {
    // A plugin cache that is only readable works too; the contents are then compared each time.
  }
}

async function install(request: PluginRequest, home: string): Promise<void> {
  const result = await runCommand({
    path: request.engine.path,
    args: [
      ...["plugin", "install", request.kind, request.name, `v${request.version}`],
      ...["--file", resolve(request.sourceDir), "--reinstall", "--non-interactive", "--color", "never"],
    ],
    env: { ...request.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    cwd: home,
  });
  if (result.code === 0) return;
  const said = stripVTControlCharacters(result.stderr || result.stdout)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("["));
  throw failed(request, result.startError ?? (said.join(" | ") || `pulumi ended with ${result.signal ?? result.code}`));
}
