import { resolve } from "node:path";
import { type Environment, plantonHome } from "../system/planton-home.js";
import type { Progress } from "./progress.js";

/** A Pulumi CLI that is ready to run. */
export interface EngineCli {
  /** The executable, absolute. */
  readonly path: string;
  /** Its folder, absolute: the first entry of our children's PATH. */
  readonly folder: string;
  /** "3.259.0". */
  readonly version: string;
  /** Where it comes from: the user's PATH, planton's home, or put there by this very call. */
  readonly source: "path" | "home" | "download" | "build";
}

/** What getting the Pulumi CLI needs of its environment. */
export interface EngineRequest {
  readonly env: Environment;
  /** Folder with the go.mod and go.sum that pin the CLI; only read. */
  readonly goModuleDir: string;
  readonly progress: Progress;
  readonly fetch: typeof globalThis.fetch;
  readonly platform: NodeJS.Platform;
  /** As `process.arch`. */
  readonly arch: string;
  /** Base URLs of the release files, tried in this order; default: Pulumi's own. */
  readonly downloadBases?: readonly string[];
  /** How long a download server may take to respond; default 5 s. */
  readonly connectTimeoutMs?: number;
  /** How long a download may make no progress; default 30 s. */
  readonly stallTimeoutMs?: number;
  /** Distance between two progress lines of one step; default 10 s. */
  readonly progressEveryMs?: number;
}

/** Time between two progress lines of one step, milliseconds. */
export function progressEveryMs(request: EngineRequest): number {
  return request.progressEveryMs ?? 10_000;
}

/** Where planton keeps the engines it installs: `$PLANTON_HOME/engine`, absolute. */
export function engineRoot(request: EngineRequest): string {
  return resolve(plantonHome(request.env), "engine");
}
