import { closeSync, fsyncSync, mkdirSync, mkdtempSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { isPlantonError, messageOf, PlantonError } from "../../contract/planton-error.js";
import { withFileLock } from "../system/file-lock.js";
import { isExecutableFile } from "../system/find-executable.js";
import { buildEngine, byHandHint } from "./build-engine.js";
import { downloadEngine } from "./download-engine.js";
import { type EngineCli, type EngineRequest, engineRoot, progressEveryMs } from "./engine-request.js";
import { pinnedEngineVersion } from "./engine-version.js";
import { startElapsedProgress } from "./progress.js";
import { askEngineVersion, readEngineVersion } from "./read-engine-version.js";
import { removeStaleInstalls, workPrefix } from "./stale-installs.js";

/** The pinned CLI in planton's home, or undefined when it is not there, damaged, or of another version. */
export async function findHomeEngine(request: EngineRequest): Promise<EngineCli | undefined> {
  const folder = join(engineRoot(request), pinnedEngineVersion);
  const path = join(folder, "pulumi");
  if (!isExecutableFile(path)) return undefined;
  const version = await versionOf(request, path);
  return version === pinnedEngineVersion ? { path, folder, version, source: "home" } : undefined;
}

/**
 * Puts the pinned CLI into planton's home, by download or else by a build. Of several processes one works and the
 * others wait and take its result. What an interrupted run left is removed. Throws E_ENGINE_MISSING, E_ENGINE_BUILD or
 * E_INTERRUPTED.
 */
export async function installEngine(request: EngineRequest): Promise<EngineCli> {
  const root = engineRoot(request);
  let stopWaiting = (): void => {};
  try {
    mkdirSync(root, { recursive: true });
    return await withFileLock(
      {
        path: join(root, ".lock"),
        onWait: (holder) => {
          const text = `waiting for process ${holder.pid}, which is installing the pulumi cli`;
          request.progress(text);
          stopWaiting = startElapsedProgress(request.progress, text, progressEveryMs(request));
        },
      },
      async () => {
        stopWaiting();
        return (await findHomeEngine(request)) ?? (await installLocked(request));
      },
    );
  } catch (error) {
    if (isPlantonError(error)) throw error;
    throw new PlantonError({
      code: "E_ENGINE_MISSING",
      message: `the pulumi cli cannot be installed below "${root}": ${messageOf(error)}`,
      hint: `make the folder writable, set PLANTON_HOME to another one, or ${byHandHint}`,
      cause: error,
    });
  } finally {
    stopWaiting();
  }
}

async function installLocked(request: EngineRequest): Promise<EngineCli> {
  const root = engineRoot(request);
  await removeStaleInstalls(root);
  const work = mkdtempSync(join(root, workPrefix));
  try {
    const { file, source } = await obtain(request, work);
    const folder = join(root, pinnedEngineVersion);
    const draft = join(work, "ready");
    mkdirSync(draft);
    renameSync(file, join(draft, "pulumi"));
    flush(join(draft, "pulumi"));
    // What exists there did not pass the check of findHomeEngine.
    rmSync(folder, { recursive: true, force: true });
    renameSync(draft, folder);
    const path = join(folder, "pulumi");
    // Fills the cache, so that the next command starts no process for it.
    await versionOf(request, path);
    return { path, folder, version: pinnedEngineVersion, source };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function obtain(request: EngineRequest, work: string): Promise<{ file: string; source: "download" | "build" }> {
  let downloadProblem: string;
  try {
    const file = await downloadEngine(request, work);
    const version = await askEngineVersion(file, request.env);
    if (version === pinnedEngineVersion) return { file, source: "download" };
    downloadProblem = `the downloaded pulumi cli does not run here (version "${version ?? "none"}")`;
    rmSync(file, { force: true });
  } catch (error) {
    if (!isPlantonError(error) || error.code !== "E_ENGINE_DOWNLOAD") throw error;
    downloadProblem = error.message;
  }
  try {
    const file = await buildEngine(request, work);
    const version = await askEngineVersion(file, request.env);
    if (version === pinnedEngineVersion) return { file, source: "build" };
    throw new PlantonError({
      code: "E_ENGINE_BUILD",
      message: `the pulumi cli that was built says version "${version ?? "none"}" and not "${pinnedEngineVersion}"`,
      hint: byHandHint,
    });
  } catch (error) {
    if (!isPlantonError(error) || error.code === "E_INTERRUPTED") throw error;
    throw new PlantonError({
      code: error.code,
      message: `${downloadProblem}; ${error.message}`,
      hint: error.hint,
      cause: error,
    });
  }
}

function versionOf(request: EngineRequest, path: string): Promise<string | undefined> {
  return readEngineVersion({
    path,
    env: request.env,
    home: dirname(engineRoot(request)),
    platform: `${request.platform}-${request.arch}`,
  });
}

/** Without this a power cut after the rename can leave an empty file under the final name. */
function flush(path: string): void {
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
