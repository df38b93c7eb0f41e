import { readFileSync } from "node:fs";
import { PlantonError } from "../../../contract/planton-error.js";
import { writeFileAtomic } from "../base/write-file-atomic.js";

/** A vendor's objects: in memory for reading, on disk before any response is sent. */
export interface VendorStore<State> {
  /** The current objects; handlers change them in place. */
  readonly state: () => State;
  /** Writes the current objects to disk. Throws the file system's error and then keeps what was last written. */
  readonly save: () => void;
  /** Back to what was last written. */
  readonly rollback: () => void;
  /** Back to the first state, also on disk. */
  readonly reset: () => void;
}

/** What {@link openStore} needs. */
export interface StoreInit<State> {
  readonly path: string;
  readonly initial: () => State;
  /** Recognizes a state of this version. */
  readonly accepts: (value: unknown) => value is State;
}

/** Opens a vendor's file, or makes it. Throws E_SANDBOX when the file is there and is no state of this version. */
export function openStore<State>(init: StoreInit<State>): VendorStore<State> {
  const parse = (text: string): State => {
    const value: unknown = JSON.parse(text);
    if (!init.accepts(value)) throw new SyntaxError("not a state of this version");
    return value;
  };
  let written = readWritten(init, parse);
  let state = parse(written);
  const write = (next: State): void => {
    const text = JSON.stringify(next);
    if (text === written) return;
    writeFileAtomic(init.path, text);
    written = text;
  };
  const rollback = (): void => {
    state = parse(written);
  };
  return {
    state: () => state,
    save() {
      try {
        write(state);
      } catch (error) {
        rollback();
        throw error;
      }
    },
    rollback,
    reset() {
      write(init.initial());
      rollback();
    },
  };
}

function readWritten<State>(init: StoreInit<State>, parse: (text: string) => State): string {
  let text: string;
  try {
    text = readFileSync(init.path, "utf8");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    text = JSON.stringify(init.initial());
    writeFileAtomic(init.path, text);
  }
  try {
    parse(text);
  } catch (error) {
    throw new PlantonError({
      code: "E_SANDBOX",
      message: `the sandbox's file "${init.path}" cannot be read`,
      hint: "start afresh: planton sandbox stop && planton sandbox reset",
      cause: error,
    });
  }
  return text;
}
