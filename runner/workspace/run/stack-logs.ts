import { closeSync, constants, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { ensureLogFolder } from "../../project/planton-folder.js";

/** The log of one stack's run. */
export interface StackLog {
  /** Absolute. */
  readonly path: string;
  /** Adds a string, which holds no secret. */
  readonly write: (text: string) => void;
}

/** The logs of a command, one a stack. */
export interface StackLogs {
  /** The log of a stack; it begins anew with the first use in a command. */
  readonly of: (stack: string) => StackLog;
  readonly close: () => void;
}

/**
 * Opens the logs of a command: `.planton/logs/<stack>.log` (0600 in a 0700 folder) below the workspace's root. Throws
 * E_PROJECT_INVALID where a folder of these is a link.
 */
export function openStackLogs(root: string): StackLogs {
  const open = new Map<string, StackLog & { readonly descriptor: number }>();
  return {
    of(stack) {
      const known = open.get(stack);
      if (known !== undefined) return known;
      const path = join(ensureLogFolder(root), `${stack}.log`);
      const { O_CREAT, O_TRUNC, O_WRONLY, O_NOFOLLOW = 0 } = constants;
      const descriptor = openSync(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600);
      const log = { path, descriptor, write: (text: string) => void writeSync(descriptor, text) };
      open.set(stack, log);
      return log;
    },
    close() {
      for (const { descriptor } of open.values()) closeSync(descriptor);
      open.clear();
    },
  };
}
