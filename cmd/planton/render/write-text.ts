import { fstatSync, writeSync } from "node:fs";

type Stream = "stdout" | "stderr";

/** Streams that node writes, since their pipe was full once. */
const waiting = new Set<Stream>();

/**
 * Writes text to a stream of the process as it is: to the file descriptor, as opening node's stream takes time that a
 * short command does not have. What nobody reads any more is dropped: work that is under way must not end for it.
 */
export function writeText(stream: Stream, text: string): void {
  const bytes = Buffer.from(text);
  let written = 0;
  if (waiting.has(stream)) {
    process[stream].write(bytes);
    return;
  }
  try {
    while (written < bytes.length) written += writeSync(stream === "stdout" ? 1 : 2, bytes, written);
  } catch (error) {
    if (isClosed(error)) return;
    // The pipe is full, and the stream waits; what comes later waits behind it.
    waiting.add(stream);
    process[stream].on("error", throwUnlessClosed);
    process[stream].write(bytes.subarray(written));
  }
}

/** True when a stream of the process is a terminal; asks the file descriptor, for the same reason. */
export function isTerminal(stream: Stream): boolean {
  const descriptor = stream === "stdout" ? 1 : 2;
  try {
    // Of pipes and files this is known without node:tty, which takes time to load and may not be in a snapshot.
    if (!fstatSync(descriptor).isCharacterDevice()) return false;
  } catch {
    // A closed stream is no terminal.
    return false;
  }
  return process.getBuiltinModule("node:tty").isatty(descriptor);
}

/** Columns and rows of the terminal that standard error is on; 80 and 24 where it does not say them. */
export function terminalSize(): { readonly columns: number; readonly rows: number } {
  const { columns, rows } = process.stderr;
  return { columns: columns || 80, rows: rows || 24 };
}

function isClosed(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EPIPE";
}

function throwUnlessClosed(error: unknown): void {
  if (!isClosed(error)) throw error;
}
