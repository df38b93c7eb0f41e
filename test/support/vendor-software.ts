import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { root } from "./planton-bed.js";

const folder = join(root, "test", "clients");

/** True when a package of test/clients is installed: `npm ci --prefix test/clients`. */
export function hasSoftware(name: string): boolean {
  return existsSync(join(folder, "node_modules", name, "package.json"));
}

/** Path of a program of test/clients. */
export function programPath(name: string): string {
  return join(folder, "node_modules", ".bin", name);
}

/** A package of test/clients, loaded. The caller says what it is. */
export function loadSoftware(name: string): unknown {
  return createRequire(join(folder, "package.json"))(name);
}
