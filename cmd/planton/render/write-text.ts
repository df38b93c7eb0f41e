import { writeSync } from "node:fs";

/**
 * Writes text to a stream of the process as it is: to the file descriptor, as opening node's stream takes time that a
 * short command does not have. What nobody reads any more is dropped: work that is under way must not end for it.
 */
export function writeText(stream: "stdout" | "stderr", text: string): void {
  const bytes = Buffer.from(text);
  let written = 0;
  try {
    while (written < bytes.length) written += writeSync(stream === "stdout" ? 1 : 2, bytes, written);
  } catch (error) {
    if (isClosed(error)) return;
    // The pipe is full, and the stream waits.
    if (process[stream].listenerCount("error") === 0) process[stream].on("error", throwUnlessClosed);
    process[stream].write(bytes.subarray(written));
  }
}

function isClosed(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EPIPE";
}

function throwUnlessClosed(error: unknown): void {
  if (!isClosed(error)) throw error;
}
