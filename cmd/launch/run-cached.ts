import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { Script } from "node:vm";
import { crc32 } from "node:zlib";

/** A bundle that is one function, as node makes it of a CommonJS module, and where V8's code cache for it is kept. */
interface CachedBundle {
  /** Absolute path of the bundle, a file of ASCII characters. */
  readonly bundlePath: string;
  /** Identity of the bundle's content, made at build time. */
  readonly buildId: string;
  /** Absolute path of the cache without its ending; the build id and node's version are added. */
  readonly cachePrefix: string;
  /** Modules that the bundle may ask for besides node's own, by name. */
  readonly modules?: Readonly<Record<string, unknown>>;
}

/** A bundle that has run. */
interface RunBundle {
  readonly exports: unknown;
  /** True when there was a good cache. */
  readonly wasCached: boolean;
  /**
   * Writes the cache when there was none; call it once, after the code that every start needs has run: functions that did
   * not run by then are not in it.
   */
  readonly write: () => void;
}

type Wrapper = (
  exports: object,
  require: (name: string) => unknown,
  module: object,
  filename: string,
  dirname: string,
) => void;

/**
 * Runs a bundle with V8's code cache, which spares compiling it at every start. A cache is used only for the same bundle
 * and the same node, when its checksum is right and nobody but the user or root can have written it.
 */
export function runCached(cached: CachedBundle): RunBundle {
  const { bundlePath, buildId, cachePrefix } = cached;
  const source = readFileSync(bundlePath, "latin1");
  const buildPrefix = `${cachePrefix}.${buildId}`;
  const cachePath = `${buildPrefix}.${process.version}-${process.arch}.cache`;
  const cachedData = readCache(cachePath);
  const script = new Script(source, {
    filename: bundlePath,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  const bundle = { exports: {} };
  // A script's value is whatever its last expression gives: the bundle's function.
  const wrapper = script.runInThisContext() as Wrapper;
  const wasCached = cachedData !== undefined && script.cachedDataRejected !== true;
  let isWritten = wasCached;
  const write = (): void => {
    if (isWritten) return;
    isWritten = true;
    writeCache(cachePath, script.createCachedData());
    removeOtherBuilds(cachePrefix, buildPrefix);
  };
  const require = (name: string): unknown => cached.modules?.[name] ?? nodeModule(name);
  wrapper(bundle.exports, require, bundle, bundlePath, dirname(bundlePath));
  return { exports: bundle.exports, wasCached, write };
}

// `createRequire` would load node's loader of ES modules at each start.
function nodeModule(name: string): unknown {
  const found: unknown = process.getBuiltinModule(name);
  if (found === undefined) throw new Error(`the bundle asks for "${name}", which is no module of node's`);
  return found;
}

/** Bytes of the checksum at the end of a cache. */
const checksumBytes = 4;

/** V8 believes what is in a cache, so that a wrong one would run wrong code. */
function readCache(path: string): Buffer | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const { uid, mode } = fstatSync(file);
    if (![0, process.geteuid?.()].includes(uid) || (mode & 0o022) !== 0) return undefined;
    const content = readFileSync(file);
    const data = content.subarray(0, -checksumBytes);
    return crc32(data) === content.readUInt32LE(data.length) ? data : undefined;
  } catch {
    // No cache yet, or half of one: the bundle is compiled and the cache written afterwards.
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function writeCache(path: string, data: Buffer): void {
  const draft = path.replace(/cache$/, `${process.pid}.cache`);
  const checksum = Buffer.alloc(checksumBytes);
  checksum.writeUInt32LE(crc32(data));
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(draft, Buffer.concat([data, checksum]), { mode: 0o600 });
    renameSync(draft, path);
  } catch {
    // A read-only home or a full disk costs speed, not correctness.
    removeDraft(draft);
  }
}

function removeDraft(draft: string): void {
  try {
    rmSync(draft, { force: true });
  } catch {
    // It takes room until the next build's caches come.
  }
}

function removeOtherBuilds(cachePrefix: string, buildPrefix: string): void {
  const folder = dirname(cachePrefix);
  try {
    for (const name of readdirSync(folder)) {
      const isOfBundle = name.startsWith(`${basename(cachePrefix)}.`) && name.endsWith(".cache");
      if (isOfBundle && !name.startsWith(`${basename(buildPrefix)}.`)) rmSync(join(folder, name));
    }
  } catch {
    // What another process removes at the same time, or nobody may remove, only takes room.
  }
}

/**
 * Name of the bundle that runs a program: with PLANTON_CATALOG the one that takes kinds from outside, where the program has
 * such a bundle. `ids` are the ids of bundles by name.
 */
export function bundleOf(program: string, ids: Readonly<Record<string, string>>, env: NodeJS.ProcessEnv): string {
  const name = `${program}-with-catalog`;
  return env["PLANTON_CATALOG"] && name in ids ? name : program;
}
