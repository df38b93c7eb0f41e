import type { VendorFetch } from "../../contract/vendor.js";
import type { Environment } from "../planton-home.js";
import type { ReadSecretFile } from "./read-secret-file.js";
import type { RunSecretCommand } from "./run-secret-command.js";

/** What secrets are resolved with. */
export interface SecretParts {
  readonly env: Environment;
  /** Absolute path of the folder that relative paths start from: the stack input's. */
  readonly baseDir: string;
  readonly fetch: VendorFetch;
  readonly runCommand: RunSecretCommand;
  readonly readFile: ReadSecretFile;
  /** Most time for one program or one HTTP request, milliseconds; default 30 s. */
  readonly timeoutMs?: number;
  /** Waits before a failed request to Doppler is sent again, milliseconds; default 250 and 1000. */
  readonly retryDelaysMs?: readonly number[];
  /** Takes a warning for people; lower case, without secrets. Default: it is dropped. */
  readonly warn?: (message: string) => void;
}

/** The parts of one resolution: every choice is made. */
export type SecretSurroundings = Required<SecretParts>;
