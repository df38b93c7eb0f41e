import { join } from "node:path";
import { plantonHome } from "../../runner/planton-home.js";
import { runCached } from "./run-cached.js";

declare const PLANTON_BUILD_ID: string;

const writeCodeCache = runCached({
  bundlePath: join(__dirname, "planton.cjs"),
  buildId: PLANTON_BUILD_ID,
  cachePrefix: join(plantonHome(process.env), "cache", "code", "planton"),
});
process.on("exit", writeCodeCache);
