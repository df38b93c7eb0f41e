import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isPlantonError } from "../../contract/planton-error.js";
import { nodeTransport } from "../../http/transport.js";
import { readSecretFile } from "./backends/files.js";
import { runSecretCommand } from "./backends/programs.js";
import { type SecretResolver, secretResolver } from "./resolve-secret.js";
import type { SecretParts } from "./secret-parts.js";

/** Stands for every secret in tests; no error may hold it. */
export const marker = "s3cr3t-MARKER-0123456789";

/** Folders, programs and files for tests of secrets. */
export interface SecretBed {
  /** Folder that relative paths start from. */
  readonly base: string;
  /** Home folder. */
  readonly home: string;
  /** Folder of programs, first on PATH. */
  readonly bin: string;
  /** Puts a shell script on PATH, or into another folder, that notes its arguments. */
  readonly program: (name: string, script: string, folder?: string) => void;
  /** Writes a file below the folder of `base`, `home` and `bin`. */
  readonly file: (path: string, content: string | Uint8Array, mode?: number) => void;
  /** Programs that ran, with their arguments. */
  readonly calls: () => string[];
  /** A resolver as in a run, with no variables but PATH, HOME, a secret one and those given. */
  readonly resolver: (env?: Record<string, string>, more?: Partial<SecretParts>) => SecretResolver;
  /** Forgets programs and calls. */
  readonly clear: () => void;
  readonly remove: () => void;
}

/** Makes an empty bed in a temporary folder. */
export function openSecretBed(): SecretBed {
  const folder = mkdtempSync(join(tmpdir(), "planton-secrets-"));
  const bin = join(folder, "bin");
  const home = join(folder, "home");
  const base = join(folder, "base");
  const callsFile = join(folder, "calls");
  for (const path of [bin, home, base]) mkdirSync(path);
  return {
    base,
    home,
    bin,
    program(name, script, at = bin) {
      writeFileSync(join(at, name), `#!/bin/sh\necho "$(basename "$0") $*" >> '${callsFile}'\n${script}\n`);
      chmodSync(join(at, name), 0o755);
    },
    file(path, content, mode = 0o600) {
      writeFileSync(join(folder, path), content);
      chmodSync(join(folder, path), mode);
    },
    calls: () => (existsSync(callsFile) ? readFileSync(callsFile, "utf8").trim().split("\n") : []),
    resolver: (env = {}, more = {}) =>
      secretResolver({
        env: { PATH: `${bin}:/usr/bin:/bin`, HOME: home, MARKER_KEY: marker, ...env },
        baseDir: base,
        fetch: nodeTransport,
        runCommand: runSecretCommand,
        readFile: readSecretFile,
        retryDelaysMs: [1, 1],
        ...more,
      }),
    clear() {
      rmSync(callsFile, { force: true });
      rmSync(bin, { recursive: true });
      mkdirSync(bin);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/**
 * The error of a URI, as text: message and hint. Throws unless it is an E_SECRET_URI that names the URI and holds no
 * secret, not even in its insides.
 */
export async function failure(text: string, resolve: SecretResolver): Promise<string> {
  const error: unknown = await resolve(text).catch((caught: unknown) => caught);
  if (!isPlantonError(error) || error.code !== "E_SECRET_URI" || error.cause !== undefined)
    throw new Error(`no good error for ${text}: ${String(error)}`);
  const shown = `${error.message}\n${error.hint}`;
  const name = text.startsWith("exec:") ? (text.split(" ")[0] ?? "") : text;
  if (!shown.includes(name)) throw new Error(`the error does not name ${name}: ${shown}`);
  if (`${shown}${error.stack}${JSON.stringify(error)}`.includes("MARKER-0123456789"))
    throw new Error(`the error holds a secret: ${shown}`);
  return shown;
}
