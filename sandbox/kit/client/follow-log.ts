import { closeSync, openSync, readSync, statSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { type LogEntry, parseLog } from "../base/request-log.js";

const pollMs = 200;

/**
 * Hands out the entries that are appended to a log from now on, until the signal ends it. A log that was made anew is
 * read from its start.
 */
export async function followLog(path: string, signal: AbortSignal, entry: (entry: LogEntry) => void): Promise<void> {
  let offset = sizeOf(path);
  while (!signal.aborted) {
    const size = sizeOf(path);
    if (size < offset) offset = 0;
    if (size > offset) {
      const text = readFrom(path, offset, size);
      const whole = text.slice(0, text.lastIndexOf("\n") + 1);
      parseLog(whole).forEach(entry);
      offset += Buffer.byteLength(whole);
    }
    await wait(pollMs, undefined, { signal }).catch(() => undefined);
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function readFrom(path: string, start: number, end: number): string {
  const file = openSync(path, "r");
  try {
    const buffer = Buffer.alloc(end - start);
    return buffer.toString("utf8", 0, readSync(file, buffer, 0, buffer.length, start));
  } finally {
    closeSync(file);
  }
}
