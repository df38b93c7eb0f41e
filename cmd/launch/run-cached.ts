import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { Script } from "node:vm";

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
 * Runs a bundle with V8's code cache, which spares compiling it at every start. The cache lies in a folder of the user's
 * own and is only used for the same bundle and the same node.
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
  let isCached = cachedData !== undefined && script.cachedDataRejected !== true;
  const write = (): void => {
    if (isCached) return;
    isCached = true;
    writeCache(cachePath, script);
    removeOtherBuilds(cachePrefix, buildPrefix);
  };
  const require = (name: string): unknown => cached.modules?.[name] ?? nodeModule(name);
  wrapper(bundle.exports, require, bundle, bundlePath, dirname(bundlePath));
  return { exports: bundle.exports, write };
}

// `createRequire` would load node's loader of ES modules at each start.
function nodeModule(name: string): unknown {
  const found: unknown = process.getBuiltinModule(name);
  if (found === undefined) throw new Error(`the bundle asks for "${name}", which is no module of node's`);
  return found;
}

function readCache(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    // No cache yet: the bundle is compiled and the cache written afterwards.
    return undefined;
  }
}

function writeCache(path: string, script: Script): void {
  const draft = path.replace(/cache$/, `${process.pid}.cache`);
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // Flushed: V8 checks a cache's length and not all of its content. Only the first start of a build comes here.
    writeFileSync(draft, script.createCachedData(), { mode: 0o600, flush: true });
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
