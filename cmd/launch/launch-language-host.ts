import { join } from "node:path";
import { runCached } from "./run-cached.js";

declare const PLANTON_BUILD_ID: string;

runCached({
  bundlePath: join(__dirname, "host.cjs"),
  buildId: PLANTON_BUILD_ID,
  cachePrefix: join(__dirname, "host"),
});
