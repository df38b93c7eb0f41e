import { createHash } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { PlantonError } from "../../../contract/planton-error.js";
import { isJsonObject, type JsonObject, numberField, objectField } from "../base/json-fields.js";
import { isPaceName, type Pace, type PaceName } from "../base/pace.js";
import { isProcessAlive } from "../base/process-alive.js";
import { type LogEntry, readLogFile } from "../base/request-log.js";
import { makeSandboxFolders, sandboxFiles } from "../base/sandbox-files.js";
import { readRecord, removeRecord, type SandboxRecord } from "../base/sandbox-record.js";
import type { TlsInit } from "../base/tls-listener.js";
import { waitUntil } from "../base/wait-until.js";
import type { Fault, FaultInit } from "../faults/fault.js";
import { callAdmin } from "./call-admin.js";
import { freePortFrom } from "./free-port.js";
import { spawnSandbox } from "./spawn-sandbox.js";
import { withStartLock } from "./start-lock.js";

/** Port of the sandbox when none is asked for. */
const defaultSandboxPort = 7331;

/** What {@link startSandbox} needs. */
export interface StartInit {
  /** Planton's home folder: `$PLANTON_HOME`. */
  readonly home: string;
  /** The entry file of the sandbox process. */
  readonly daemonPath: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /**
   * Default: the port of the last process when that died, as shells still point there; else the first free one from
   * `firstPort`. 0: any free one.
   */
  readonly port?: number;
  /** Default: 7331. */
  readonly firstPort?: number;
  /** Where it also listens with TLS, paths absolute. Default: where the last process did when that died, else nowhere. */
  readonly tls?: TlsInit;
  /** Default "fast". */
  readonly pace?: PaceName;
  /** Exact time of creations and changes in milliseconds, for tests. */
  readonly creationMs?: number;
  /** Arguments of Node itself, such as a loader; default none. */
  readonly nodeArgs?: readonly string[];
}

