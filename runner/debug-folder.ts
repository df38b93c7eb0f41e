import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { maskSecrets } from "./mask-secrets.js";

/** Pulumi's log at level 7: level 9 prints provider tokens (seen with 3.259). */
export const debugArguments: readonly string[] = ["-v=7", "--logflow"];

/** Makes the folder for `--debug-dir`, mode 0700. */
export function makeDebugFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}

/** Replaces known secrets in all files of the folder and makes them readable by their owner alone. */
export function scrubDebugFolder(folder: string, secrets: readonly string[]): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(folder, entry.name);
    chmodSync(path, 0o600);
    const text = readFileSync(path, "utf8");
    const masked = maskSecrets(text, secrets);
    if (masked !== text) writeFileSync(path, masked);
  }
}
