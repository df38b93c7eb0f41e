import type { VendorFetch } from "../../contract/vendor.js";
import type { Environment } from "../system/planton-home.js";

/** What secrets are resolved with. */
export interface SecretParts {
  readonly env: Environment;
  /** Variables with credentials of vendors: a program of a password store has no use for them. Default: none. */
  readonly withheld?: readonly string[];
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
export type ResolveContext = Required<SecretParts>;

/** A program that prints a secret, to be run without a shell and without standard input. */
interface SecretCommand {
  /** Absolute path of the executable. */
  readonly path: string;
  readonly args: readonly string[];
  readonly env: Environment;
  readonly cwd: string;
  readonly timeoutMs: number;
}

/** How it ended. Both streams may hold secrets. */
interface SecretCommandResult {
  /** Exit code; undefined when it was killed or could not be started. */
  readonly code: number | undefined;
  readonly stdout: Uint8Array;
  readonly stderr: string;
  /** Why it has no exit code, for people: "took longer than 30 s". */
  readonly failure: string | undefined;
}

/** Runs a program to its end. Never rejects: a program that cannot be started is a result too. */
export type RunSecretCommand = (command: SecretCommand) => Promise<SecretCommandResult>;

/** A file that holds a secret. */
export interface SecretFile {
  /** Its beginning; more than any secret is long. */
  readonly bytes: Uint8Array;
  /** False for folders, devices and pipes; nothing of them is read. */
  readonly isRegular: boolean;
  /** It belongs to this user, who lets others read or write it. */
  readonly isOpenToOthers: boolean;
  /** Permission bits. */
  readonly mode: number;
}

/** Reads a file by its absolute path; rejects with the file system's error. */
export type ReadSecretFile = (path: string) => Promise<SecretFile>;
