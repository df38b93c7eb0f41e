import { join } from "node:path";
import { sharedModules } from "shared-modules";
import { bundleOf, runCached } from "../launch/run-cached.js";
import type * as program from "./program.js";

declare const PLANTON_BUILD_IDS: Readonly<Record<string, string>>;

/** What a program's bundle gives, and how V8's code caches of host and program are written. */
interface LoadedProgram {
  readonly run: typeof program.run;
  readonly kinds: typeof program.kinds;
  readonly writeCodeCaches: () => void;
}

/**
 * Loads the bundle that runs programs. The engine starts a host only to ask about it, too, and the host's own bundle is
 * what that needs; libraries that both use come from the host's bundle.
 */
export function loadProgram(): LoadedProgram {
  const bundle = bundleOf("program", PLANTON_BUILD_IDS, process.env);
  const { exports, write } = runCached({
    bundlePath: join(__dirname, `${bundle}.cjs`),
    buildId: PLANTON_BUILD_IDS[bundle] ?? "",
    cachePrefix: join(__dirname, bundle),
    modules: sharedModules,
  });
  return {
    // What program.ts exports.
    ...(exports as typeof program),
    writeCodeCaches: () => {
      write();
      globalThis.plantonWriteCodeCache?.();
    },
  };
}
