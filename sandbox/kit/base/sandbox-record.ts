import { readFileSync, rmSync } from "node:fs";
import { isJsonObject, type JsonObject, numberField, objectField, stringField } from "./json-fields.js";
import type { TlsInit } from "./tls-listener.js";
import { writeFileAtomic } from "./write-file-atomic.js";

/** The running sandbox process, as it writes itself down. Holds the admin token: never print it whole. */
export interface SandboxRecord {
  readonly pid: number;
  readonly port: number;
  /** Where it listens with TLS. */
  readonly tls?: TlsInit;
  readonly adminToken: string;
  /** RFC 3339. */
  readonly startedAt: string;
  /** Fingerprint of the program that runs. */
  readonly version: string;
  /** The vendors' variables: API addresses and dummy keys. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Reads the record; undefined when there is none or it is damaged, which counts as not running. */
export function readRecord(path: string): SandboxRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    // A start then writes a new one, which is what replaces a damaged record.
    return undefined;
  }
  if (!isJsonObject(value)) return undefined;
  const pid = numberField(value, "pid");
  const port = numberField(value, "port");
  if (pid === undefined || port === undefined) return undefined;
  const tls = tlsOf(objectField(value, "tls"));
  const environment = Object.entries(objectField(value, "environment") ?? {});
  return {
    pid,
    port,
    ...(tls === undefined ? {} : { tls }),
    adminToken: stringField(value, "adminToken"),
    startedAt: stringField(value, "startedAt"),
    version: stringField(value, "version"),
    environment: Object.fromEntries(environment.map(([name, text]) => [name, String(text)])),
  };
}

/** Writes the record, mode 0600. */
export function writeRecord(path: string, record: SandboxRecord): void {
  writeFileAtomic(path, JSON.stringify(record, undefined, 2));
}

/** Removes the record of a process that ended; another process's record stays. */
export function removeRecord(path: string, pid: number): void {
  if (readRecord(path)?.pid === pid) rmSync(path, { force: true });
}

function tlsOf(value: JsonObject | undefined): TlsInit | undefined {
  const port = value === undefined ? undefined : numberField(value, "port");
  if (value === undefined || port === undefined) return undefined;
  return { port, certFile: stringField(value, "certFile"), keyFile: stringField(value, "keyFile") };
}
