import { closeSync, copyFileSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import gte from "semver/functions/gte.js";
import { PlantonError } from "../../contract/planton-error.js";
import { findExecutable } from "../system/find-executable.js";
import { type CommandResult, runCommand } from "../system/run-command.js";
import { type EngineRequest, engineRoot, progressEveryMs } from "./engine-request.js";
import { minimumEngineVersion, minimumGoVersion, pinnedEngineVersion } from "./engine-version.js";
import { startElapsedProgress } from "./progress.js";
import { recordWorker } from "./stale-installs.js";

/** Since this version Go can fetch the newer toolchain that a go.mod asks for. */
const firstSwitchingGoVersion = "1.21.0";

const mainPackage = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const versionVariable = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

/** What a user can do when planton cannot get the CLI by itself. */
export const byHandHint = `install pulumi ${minimumEngineVersion} or newer by hand (https://www.pulumi.com/docs/install/) and put it on PATH, or install go ${minimumGoVersion} or newer and run: planton engine install`;

/**
 * Builds the pinned Pulumi CLI with the Go of PATH, from a copy of the module files in an empty folder. Gives back the
 * path of the executable. The output of Go is kept in `build.log` in the engine's folder. Throws E_ENGINE_MISSING when
 * there is no Go, E_ENGINE_BUILD when Go is too old or the build fails, E_INTERRUPTED when it was stopped by a signal.
 */
export async function buildEngine(request: EngineRequest, folder: string): Promise<string> {
  const go = findExecutable("go", request.env);
  if (go === undefined) {
    throw new PlantonError({
      code: "E_ENGINE_MISSING",
      message: 'it cannot be built: "go" is not on PATH',
      hint: byHandHint,
    });
  }
  const source = join(folder, "source");
  mkdirSync(source);
  const env = { ...request.env, CGO_ENABLED: "0", GOWORK: "off", GO111MODULE: "on", GOOS: "", GOARCH: "" };
  await refuseOldGo(go, env, source);
  for (const file of ["go.mod", "go.sum"]) copyFileSync(join(request.goModuleDir, file), join(source, file));

  const text = `building the pulumi cli ${pinnedEngineVersion} with go`;
  request.progress(`${text}, about 3 minutes, once`);
  const stopProgress = startElapsedProgress(request.progress, text, progressEveryMs(request));
  const binary = join(folder, "pulumi");
  const logPath = join(engineRoot(request), "build.log");
  const logFd = openSync(logPath, "w", 0o600);
  try {
    const result = await runCommand({
      path: go,
      args: buildArguments(binary),
      env,
      cwd: source,
      logFd,
      onStart: (pid) => recordWorker(folder, pid),
    });
    if (result.code !== 0) throw buildFailed(result, logPath);
    return binary;
  } finally {
    stopProgress();
    closeSync(logFd);
  }
}

function buildArguments(binary: string): string[] {
  const ldflags = `-s -w -X ${versionVariable}=v${pinnedEngineVersion}`;
  // Without grpcnotrace the linker keeps every unused method (pulumi/pulumi issue 22012).
  const tags = "osusergo,grpcnotrace";
  return [
    "build",
    "-mod=readonly",
    "-buildvcs=false",
    "-trimpath",
    "-tags",
    tags,
    "-ldflags",
    ldflags,
    "-o",
    binary,
    mainPackage,
  ];
}

/** Says at once what Go itself would say only after a while, or in words that do not help. */
async function refuseOldGo(go: string, env: EngineRequest["env"], cwd: string): Promise<void> {
  const result = await runCommand({ path: go, args: ["version"], env: { ...env, GOTOOLCHAIN: "local" }, cwd });
  const [, major, minor, patch] = /\bgo(\d+)\.(\d+)(?:\.(\d+))?/.exec(result.stdout) ?? [];
  // A development build of Go reports no number: the build itself decides.
  if (major === undefined || minor === undefined) return;
  const version = `${major}.${minor}.${patch ?? 0}`;
  if (gte(version, minimumGoVersion)) return;
  if (gte(version, firstSwitchingGoVersion) && (await switchesToolchains(go, env, cwd))) return;
  throw new PlantonError({
    code: "E_ENGINE_BUILD",
    message: `it cannot be built: "${go}" is go ${version}, and go ${minimumGoVersion} or newer is needed`,
    hint: byHandHint,
  });
}

async function switchesToolchains(go: string, env: EngineRequest["env"], cwd: string): Promise<boolean> {
  const result = await runCommand({ path: go, args: ["env", "GOTOOLCHAIN"], env, cwd });
  return /(^|\+)(auto|path)$/.test(result.stdout.trim());
}

function buildFailed(result: CommandResult, logPath: string): PlantonError {
  if (result.signal === "SIGINT" || result.signal === "SIGTERM") {
    return new PlantonError({ code: "E_INTERRUPTED", message: "the build of the pulumi cli was interrupted" });
  }
  const said = lastLines(readFileSync(logPath, "utf8"));
  const end = result.startError ?? result.signal ?? (said || `go ended with code ${result.code}`);
  return new PlantonError({
    code: "E_ENGINE_BUILD",
    message: `the build of the pulumi cli failed, see "${logPath}": ${end}`,
    hint: byHandHint,
  });
}

/** The last lines with text, on one line; user names and passwords of module proxies are cut out. */
function lastLines(log: string): string {
  const lines = log.split("\n").filter((line) => line.trim() !== "");
  return lines
    .slice(-3)
    .join(" | ")
    .replaceAll(/:\/\/[^/@\s]+@/g, "://")
    .slice(-600);
}
