import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

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
 * the system does not tell, "ended" for a process that only waits to be reaped. Together with the number it names one
 * process for good.
 */
export function processStart(pid: number): string | undefined {
  const stat = tryRead(() => readFileSync(`/proc/${pid}/stat`, "latin1"));
  // The second field is the command in brackets and may hold blanks; what follows the last bracket starts at field 3.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" ? "ended" : fields[19];
}

function tryRead(read: () => string): string {
  try {
    return read();
  } catch {
    // Only Linux has /proc; elsewhere the host name and the number have to do.
    return "";
  }
}
