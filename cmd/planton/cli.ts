import type { Catalog } from "../../contract/catalog.js";
import type { Trace } from "../../contract/trace.js";

/** The command line's environment, read once in main and handed to every command. */
export interface Cli {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's working directory, absolute. */
  readonly cwd: string;
  /** True when standard input and output are a terminal. */
  readonly interactive: boolean;
  /**
   * Writes a line to standard output, as it can be shown to people and so that JSON keeps its values; "exact": as it is,
   * for what a shell or a program reads.
   */
  readonly out: (line: string, form?: "exact") => void;
  /** Writes a line to standard error, as it can be shown to people. */
  readonly err: (line: string) => void;
  /** Hears what the command does, for debugging. */
  readonly trace: Trace;
  /** Reads standard input to its end. Throws E_LOAD_TOO_LARGE and E_LOAD_UNREADABLE. */
  readonly readStdin: () => Promise<string>;
  /** Sets the exit code of the process; the last call wins. */
  readonly exit: (code: number) => void;
}

/** Environment of commands that run stack inputs. */
export interface StackCli extends Cli {
  readonly catalog: Catalog;
}
