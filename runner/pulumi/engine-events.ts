import { readFileSync } from "node:fs";

/** What planton takes from the engine's event log. */
export interface EngineEvents {
  /** Error diagnostics, without colour tags, in order. */
  readonly errors: readonly string[];
  /** URNs whose operation failed. */
  readonly failedUrns: readonly string[];
}

/** Reads an event log (one JSON object a line); lines that are cut off or of unknown kinds are passed over. */
export function readEngineEvents(path: string): EngineEvents {
  const errors: string[] = [];
  const failedUrns: string[] = [];
  for (const line of readLines(path)) {
    const event = parseEvent(line);
    const diagnostic = event["diagnosticEvent"];
    if (diagnostic?.["severity"] === "error" && typeof diagnostic["message"] === "string") {
      errors.push(withoutColour(diagnostic["message"]).trim());
    }
    const urn = asRecord(event["resOpFailedEvent"]?.["metadata"])["urn"];
    if (typeof urn === "string") failedUrns.push(urn);
  }
  return { errors, failedUrns };
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, "utf8").split("\n");
  } catch {
    // pulumi ended before it opened the log; there is nothing to explain from it.
    return [];
  }
}

function parseEvent(line: string): Record<string, Record<string, unknown>> {
  try {
    const value = asRecord(JSON.parse(line));
    return Object.fromEntries(Object.entries(value).map(([key, body]) => [key, asRecord(body)]));
  } catch {
    // The last line of a killed run may be cut off.
    return {};
  }
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/** Pulumi's texts carry colours as `<{%fg 1%}>`. */
function withoutColour(text: string): string {
  return text.replace(/<\{%[^%]*%\}>/g, "");
}
