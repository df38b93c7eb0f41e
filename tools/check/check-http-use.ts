import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../project-root.js";

const folders = ["apis", "contract", "clients", "modules", "providers", "runner", "cmd"];

/** The same files that the import rules leave out. */
const testSupport = /\.test\.ts$|(^|\/)test-|test-bed|(^|\/)fake-/;

/** What only http/ may do: authentication, timeouts, redirects and masking are decided there. */
const banned: readonly RegExp[] = [/\bfetch\(/, /\bauthorization["']?\s*:/i, /\bAbortSignal\.timeout\b/];

/** Uses of another kind. */
const exceptions: ReadonlyMap<string, string> = new Map([
  ["runner/engine/download-engine.ts", "downloads the Pulumi CLI, without credentials and with redirects"],
]);

function main(): number {
  const found = folders
    .flatMap((folder) =>
      readdirSync(join(projectRoot, folder), { recursive: true, encoding: "utf8" }).map((name) => `${folder}/${name}`),
    )
    .filter((path) => path.endsWith(".ts") && !testSupport.test(path) && !exceptions.has(path))
    .flatMap((path) => {
      const lines = readFileSync(join(projectRoot, path), "utf8").split("\n");
      return lines.flatMap((line, index) =>
        banned.some((pattern) => pattern.test(line)) ? `${path}:${index + 1}: ${line.trim()}` : [],
      );
    });
  for (const place of found) process.stderr.write(`${place}\n`);
  if (found.length > 0) process.stderr.write("send requests by a client of clients/, or by http/http-client.ts\n");
  return found.length === 0 ? 0 : 1;
}

process.exitCode = main();
