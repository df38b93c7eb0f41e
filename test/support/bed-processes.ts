import { readdirSync, readFileSync } from "node:fs";

/** A running process. */
export interface BedProcess {
  readonly pid: number;
  /** Its arguments with spaces between them. */
  readonly command: string;
}

/** Running processes of the bed with that PLANTON_HOME, other than the sandbox, whose command line holds the part. */
export function processesOf(home: string, part: string): BedProcess[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ");
        const environ = readFileSync(`/proc/${name}/environ`, "utf8");
        return environ.includes(home) ? [{ pid: Number(name), command }] : [];
      } catch {
        // It ended while we looked.
        return [];
      }
    })
    .filter(({ command }) => command.includes(part) && !command.includes("planton-sandbox"));
}

/** Sends a signal to the first such process. Throws when there is none. */
export function killProcess(home: string, part: string, signal: NodeJS.Signals): void {
  const [found] = processesOf(home, part);
  if (found === undefined) throw new Error(`no process of "${part}" to kill`);
  process.kill(found.pid, signal);
}
