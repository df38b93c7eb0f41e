import { spawnSync } from "node:child_process";
import { type Running, type RunOptions, startProcess } from "./planton-bed.js";

const dropped = ["--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search"];
const isRoot = process.getuid?.() === 0;

/** False for root on a machine without setpriv: nothing is unreadable for root. */
export const canBeRefused = !isRoot || spawnSync("setpriv", [...dropped, "true"]).status === 0;

/** Starts a process that file permissions hold for, as they hold for everybody but root. */
export function startWithoutOverride(path: string, args: readonly string[], options: RunOptions): Running {
  return isRoot
    ? startProcess("setpriv", [...dropped, path, ...args], options)
    : startProcess(path, [...args], options);
}
