import { mkdirSync } from "node:fs";
import { join } from "node:path";

/** Where the sandbox keeps its things; all absolute when the home is. */
export interface SandboxFiles {
  /** Mode 0700. */
  readonly folder: string;
  /** The running process: port, pid, admin token. Absent when none was started. */
  readonly record: string;
  /** Held while a process starts. */
  readonly startLock: string;
  /** One JSON file per vendor. */
  readonly data: string;
  readonly faults: string;
  readonly settings: string;
  readonly requestLog: string;
  /** What the process itself writes to its standard streams. */
  readonly processLog: string;
  readonly pulumiHome: string;
  /** Pulumi's file backend. */
  readonly pulumiState: string;
  readonly passphrase: string;
}

/** The sandbox's files below planton's home folder (`$PLANTON_HOME`). Makes nothing. */
export function sandboxFiles(home: string): SandboxFiles {
  const folder = join(home, "sandbox");
  return {
    folder,
    record: join(folder, "sandbox.json"),
    startLock: join(folder, "start.lock"),
    data: join(folder, "data"),
    faults: join(folder, "faults.json"),
    settings: join(folder, "settings.json"),
    requestLog: join(folder, "requests.log"),
    processLog: join(folder, "process.log"),
    pulumiHome: join(folder, "pulumi"),
    pulumiState: join(folder, "state"),
    passphrase: join(folder, "passphrase"),
  };
}

/** Makes the sandbox's folders, readable by their owner only. */
export function makeSandboxFolders(files: SandboxFiles): void {
  for (const folder of [files.folder, files.data]) mkdirSync(folder, { recursive: true, mode: 0o700 });
}
