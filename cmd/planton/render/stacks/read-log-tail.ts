import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** More of a log is not read for its last lines, in bytes. */
const mostBytes = 64 * 1024;

/** The last lines of a log file, at most `count`; none when it cannot be read, since its path is shown as well. */
export function readLogTail(path: string, count: number): readonly string[] {
  try {
    const descriptor = openSync(path, "r");
    try {
      const { size } = fstatSync(descriptor);
      const start = Math.max(0, size - mostBytes);
      const bytes = Buffer.alloc(Math.min(size, mostBytes));
      const read = readSync(descriptor, bytes, 0, bytes.length, start);
      const lines = bytes
        .toString("utf8", 0, read)
        .replace(/\r?\n$/, "")
        .split(/\r?\n/);
      // The first line of a part of the file may be cut off.
      return (start === 0 ? lines : lines.slice(1)).slice(-count).filter((line, index) => index > 0 || line !== "");
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return [];
  }
}
