import { machineId, processStart } from "./process-identity.js";

/** One process for good, among all machines that share a folder. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Of {@link machineId}. */
  readonly machine: string;
  /** Of {@link processStart}; empty where the system does not tell. */
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