/** What the sandbox is doing. */
export interface RunningStatus {
  readonly running: true;
  readonly record: SandboxRecord;
  readonly pace: Pace;
  /** Faults that wait for requests. */
  readonly faults: number;
  /** Numbers of objects that callers made, by vendor and type. */
  readonly objects: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Result of {@link sandboxStatus}. */
export type SandboxStatus = RunningStatus | { readonly running: false };

/** Result of {@link startSandbox}. */
export interface StartResult {
  readonly status: RunningStatus;
  /** False when it was running already. */
  readonly started: boolean;
  /** The port that it would have when another program had not taken it. */
  readonly takenPort?: number;
  /** True when the running process is of another version of the program than `daemonPath`. */
  readonly outdated: boolean;
}

/**
 * Makes sure that the sandbox runs: of several callers at once one starts it, the others use it.
 * Throws E_SANDBOX_PORT when the port is taken by something else, E_SANDBOX when it does not start.
 */
export async function startSandbox(init: StartInit): Promise<StartResult> {
  const files = sandboxFiles(init.home);
  makeSandboxFolders(files);
  const version = fingerprint(init.daemonPath);
  return withStartLock(files.startLock, async () => {
    const before = await sandboxStatus(init.home);
    if (before.running) return { status: before, started: false, outdated: before.record.version !== version };
    const last = readRecord(files.record);
    const firstPort = init.firstPort ?? defaultSandboxPort;
    const port = init.port ?? last?.port ?? (await freePortFrom(firstPort));
    const isTaken = init.port === undefined && last === undefined && port !== firstPort;
    const tls = init.tls ?? last?.tls;
    const name = init.pace ?? "fast";
    const pace: Pace = init.creationMs === undefined ? { name } : { name, creationMs: init.creationMs };
    const { home, daemonPath, env, nodeArgs = [] } = init;
    await spawnSandbox({ home, files, daemonPath, nodeArgs, port, tls, pace, version, env });
    const after = await sandboxStatus(init.home);
    const found = { started: true, outdated: false, ...(isTaken ? { takenPort: firstPort } : {}) } as const;
    if (after.running) return { status: after, ...found };
    throw new PlantonError({
      code: "E_SANDBOX",
      message: "the sandbox ended right after its start",
      hint: `see "${files.processLog}"`,
    });
  });
}

/** Ends the sandbox and waits until its process is gone. False when it was not running. Throws E_SANDBOX after 10 s. */
export async function stopSandbox(home: string): Promise<boolean> {
  const files = sandboxFiles(home);
  const status = await sandboxStatus(home);
  const pid = status.running ? status.record.pid : readRecord(files.record)?.pid;
  if (pid === undefined) return false;
  if (!status.running) {
    // The pid may be another program's by now: it is not ours to end.
    removeRecord(files.record, pid);
    return false;
  }
  process.kill(pid, "SIGTERM");
  if (await waitUntil(10_000, () => !isProcessAlive(pid))) return true;
  throw new PlantonError({
    code: "E_SANDBOX",
    message: `the sandbox process ${pid} does not end`,
    hint: `end it by hand: kill -9 ${pid}`,
  });
}

/** What the sandbox is doing; not running when its process is gone or is not ours. */
export async function sandboxStatus(home: string): Promise<SandboxStatus> {
  const record = readRecord(sandboxFiles(home).record);
  if (record === undefined || !isProcessAlive(record.pid)) return { running: false };
  let body: JsonObject;
  try {
    body = await callAdmin(record, "GET", "status");
  } catch {
    // Refused, or the response is somebody else's: the process of that number is not our sandbox.
    return { running: false };
  }
  if (numberField(body, "pid") !== record.pid) return { running: false };
  const objects = Object.entries(objectField(body, "objects") ?? {});
  return {
    running: true,
    record,
    pace: paceOf(objectField(body, "pace") ?? {}),
    faults: numberField(body, "faults") ?? 0,
    objects: Object.fromEntries(objects.map(([vendor, counts]) => [vendor, countsOf(counts)])),
  };
}

/**
 * Back to the first state: the vendors' objects, faults, settings and the request log; with `pulumiState` also the
 * Pulumi stacks kept in the sandbox. Works on a stopped sandbox too.
 */
export async function resetSandbox(home: string, options: { readonly pulumiState?: boolean } = {}): Promise<void> {
  const files = sandboxFiles(home);
  const status = await sandboxStatus(home);
  if (status.running) await callAdmin(status.record, "POST", "reset");
  else
    for (const path of [files.data, files.faults, files.settings, files.requestLog])
      rmSync(path, { recursive: true, force: true });
  if (options.pulumiState === true) {
    rmSync(files.pulumiState, { recursive: true, force: true });
    // Pulumi keeps the selected stack of each project here; it would name a stack that is gone.
    rmSync(join(files.pulumiHome, "workspaces"), { recursive: true, force: true });
  }
}

/** Changes the pace of the running sandbox. Throws E_SANDBOX when it is not running. */
export async function setPace(home: string, pace: Pace): Promise<void> {
  await callAdmin(await runningRecord(home), "PUT", "pace", { ...pace });
}

/** Adds a fault and gives it with its id. Throws E_SANDBOX when the sandbox is not running or the fault has no effect. */
export async function addFault(home: string, fault: FaultInit): Promise<Fault> {
  const body = await callAdmin(await runningRecord(home), "POST", "faults", { ...fault });
  return faultOf(objectField(body, "fault") ?? {});
}

/** The faults that wait for requests, oldest first. Throws E_SANDBOX when the sandbox is not running. */
export async function listFaults(home: string): Promise<readonly Fault[]> {
  const faults = (await callAdmin(await runningRecord(home), "GET", "faults"))["faults"];
  return Array.isArray(faults) ? faults.filter(isJsonObject).map(faultOf) : [];
}

/** Removes one fault, or all; gives the number removed. Throws E_SANDBOX when there is none of that id. */
export async function clearFaults(home: string, id?: string): Promise<number> {
  const path = id === undefined ? "faults" : `faults/${encodeURIComponent(id)}`;
  return numberField(await callAdmin(await runningRecord(home), "DELETE", path), "removed") ?? 0;
}

/** The request log, oldest first; also of a stopped sandbox. */
export function readLog(home: string): readonly LogEntry[] {
  return readLogFile(sandboxFiles(home).requestLog);
}

/** The record of the running sandbox. Throws E_SANDBOX when it is not running. */
export async function runningRecord(home: string): Promise<SandboxRecord> {
  const status = await sandboxStatus(home);
  if (status.running) return status.record;
  throw new PlantonError({
    code: "E_SANDBOX",
    message: "the sandbox is not running",
    hint: "start it: planton sandbox start",
  });
}

function fingerprint(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex").slice(0, 16);
}

function paceOf(value: JsonObject): Pace {
  const name = value["name"];
  const creationMs = numberField(value, "creationMs");
  const known = isPaceName(name) ? name : "fast";
  return creationMs === undefined ? { name: known } : { name: known, creationMs };
}

function countsOf(value: unknown): Readonly<Record<string, number>> {
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(Object.keys(value).map((key) => [key, numberField(value, key) ?? 0]));
}

function faultOf(value: JsonObject): Fault {
  // The sandbox made it from a checked FaultInit of this same program.
  return value as unknown as Fault;
}
