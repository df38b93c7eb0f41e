import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

const ticksPerSecond = 100;
let machine: string | undefined;

/**
 * Names the set of processes that a process number belongs to: host, boot and process namespace. Containers that share
 * a folder may share a host name while their numbers mean different processes.
 */
export function machineId(): string {
  machine ??= [
    hostname(),
    tryRead(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()),
    tryRead(() => readlinkSync("/proc/self/ns/pid")),
  ].join("/");
  return machine;
}

/**
 * When a process started, in the kernel's own count since boot (field 22 of /proc/PID/stat, proc(5)); undefined where
 * the system does not report it, "ended" for a process that only waits to be reaped. Together with the number it names one
 * process for good.
 */
export function processStart(pid: number): string | undefined {
  const stat = tryRead(() => readFileSync(`/proc/${pid}/stat`, "latin1"));
  // The second field is the command in brackets and may hold blanks; what follows the last bracket starts at field 3.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" ? "ended" : fields[19];
}

/**
 * When a process started by the machine's clock, milliseconds since 1970, to about a second; undefined where the system
 * does not report it. A clock that was set since then moves it. The kernel counts in hundredths of a second for programs on
 * every architecture that Node runs on (USER_HZ, proc(5)).
 */
export function processStartMs(pid: number): number | undefined {
  const bootSeconds = /^btime (\d+)$/m.exec(tryRead(() => readFileSync("/proc/stat", "latin1")))?.[1];
  const startTicks = Number(processStart(pid));
  if (bootSeconds === undefined || Number.isNaN(startTicks)) return undefined;
  return Number(bootSeconds) * 1000 + (startTicks / ticksPerSecond) * 1000;
}

/** Name of a process's program, at most 15 characters; empty where the system does not report it. */
export function processName(pid: number): string {
  return tryRead(() => readFileSync(`/proc/${pid}/comm`, "utf8")).trim();
}

function tryRead(read: () => string): string {
  try {
    return read();
  } catch {
    // Only Linux has /proc; elsewhere the host name and the number have to do.
    return "";
  }
}

/** One process for good, among all machines that share a folder. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Of {@link machineId}. */
  readonly machine: string;
  /** Of {@link processStart}; empty where the system does not report it. */
  readonly start: string;
}

/** The identity of this process. */
export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, machine: machineId(), start: processStart(process.pid) ?? "" };
}

/** Whether a process still runs; "unknown" for one of another machine or container, or of this one before it was booted. */
export function processLife(identity: ProcessIdentity): "alive" | "dead" | "unknown" {
  if (identity.machine !== machineId()) return "unknown";
  try {
    process.kill(identity.pid, 0);
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    return error instanceof Error && "code" in error && error.code === "ESRCH" ? "dead" : "alive";
  }
  // The number may have been given to a new process since.
  const start = processStart(identity.pid);
  return start === undefined || identity.start === "" || start === identity.start ? "alive" : "dead";
}
