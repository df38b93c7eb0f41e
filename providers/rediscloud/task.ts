import { asNonEmptyString, asNumber, asObject, type JsonObject, objectOf } from "../../http/json.js";
import type { ManagedRequest, TaskProgress } from "../kit/managed/managed-declaration.js";

/** How Redis Cloud carries out requests: their responses name a task, whose end names what it made. */
export const redisCloudTask = {
  read({ taskId }: JsonObject): ManagedRequest | undefined {
    const id = asNonEmptyString(taskId);
    return id === undefined ? undefined : { method: "GET", path: `/tasks/${encodeURIComponent(id)}` };
  },
  /** From rediscloud-go-api, internal/service.go (read 2026-11). */
  progress({ status, response }: JsonObject, began: JsonObject): TaskProgress {
    const end = objectOf(response);
    if (status === "processing-completed") return { done: { ...began, ...end } };
    if (status !== "processing-error") return "running";
    const error = objectOf(end["error"]);
    const type = asNonEmptyString(error["type"]) ?? "error";
    return { failed: `${type}: ${asNonEmptyString(error["description"]) ?? "without a description"}` };
  },
} as const;

/** The id that a number of the API or the end of a task has; undefined when there is none. */
export function idIn(value: unknown): string | undefined {
  const number = asNumber(value);
  return number === undefined ? undefined : String(number);
}

/** The plan's facts that say what its databases may be (GET /fixed/plans/ID). */
export interface PlanFacts {
  readonly name: string;
  readonly allows: (feature: "supportDataPersistence" | "supportReplication") => boolean;
  /** Undefined: the plan does not say. */
  readonly cidrAllowRules: number | undefined;
}

/** Reads the facts of a plan; what it does not say it allows. */
export function planFacts(body: JsonObject): PlanFacts {
  const plan = asObject(body["plan"]) ?? body;
  return {
    name: asNonEmptyString(plan["name"]) ?? "",
    allows: (feature) => plan[feature] !== false,
    cidrAllowRules: asNumber(plan["cidrAllowRules"]),
  };
}
