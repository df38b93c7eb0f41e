import { join } from "node:path";
import { runCached } from "./run-cached.js";

declare const PLANTON_BUILD_IDS: Readonly<Record<string, string>>;

globalThis.plantonImport = (url) => import(url);

const { write } = runCached({
  bundlePath: join(__dirname, "host.cjs"),
  buildId: PLANTON_BUILD_IDS["host"] ?? "",
  cachePrefix: join(__dirname, "host"),
});
globalThis.plantonWriteCodeCache = write;

declare global {
  /** Writes V8's code cache of the language host's bundle if it has none. */
  var plantonWriteCodeCache: (() => void) | undefined;
}
