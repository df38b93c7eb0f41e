import { join } from "node:path";
import { sharedModules } from "shared-modules";
import { runCached } from "../launch/run-cached.js";
import type { run } from "./program.js";

declare const PLANTON_BUILD_IDS: Readonly<Record<string, string>>;

/** What a program's bundle gives, and how V8's code caches of host and program are written. */
interface LoadedProgram {
  readonly run: typeof run;
  readonly writeCodeCaches: () => void;
}

/**
 * Loads the bundle that runs programs. The engine starts a host only to ask about it, too, and the host's own bundle is
 * what that needs; libraries that both use come from the host's bundle.
 */
export function loadProgram(): LoadedProgram {
  const { exports, write } = runCached({
    bundlePath: join(__dirname, "program.cjs"),
    buildId: PLANTON_BUILD_IDS["program"] ?? "",
    cachePrefix: join(__dirname, "program"),
    modules: sharedModules,
  });
  return {
    // What program.ts exports.
    run: (exports as { readonly run: typeof run }).run,
    writeCodeCaches: () => {
      write();
      globalThis.plantonWriteCodeCache?.();
    },
  };
}
