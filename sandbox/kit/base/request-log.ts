import { appendFileSync, readFileSync, statSync } from "node:fs";
import { maskSecrets } from "./mask-secrets.js";
import { writeFileAtomic } from "./write-file-atomic.js";

/** One request as the log keeps it. Bodies are masked; headers are never kept. */
export interface LogEntry {
  /** RFC 3339. */
  readonly time: string;
  readonly vendor: string;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** Name of the caller, where the vendor's authentication let one in and gives names. */
  readonly caller?: string;
  /** Absent when the connection was dropped. */
  readonly status?: number;
  readonly durationMs: number;
  /** Id of the fault that struck. */
  readonly fault?: string;
  readonly request?: unknown;
  readonly answer?: unknown;
}

const limitBytes = 4 * 1024 * 1024;
const bodyLimit = 4096;

/** Appends an entry. Above 4 MiB the older half of the file is dropped. */
export function appendLog(path: string, entry: LogEntry): void {
  const line = JSON.stringify({ ...entry, request: shorten(entry.request), answer: shorten(entry.answer) });
  appendFileSync(path, `${line}\n`, { mode: 0o600 });
  if (statSync(path).size <= limitBytes) return;
  const lines = readFileSync(path, "utf8").split("\n");
  writeFileAtomic(path, lines.slice(Math.floor(lines.length / 2)).join("\n"));
}

function shorten(body: unknown): unknown {
  if (body === undefined) return undefined;
  const masked = maskSecrets(body);
  const text = JSON.stringify(masked);
  return text.length > bodyLimit ? `${text.slice(0, bodyLimit)}...` : masked;
}

/** The entries of a log, oldest first; empty when there is no file. A half-written last line is left out. */
export function readLogFile(path: string): readonly LogEntry[] {
  return parseLog(readText(path));
}

/** The entries of a log's text, oldest first. */
export function parseLog(text: string): readonly LogEntry[] {
  return text
    .slice(0, text.lastIndexOf("\n") + 1)
    .split("\n")
    .filter((line) => line !== "")
    .map((line): LogEntry => JSON.parse(line));
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}
