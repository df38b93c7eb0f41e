import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

/** A process to run to its end. */
export interface ProcessRequest {
  readonly path: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** What a process took, with all processes below it. */
export interface ProcessCost {
  readonly wallMs: number;
  /** User and system time of the process and of those below it that were waited for; NaN where /proc is not there. */
  readonly cpuMs: number;
  /** Peak resident memory of the process itself, in MiB, read every few milliseconds; NaN where /proc is not there. */
  readonly peakMib: number;
}

/** Linux counts times in /proc in hundredths of a second on every machine that Node runs on. */
const tickMs = 10;

/** Often enough to see a peak that comes before the end, and seldom enough to cost nothing. */
const peakEveryMs = 10;

/**
 * Runs a process to its end and measures it. One at a time: the CPU time is the growth of this process's own count of
 * its ended children. Throws with what the process printed when it fails.
 */
export async function measureProcess(request: ProcessRequest): Promise<ProcessCost> {
  const cpuBeforeMs = childrenCpuMs();
  const startedAtMs = performance.now();
  let peakMib = Number.NaN;
  await runProcess(request, (pid) => {
    const timer = setInterval(() => {
      // The last reading stays: a process that has ended has no memory any more.
      peakMib = peakMemoryMib(pid) || peakMib;
    }, peakEveryMs);
    return () => clearInterval(timer);
  });
  return { wallMs: performance.now() - startedAtMs, cpuMs: childrenCpuMs() - cpuBeforeMs, peakMib };
}

/**
 * Runs a process to its end; gives what it wrote to standard output. `watch` is given its number, and gives back what is
 * called at its end. Throws with all it printed when it fails.
 */
export function runProcess(
  { path, args, cwd, env }: ProcessRequest,
  watch: (pid: number | undefined) => () => void = () => () => {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(path, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    const unwatch = watch(child.pid);
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.on("error", (error) => {
      unwatch();
      reject(error);
    });
    child.on("close", (code, signal) => {
      unwatch();
      const printed = Buffer.concat(stdout).toString("utf8");
      if (code === 0) return resolve(printed);
      const errors = Buffer.concat(stderr).toString("utf8");
      reject(new Error(`"${[path, ...args].join(" ")}" ended with ${signal ?? code}:\n${printed}${errors}`));
    });
  });
}

function childrenCpuMs(): number {
  const stat = readProcStat();
  if (stat === undefined) return Number.NaN;
  // The second field is the command's name in brackets, which may hold blanks; cutime and cstime are fields 16 and 17.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[13]) + Number(fields[14])) * tickMs;
}

function readProcStat(): string | undefined {
  try {
    return readFileSync("/proc/self/stat", "utf8");
  } catch {
    // Only Linux has it; elsewhere the table shows no CPU times.
    return undefined;
  }
}

/** Peak resident memory of a process until now, in MiB; NaN for one that has ended and where /proc is not there. */
export function peakMemoryMib(pid: number | undefined): number {
  try {
    const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return Number(kib) / 1024;
  } catch {
    // Only Linux has it; elsewhere the table shows no memory.
    return Number.NaN;
  }
}
