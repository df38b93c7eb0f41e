import { rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { buildBundles } from "./build-bundles.js";

const root = resolve(import.meta.dirname, "..");
const dist = join(root, "dist");
rmSync(dist, { recursive: true, force: true });
await buildBundles(root, dist);
