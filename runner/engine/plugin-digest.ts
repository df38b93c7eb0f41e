import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";

/** Name of the file by which an installed plugin folder remembers what it was compared with. */
export const stampFileName = ".planton-stamp.json";

/** One file of a plugin folder. */
interface ContentFile {
  /** Path below the folder, with slashes. */
  readonly name: string;
  readonly path: string;
}

/**
 * A string that differs when a file of the folder was added, removed, or written to. Reads no content: it is made of
 * sizes, modes and times. Undefined when the folder is not there.
 */
export function fingerprintFolder(folder: string): string | undefined {
  const files = listContent(folder);
  if (files === undefined) return undefined;
  return JSON.stringify(
    files.map(({ name, path }) => {
      const { size, mode, mtimeMs, ctimeMs } = statSync(path);
      return [name, size, mode, mtimeMs, ctimeMs];
    }),
  );
}

/** SHA-256 over the names, bytes and executable bits of the folder's files, in hex; undefined when it is not there. */
export function hashFolder(folder: string): string | undefined {
  const files = listContent(folder);
  if (files === undefined) return undefined;
  const hash = createHash("sha256");
  for (const { name, path } of files) {
    const bytes = readFileSync(path);
    const executable = (statSync(path).mode & 0o100) !== 0;
    hash.update(JSON.stringify([name, bytes.length, executable])).update(bytes);
  }
  return hash.digest("hex");
}

/** Sorted by name. Left out: our stamp, and V8's code caches (`*.cache`), which a plugin writes beside itself. */
function listContent(folder: string): ContentFile[] | undefined {
  try {
    return readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => !entry.isDirectory() && entry.name !== stampFileName && !entry.name.endsWith(".cache"))
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => ({ path, name: relative(folder, path).replaceAll("\\", "/") }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
