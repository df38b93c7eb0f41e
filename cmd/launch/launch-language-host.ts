import { join } from "node:path";
import { runCached } from "./run-cached.js";

declare const PLANTON_BUILD_IDS: Readonly<Record<string, string>>;

runCached({
  bundlePath: join(__dirname, "host.cjs"),
  buildId: PLANTON_BUILD_IDS["host"] ?? "",
  cachePrefix: join(__dirname, "host"),
});
