import { closeSync, mkdirSync, openSync, readFileSync, readSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { writeFileWhole } from "../../contract/write-file-whole.js";
import type { Environment } from "../system/planton-home.js";
import { runCommand } from "../system/run-command.js";
import { parseEngineVersion } from "./engine-version.js";

/** A Pulumi CLI whose version is asked for. */
interface EngineFile {
  /** Absolute path of the executable. */
  readonly path: string;
  readonly env: Environment;
  /** Folder of planton's own files, absolute; `cache/engine.json` below it caches the results. */
  readonly home: string;
  /** "linux-x64": a home folder shared by two kinds of machines holds results of both. */
  readonly platform: string;
}

interface CacheEntry {
  readonly mtimeMs: number;
  readonly size: number;
  readonly platform: string;
  readonly version: string;
}

const versionTimeoutMs = 30_000;
const cacheEntriesKept = 16;

/**
 * Version of a Pulumi CLI without the `v`, or undefined when the file does not run or prints something else. The
 * result for an unchanged binary comes from the cache, without a process start.
 */
export async function readEngineVersion(file: EngineFile): Promise<string | undefined> {
  const realPath = realpathSync(file.path);
  const { mtimeMs, size } = statSync(realPath);
  const known = readCache(file.home)[realPath];
  if (known?.mtimeMs === mtimeMs && known.size === size && known.platform === file.platform) return known.version;

  const version = await askEngineVersion(file.path, file.env);
  if (version !== undefined && speaksForItself(realPath)) {
    writeCache(file.home, realPath, { mtimeMs, size, platform: file.platform, version });
  }
  return version;
}

/** Version that a Pulumi CLI prints, without the `v`; undefined when it does not run or prints something else. */
export async function askEngineVersion(path: string, env: Environment): Promise<string | undefined> {
  const result = await runCommand({
    path,
    args: ["version"],
    env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    cwd: dirname(path),
    timeoutMs: versionTimeoutMs,
  });
  return result.code === 0 ? parseEngineVersion(result.stdout) : undefined;
}

/** False for scripts and version managers' shims: what they run can change while the file stays the same. */
function speaksForItself(realPath: string): boolean {
  if (basename(realPath) !== "pulumi") return false;
  const start = Buffer.alloc(2);
  const fd = openSync(realPath, "r");
  try {
    readSync(fd, start, 0, start.length, 0);
  } finally {
    closeSync(fd);
  }
  return start.toString("latin1") !== "#!";
}

function cacheFile(home: string): string {
  return join(home, "cache", "engine.json");
}

function readCache(home: string): Readonly<Record<string, CacheEntry>> {
  try {
    const parsed: unknown = JSON.parse(readFileSync(cacheFile(home), "utf8"));
    if (typeof parsed !== "object" || parsed === null) return {};
    return Object.fromEntries(Object.entries(parsed).filter(([, entry]) => isCacheEntry(entry)));
  } catch {
    // A cache that is not there or damaged costs one process start and is written anew.
    return {};
  }
}

function isCacheEntry(value: unknown): value is CacheEntry {
  if (typeof value !== "object" || value === null) return false;
  const entry: Partial<Record<keyof CacheEntry, unknown>> = value;
  return (
    typeof entry.mtimeMs === "number" &&
    typeof entry.size === "number" &&
    typeof entry.platform === "string" &&
    typeof entry.version === "string" &&
    parseEngineVersion(entry.version) === entry.version
  );
}

function writeCache(home: string, realPath: string, entry: CacheEntry): void {
  const { [realPath]: _old, ...others } = readCache(home);
  const entries = [...Object.entries(others), [realPath, entry] as const].slice(-cacheEntriesKept);
  const target = cacheFile(home);
  try {
    mkdirSync(dirname(target), { recursive: true });
    writeFileWhole(target, `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`);
  } catch {
    // A home that cannot be written to must not stop a run that needs nothing of it but this cache.
  }
}
