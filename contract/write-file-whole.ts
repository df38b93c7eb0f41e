import { randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  copyFileSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";

/** How {@link writeFileWhole} writes. */
interface WriteFileWholeOptions {
  /** Permission bits, before the umask; default those of the file that is replaced, else 0666. */
  readonly mode?: number;
  /** True: a file that is there stays as it is, and the error has the code EEXIST. */
  readonly ifAbsent?: boolean;
  /** True: where the path is a symbolic link, the file that it names is written. Else the link is replaced. */
  readonly throughLink?: boolean;
}

/**
 * Writes a file so that a reader sees the old or the new content and never a part, also after a crash of the machine.
 * Throws the file system's error with `path` naming the file, and leaves nothing behind.
 */
export function writeFileWhole(
  path: string,
  content: string | Uint8Array,
  { mode, ifAbsent = false, throughLink = false }: WriteFileWholeOptions = {},
): void {
  const target = throughLink ? linkedFile(path) : path;
  const temporary = `${target}.${process.pid}.${randomBytes(4).toString("hex")}`;
  try {
    writeSynced({ path: temporary, content, mode, former: ifAbsent ? undefined : regularFile(target) });
    if (ifAbsent) putIfAbsent(temporary, target);
    else renameSync(temporary, target);
  } catch (error) {
    // Errors about an open file carry no path, others that of the temporary file.
    throw error instanceof Error ? Object.assign(error, { path }) : error;
  } finally {
    removeTemporary(temporary);
  }
  syncFolder(dirname(target));
}

interface SyncedFile {
  readonly path: string;
  readonly content: string | Uint8Array;
  readonly mode: number | undefined;
  /** The file that is replaced. */
  readonly former: Stats | undefined;
}

function writeSynced({ path, content, mode, former }: SyncedFile): void {
  const descriptor = openSync(path, "wx", mode ?? 0o666);
  try {
    if (former !== undefined) keepOwner(descriptor, former);
    if (former !== undefined && mode === undefined) fchmodSync(descriptor, former.mode & 0o777);
    writeFileSync(descriptor, content);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function keepOwner(descriptor: number, { uid, gid }: Stats): void {
  try {
    fchownSync(descriptor, uid, gid);
  } catch {
    // Only root gives files away; the file is then its writer's.
  }
}

function putIfAbsent(temporary: string, target: string): void {
  try {
    linkSync(temporary, target);
  } catch (error) {
    const hasNoLinks = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"].includes(codeOf(error));
    if (!hasNoLinks) throw error;
    // FAT and some network file systems have no hard links.
    copyFileSync(temporary, target, constants.COPYFILE_EXCL);
  }
}

function removeTemporary(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // A folder that cannot be reached holds none; the error that counts is the write's.
  }
}

function linkedFile(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // There is no file yet, or what keeps it from being read fails the write too.
    return path;
  }
}

function regularFile(path: string): Stats | undefined {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat?.isFile() === true ? stat : undefined;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

function syncFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, "r");
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // Not every system syncs folders; the file's own content is on the disk.
  }
}
