import { closeSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { type JsonObject, objectOf, parseJson } from "../../http/json.js";

/** What planton takes from the engine's event log. */
export interface EngineEvents {
  /** Error diagnostics, without colour tags, in order. */
  readonly errors: readonly string[];
  /** URNs whose operation failed. */
  readonly failedUrns: readonly string[];
  /** URNs whose deletion failed. */
  readonly failedDeletes: readonly string[];
  /** Creations that were begun, by URN, in the last of the log's runs. */
  readonly creates: ReadonlyMap<string, CreateEvents>;
  /** True when the engine has written its summary: nothing is missing. */
  readonly isComplete: boolean;
}

/** What became of a creation. */
export interface CreateEvents {
  /** True when the engine has the resource. */
  readonly succeeded: boolean;
  /** Its error diagnostics. */
  readonly errors: readonly string[];
}

/** Reads an event log (one JSON object a line); lines that are cut off or of unknown kinds are passed over. */
export function readEngineEvents(path: string): EngineEvents {
  const errors: string[] = [];
  const failedUrns: string[] = [];
  const creates = new Map<string, CreateEvents>();
  let isComplete = false;
  const failedDeletes: string[] = [];
  for (const line of readLines(path)) {
    const event = parseEvent(line);
    const diagnostic = event["diagnosticEvent"];
    if (diagnostic?.["severity"] === "error" && typeof diagnostic["message"] === "string") {
      const error = withoutColour(diagnostic["message"]).trim();
      errors.push(error);
      const create = creates.get(String(diagnostic["urn"]));
      if (create !== undefined)
        creates.set(String(diagnostic["urn"]), { ...create, errors: [...create.errors, error] });
    }
    noteCreate(event, creates);
    const summary = event["summaryEvent"];
    // A log that begins with the preview reports planned creations first.
    if (summary?.["isPreview"] === true) creates.clear();
    if (summary !== undefined) isComplete = summary["isPreview"] !== true;
    const { urn, op } = objectOf(event["resOpFailedEvent"]?.["metadata"]);
    if (typeof urn === "string") failedUrns.push(urn);
    if (typeof urn === "string" && deleteOperations.has(op)) failedDeletes.push(urn);
  }
  return { errors, failedUrns, failedDeletes, creates, isComplete };
}

const deleteOperations: ReadonlySet<unknown> = new Set(["delete", "delete-replaced"]);
const createOperations: ReadonlySet<unknown> = new Set(["create", "create-replacement"]);

/** A deletion that the engine has begun. */
export interface OngoingDeletion {
  readonly urn: string;
  /** Pulumi type token. */
  readonly type: string;
  /** Vendor's id. */
  readonly id: string;
}

/**
 * Follows an event log: each call of the function given back reads what was added since, and gives the deletions that were
 * begun and have not ended; one that a preview plans is none.
 */
export function followDeletions(path: string): () => readonly OngoingDeletion[] {
  const ongoing = new Map<string, OngoingDeletion>();
  const addedLines = followLines(path);
  return () => {
    for (const line of addedLines()) noteDeletion(parseEvent(line), ongoing);
    return [...ongoing.values()];
  };
}

/** What an event log has been given since it was read last. */
interface EngineProgress {
  /** URN that the engine has begun to work on last; undefined when it has begun nothing more. */
  readonly step: string | undefined;
  /** Warnings of plugins and of the engine, without colour tags. */
  readonly warnings: readonly string[];
}

/** Follows an event log: each call of the function given back gives what has come since. */
export function followProgress(path: string): () => EngineProgress {
  const addedLines = followLines(path);
  return () => {
    let step: string | undefined;
    const warnings: string[] = [];
    for (const line of addedLines()) {
      const event = parseEvent(line);
      const { op, urn, type } = objectOf(event["resourcePreEvent"]?.["metadata"]);
      if (op !== "same" && typeof urn === "string" && !String(type).startsWith("pulumi:")) step = urn;
      const { severity, message, ephemeral } = event["diagnosticEvent"] ?? {};
      if (severity === "warning" && typeof message === "string" && ephemeral !== true) {
        warnings.push(withoutColour(message).trim());
      }
    }
    return { step, warnings };
  };
}

/**
 * True when every resource that an operation has begun to delete is superfluous or has its successor: the engine then has
 * done all that the program asks for, and only deletes what is left.
 */
export function areSuccessorsMade(path: string): boolean {
  const made = new Set<unknown>();
  for (const event of parseEvents(path)) {
    const begun = objectOf(event["resourcePreEvent"]?.["metadata"]);
    if (begun["op"] === "delete-replaced" && !made.has(begun["urn"])) return false;
    const ended = objectOf(event["resOutputsEvent"]?.["metadata"]);
    if (ended["urn"] !== undefined && !deleteOperations.has(ended["op"])) made.add(ended["urn"]);
  }
  return true;
}

function noteDeletion(event: Record<string, JsonObject>, ongoing: Map<string, OngoingDeletion>): void {
  const begun =
    event["resourcePreEvent"]?.["planning"] === true ? {} : objectOf(event["resourcePreEvent"]?.["metadata"]);
  const { id } = objectOf(begun["old"]);
  if (deleteOperations.has(begun["op"]) && typeof id === "string") {
    const [urn, type] = [String(begun["urn"]), String(begun["type"])];
    ongoing.set(`${urn} ${id}`, { urn, type, id });
  }
  for (const end of ["resOutputsEvent", "resOpFailedEvent"]) {
    const ended = objectOf(event[end]?.["metadata"]);
    if (deleteOperations.has(ended["op"]))
      ongoing.delete(`${String(ended["urn"])} ${String(objectOf(ended["old"])["id"])}`);
  }
}

/** Each call of the function given back gives the whole lines that were added to a file since. */
function followLines(path: string): () => readonly string[] {
  let offset = 0;
  return () => {
    const added = readFrom(path, offset);
    const end = added.lastIndexOf("\n") + 1;
    offset += end;
    return added.toString("utf8", 0, end).split("\n");
  };
}

function readFrom(path: string, offset: number): Buffer {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, "r");
    const bytes = Buffer.alloc(Math.max(0, fstatSync(descriptor).size - offset));
    return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, offset));
  } catch {
    // pulumi has not opened the log yet.
    return Buffer.alloc(0);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function noteCreate(event: Record<string, Record<string, unknown>>, creates: Map<string, CreateEvents>): void {
  const begun = objectOf(event["resourcePreEvent"]?.["metadata"]);
  const made = objectOf(event["resOutputsEvent"]?.["metadata"]);
  if (createOperations.has(begun["op"])) creates.set(String(begun["urn"]), { succeeded: false, errors: [] });
  const create = createOperations.has(made["op"]) ? creates.get(String(made["urn"])) : undefined;
  if (create !== undefined) creates.set(String(made["urn"]), { ...create, succeeded: true });
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, "utf8").split("\n");
  } catch {
    // pulumi ended before it opened the log; there is nothing to explain from it.
    return [];
  }
}

/** The events of a log, in order; lines that are cut off are empty ones. */
export function parseEvents(path: string): readonly Record<string, JsonObject>[] {
  return readLines(path).map(parseEvent);
}

function parseEvent(line: string): Record<string, JsonObject> {
  // The last line of a killed run may be cut off.
  const event = objectOf(parseJson(line));
  return Object.fromEntries(Object.entries(event).map(([key, body]) => [key, objectOf(body)]));
}

/** Pulumi's texts carry colours as `<{%fg 1%}>`. */
function withoutColour(text: string): string {
  return text.replace(/<\{%[^%]*%\}>/g, "");
}
