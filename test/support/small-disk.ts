import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Size of the disk that {@link mountSmallDisk} mounts, in bytes. */
export const smallDiskBytes = 64 * 1024;

/** Mounts an empty file system in memory at a folder, which is made. Throws where that is not allowed. */
export function mountSmallDisk(folder: string): void {
  mkdirSync(folder, { recursive: true });
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${smallDiskBytes}`, "tmpfs", folder], { stdio: "ignore" });
}

/** Gives a disk of {@link mountSmallDisk} room for all that tests write. */
export function growDisk(folder: string): void {
  execFileSync("mount", ["-o", "remount,size=8m", folder]);
}

/** Undoes {@link mountSmallDisk}. */
export function unmountDisk(folder: string): void {
  execFileSync("umount", [folder]);
}

/** True where {@link mountSmallDisk} works: for root, and not in every container. */
export const canMountDisk = ((): boolean => {
  const folder = mkdtempSync(join(tmpdir(), "planton-mount-"));
  try {
    mountSmallDisk(folder);
    unmountDisk(folder);
    return true;
  } catch {
    // The tests that need it are skipped and say so.
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
})();
