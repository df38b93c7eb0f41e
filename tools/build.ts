import { rmSync } from "node:fs";
import { join } from "node:path";
import { buildBundles } from "./bundle/build-bundles.js";
import { projectRoot } from "./project-root.js";

const dist = join(projectRoot, "dist");
rmSync(dist, { recursive: true, force: true });
await buildBundles(projectRoot, dist);
