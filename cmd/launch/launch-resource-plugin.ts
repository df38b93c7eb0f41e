import { join } from "node:path";
import { runCached } from "./run-cached.js";

declare const PLANTON_BUILD_ID: string;

const writeCodeCache = runCached({
  bundlePath: join(__dirname, "provider.cjs"),
  buildId: PLANTON_BUILD_ID,
  cachePrefix: join(__dirname, "provider"),
});
process.on("exit", writeCodeCache);
