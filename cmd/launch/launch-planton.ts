import { join } from "node:path";
import { plantonHome } from "../../runner/system/planton-home.js";
import { groupOf, programOf, readingGroups } from "../planton/command-groups.js";
import { endAtOnce } from "./end-at-once.js";
import { makeSnapshot } from "./make-snapshot.js";
import { bundleOf, runCached } from "./run-cached.js";

declare const PLANTON_BUILD_IDS: Readonly<Record<string, string>>;
declare const PLANTON_SNAPSHOT_FLAGS: string;

globalThis.plantonImport = (url) => import(url);

const group = groupOf(process.argv.slice(2));
const isReading = group === undefined || readingGroups.includes(group);
const bundle = bundleOf(programOf(group), PLANTON_BUILD_IDS, process.env);
const cache = join(plantonHome(process.env), "cache");
const { wasCached, write } = runCached({
  bundlePath: join(__dirname, "commands", `${bundle}.cjs`),
  buildId: PLANTON_BUILD_IDS[bundle] ?? "",
  cachePrefix: join(cache, "code", `planton-${bundle}`),
});
endAtOnce(() => {
  write();
  // A home that serves one command alone, as in CI, would only pay for a snapshot.
  if (isReading && wasCached) {
    makeSnapshot({
      entryPath: join(__dirname, "snapshot.cjs"),
      folder: join(cache, "snapshot"),
      buildId: PLANTON_BUILD_IDS["snapshot"] ?? "",
      flags: PLANTON_SNAPSHOT_FLAGS.split(" "),
      env: process.env,
    });
  }
});
