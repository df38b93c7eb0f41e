import type { LogEntry } from "../../../../sandbox/kit/base/request-log.js";
import type { SandboxStatus, StartResult } from "../../../../sandbox/kit/client/sandbox-client.js";
import type { Fault } from "../../../../sandbox/kit/faults/fault.js";

/** The sandbox's status for people, a line each. */
export function statusText(status: SandboxStatus): readonly string[] {
  if (!status.running) return ["the sandbox is not running"];
  const { record, pace, faults, objects } = status;
  const creation = pace.creationMs === undefined ? "" : `, creations take ${pace.creationMs} ms`;
  const vendors = Object.entries(objects).map(([vendor, counts]) => {
    const list = Object.entries(counts).map(
      ([type, count]) => `${count} ${count === 1 ? type.replace(/(ch|sh|x)es$|s$/, "$1") : type}`,
    );
    return `${vendor}: ${list.join(", ")}`;
  });
  return [
    `the sandbox is running on http://127.0.0.1:${record.port} (process ${record.pid}, since ${record.startedAt})`,
    ...(record.tls === undefined ? [] : [`with TLS: https://127.0.0.1:${record.tls.port}`]),
    `pace: ${pace.name}${creation}`,
    ...vendors,
    ...(faults === 0 ? [] : [`faults waiting: ${faults}`]),
  ];
}

/** That the sandbox listens on another port than usual, as a line for people; undefined when it does not. */
export function movedText({ takenPort, status }: StartResult): string | undefined {
  if (takenPort === undefined) return undefined;
  return `port ${takenPort} is taken by another program: the sandbox listens on ${status.record.port}`;
}

/** The sandbox's status for programs: one JSON object, without its token. */
export function statusJson(status: SandboxStatus): string {
  if (!status.running) return JSON.stringify({ running: false });
  const { record, pace, faults, objects } = status;
  const { port, pid, startedAt, version, tls } = record;
  return JSON.stringify({
    running: true,
    url: `http://127.0.0.1:${port}`,
    ...(tls === undefined ? {} : { tlsUrl: `https://127.0.0.1:${tls.port}` }),
    port,
    pid,
    startedAt,
    version,
    pace,
    faults,
    objects,
  });
}

/** One request, as a line for people or as JSON. */
export function logText(entry: LogEntry, format: "text" | "json"): string {
  if (format === "json") return JSON.stringify(entry);
  const outcome = entry.status === undefined ? "dropped" : String(entry.status);
  const fault = entry.fault === undefined ? "" : ` (fault ${entry.fault})`;
  const caller = entry.caller === undefined ? "" : ` by ${entry.caller}`;
  return `${entry.time} ${entry.vendor} ${entry.method} ${entry.path} ${outcome} ${entry.durationMs} ms${caller}${fault}`;
}

/** One fault, as a line for people. */
export function faultText(fault: Fault): string {
  const effects = [
    ...(fault.delayMs === undefined ? [] : [`delay ${fault.delayMs} ms`]),
    ...(fault.status === undefined ? [] : [`status ${fault.status}${manner(fault)}`]),
    ...(fault.reset === true ? ["reset"] : []),
    ...(fault.dropResponse === true ? ["lost response"] : []),
    ...(fault.truncateResponse === true ? ["truncated response"] : []),
    ...(fault.neverReady === true ? ["neverReady"] : []),
  ];
  const skip = fault.skip === 0 ? "" : `, after ${fault.skip} more`;
  const probe = fault.probe === true ? " without a valid key" : "";
  return `${fault.id}: ${fault.method ?? "any method"} ${fault.path ?? "any path"}${probe}: ${effects.join(", ")} (${fault.count} ${fault.count === 1 ? "time" : "times"}${skip})`;
}

function manner(fault: Fault): string {
  return `${fault.html === true ? " as HTML" : ""}${fault.applyThenFail === true ? " after the effect" : ""}`;
}

/** Rows of cells as lines, in columns; the last column is not padded. */
export function columnsText(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows.reduce<readonly number[]>(
    (known, row) => row.map((cell, column) => Math.max(known[column] ?? 0, cell.length)),
    [],
  );
  return rows.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .filter((_, column) => widths[column] !== 0)
      .join("  ")
      .trimEnd(),
  );
}

/** A line for a POSIX shell that sets a variable, whatever its value holds. */
export function shellExport(name: string, value: string): string {
  return `export ${name}='${value.replace(/'/g, "'\\''")}'`;
}
