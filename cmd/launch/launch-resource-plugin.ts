import { join } from "node:path";
import { runCached } from "./run-cached.js";

declare const PLANTON_BUILD_IDS: Readonly<Record<string, string>>;

const { write } = runCached({
  bundlePath: join(__dirname, "provider.cjs"),
  buildId: PLANTON_BUILD_IDS["provider"] ?? "",
  cachePrefix: join(__dirname, "provider"),
});
process.on("exit", write);
