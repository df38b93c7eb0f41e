import { join } from "node:path";

// The bundle lies in a folder of its own among the built files; `__dirname` is that folder.
const dist = join(__dirname, "..");

/** Built entry of the sandbox's background process, absolute. */
export const sandboxDaemonPath = join(dist, "planton-sandbox.cjs");

/** Folder with the go.mod that pins the Pulumi CLI, absolute. */
export const engineModuleDir = join(dist, "engine");

/** Folder of a built plugin, absolute: "language-planton", "resource-digitalocean". */
export function pluginDir(name: string): string {
  return join(dist, "plugins", name);
}
