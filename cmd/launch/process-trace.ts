import { closeSync, constants, fstatSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../../contract/planton-error.js";
import { createTrace, noTrace, type Trace } from "../../contract/trace.js";
import type { Environment } from "../../runner/system/planton-home.js";

/** Variable that shows the trace of planton, of its language host and of its plugins. */
export const debugVariable = "PLANTON_DEBUG";

/** Variable with the folder of the file that gets the trace. */
export const debugDirVariable = "PLANTON_DEBUG_DIR";

/** Name of that file. */
export const traceFileName = "planton.log";

/** Whose trace it is, and where its user reads it. */
interface ProcessTraceInput {
  /** "planton", "host", or a plugin's name. */
  readonly name: string;
  readonly env: Environment;
  /** Shows a line to the user. */
  readonly show: (line: string) => void;
}

/**
 * The trace of this process as the environment wants it: shown with PLANTON_DEBUG=1, appended to a file (0600) in
 * PLANTON_DEBUG_DIR, which is made (0700) when it is missing, or neither. A file that cannot be written is reported once.
 */
export function openProcessTrace({ name, env, show }: ProcessTraceInput): Trace {
  const folder = env[debugDirVariable];
  const isShown = env[debugVariable] === "1";
  if (!folder && !isShown) return noTrace;
  const append = folder ? openTraceFile(folder, show) : undefined;
  return createTrace({
    source: `${name}[${process.pid}]`,
    nowMs: Date.now,
    write(line) {
      append?.(line);
      if (isShown) show(line);
    },
  });
}

function openTraceFile(folder: string, show: (line: string) => void): ((line: string) => void) | undefined {
  const path = join(folder, traceFileName);
  let file: number | undefined;
  const close = (error: unknown): void => {
    if (file !== undefined) closeSync(file);
    file = undefined;
    show(`warning: no trace is written to "${path}": ${messageOf(error)}`);
  };
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // Several processes append whole lines. Another user's file, or a link to elsewhere, is not written to.
    file = openSync(path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
    const { uid, mode } = fstatSync(file);
    if (uid !== process.geteuid?.() || (mode & 0o077) !== 0) throw new Error("others may read or write the file");
  } catch (error) {
    close(error);
  }
  return (line) => {
    if (file === undefined) return;
    try {
      writeSync(file, `${line}\n`);
    } catch (error) {
      // A full disk, for one: what is traced goes on.
      close(error);
    }
  };
}
