import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** Finds or installs the Pulumi CLI once, with the caller's own home, and hands its folder to the tests. */
export function setup(project: { provide(key: "engineFolder", value: string): void }): void {
  const path = execFileSync(join(root, "bin/planton"), ["engine", "path"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  project.provide("engineFolder", dirname(path.trim()));
}

declare module "vitest" {
  interface ProvidedContext {
    engineFolder: string;
  }
}
