import { dirname, resolve } from "node:path";
import { isPlantonError, PlantonError } from "../../contract/planton-error.js";
import { findExecutable } from "../system/find-executable.js";
import { plantonHome } from "../system/planton-home.js";
import { type EngineCli, type EngineRequest, engineRoot } from "./engine-request.js";
import { isNewEnough, minimumEngineVersion } from "./engine-version.js";
import { findHomeEngine, installEngine } from "./install-engine.js";
import { readEngineVersion } from "./read-engine-version.js";

export type { EngineCli } from "./engine-request.js";

/**
 * Gives back a Pulumi CLI to run: the one on PATH when it is new enough, else the one in planton's home, else a
 * download, else a build. Where nothing has to be installed this costs about a millisecond and starts no process.
 * Throws E_ENGINE_TOO_OLD, E_ENGINE_MISSING or E_ENGINE_BUILD, each with every way that was tried, or E_INTERRUPTED.
 */
export async function ensureEngine(request: EngineRequest): Promise<EngineCli> {
  const onPath = await lookOnPath(request);
  if ("cli" in onPath) return onPath.cli;
  if (onPath.path !== undefined) request.progress(`not using it: ${onPath.problem}`);
  try {
    return (await findHomeEngine(request)) ?? (await installEngine(request));
  } catch (error) {
    if (!isPlantonError(error) || error.code === "E_INTERRUPTED") throw error;
    throw new PlantonError({
      code: onPath.tooOld ? "E_ENGINE_TOO_OLD" : error.code,
      message: `${onPath.problem}; ${error.message}`,
      hint: error.hint,
      cause: error,
    });
  }
}

type PathFinding =
  | { readonly cli: EngineCli }
  | { readonly path: string | undefined; readonly problem: string; readonly tooOld: boolean };

async function lookOnPath(request: EngineRequest): Promise<PathFinding> {
  const path = findExecutable("pulumi", request.env);
  if (path === undefined) return { path, problem: "pulumi is not on PATH", tooOld: false };
  const home = resolve(plantonHome(request.env));
  const version = await readEngineVersion({
    path,
    home,
    env: request.env,
    platform: `${request.platform}-${request.arch}`,
  });
  if (version === undefined) return { path, problem: `"${path}" does not report its version`, tooOld: false };
  if (!isNewEnough(version)) {
    return {
      path,
      problem: `"${path}" is version "${version}", and ${minimumEngineVersion} or newer is needed`,
      tooOld: true,
    };
  }
  const folder = dirname(path);
  return { cli: { path, folder, version, source: dirname(folder) === engineRoot(request) ? "home" : "path" } };
}
