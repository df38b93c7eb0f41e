import { isDeepStrictEqual } from "node:util";
import { type JsonObject, objectOf } from "../../http/json.js";
import { parseEvents } from "./engine-events.js";

/** What the engine does to a resource. */
export type ResourceAction = "create" | "update" | "replace" | "delete" | "same" | "read" | "refresh";

/** A resource that an operation changes or would change. */
export interface ResourceChange {
  readonly urn: string;
  /** Pulumi type token. */
  readonly type: string;
  readonly action: Exclude<ResourceAction, "same" | "read">;
  /** True for one that Pulumi may not delete or replace without a word of the user. */
  readonly isProtected: boolean;
}

/** What an operation did or would do to a stack. */
export interface StackChanges {
  /** Resources that are not the same afterwards, each once, in the engine's order. */
  readonly changes: readonly ResourceChange[];
  /** How many resources stay as they are. */
  readonly sameCount: number;
  /**
   * The stack's outputs afterwards; of secrets and of what is unknown only that they are so. Undefined when the log has
   * none.
   */
  readonly outputs: JsonObject | undefined;
  /** URNs whose replaced or superfluous old resource could not be deleted, when nothing else failed. */
  readonly failedDeletes: readonly string[];
  /** URNs of every failed operation. */
  readonly failed: readonly string[];
}

const actions: Readonly<Record<string, ResourceAction>> = {
  create: "create",
  "create-replacement": "replace",
  replace: "replace",
  update: "update",
  delete: "delete",
  "delete-replaced": "replace",
  "discard-replaced": "replace",
  "import-replacement": "replace",
  import: "create",
  same: "same",
  read: "read",
  "read-replacement": "read",
  "read-discard": "read",
  refresh: "refresh",
  "remove-pending-replace": "replace",
};

/** Reads what an operation did from the engine's event log; of a log with a preview first what came after it. */
export function readChanges(path: string): StackChanges {
  const changes = new Map<string, ResourceChange>();
  const same = new Set<string>();
  const refreshed = new Set<string>();
  const failed: { urn: string; isDelete: boolean }[] = [];
  let outputs: JsonObject | undefined;
  let wasPreview = false;
  for (const event of parseEvents(path)) {
    const metadata = objectOf(event["resourcePreEvent"]?.["metadata"]);
    const isPlanned = event["resourcePreEvent"]?.["planning"] === true;
    if (wasPreview && metadata["op"] !== undefined && !isPlanned) {
      changes.clear();
      same.clear();
      wasPreview = false;
    }
    if (isPlanned) wasPreview = true;
    // A refresh says with its end what it has found: nothing, another state, or that the resource is gone.
    if (metadata["op"] === "refresh") refreshed.add(String(metadata["urn"]));
    else if (typeof metadata["op"] === "string") note(metadata, changes, same);
    const ended = objectOf(event["resOutputsEvent"]?.["metadata"]);
    if (refreshed.delete(String(ended["urn"]))) note(foundBy(ended), changes, same);
    if (ended["type"] === "pulumi:pulumi:Stack") outputs = objectOf(objectOf(ended["new"])["outputs"]);
    const fault = objectOf(event["resOpFailedEvent"]?.["metadata"]);
    if (typeof fault["urn"] === "string") {
      failed.push({ urn: fault["urn"], isDelete: /^delete/.test(String(fault["op"])) });
    }
  }
  const isCleanUp = failed.length > 0 && failed.every(({ isDelete }) => isDelete);
  return {
    changes: [...changes.values()],
    sameCount: [...same].filter((urn) => !changes.has(urn)).length,
    outputs,
    failedDeletes: isCleanUp ? failed.map(({ urn }) => urn) : [],
    failed: failed.map(({ urn }) => urn),
  };
}

/** What a refresh has found of a resource, as a step of its own. */
function foundBy(ended: JsonObject): JsonObject {
  const op = ended["op"];
  if (op === "update") return { ...ended, op: "refresh" };
  // `up --refresh` and its preview say "refresh" whatever was found; `pulumi refresh` names it.
  if (op !== "refresh") return ended;
  const [before, after] = [objectOf(ended["old"]), objectOf(ended["new"])];
  if (after["urn"] === undefined) return { ...ended, op: "delete" };
  // Secrets are masked in both; a difference in one is only in the detailed diff.
  const isSame =
    Object.keys(objectOf(ended["detailedDiff"])).length === 0 &&
    ["id", "inputs", "outputs"].every((part) => isDeepStrictEqual(before[part], after[part]));
  return isSame ? { ...ended, op: "same" } : ended;
}

function note(metadata: JsonObject, changes: Map<string, ResourceChange>, same: Set<string>): void {
  const [urn, type] = [String(metadata["urn"]), String(metadata["type"])];
  if (type.startsWith("pulumi:")) return;
  const action = actions[String(metadata["op"])];
  if (action === "same") same.add(urn);
  if (action === undefined || action === "same" || action === "read") return;
  const before = changes.get(urn);
  const isProtected = objectOf(metadata["old"])["protect"] === true;
  // A replacement has several steps.
  const whole = before?.action === "replace" || action === "replace" ? "replace" : action;
  changes.set(urn, { urn, type, action: whole, isProtected: isProtected || before?.isProtected === true });
}
