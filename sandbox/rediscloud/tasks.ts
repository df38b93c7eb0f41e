import { collectedItems, type PlainRequest, type PlainRoute } from "../kit/vendor/plain-collection.js";
import type { VendorResponse } from "../kit/vendor/sandbox-vendor.js";

/** A request that is carried out. */
interface Task {
  readonly taskId: string;
  readonly commandType: string;
  readonly timestamp: string;
  /** Milliseconds since 1970; null: never. */
  readonly doneAtMs: number | null;
  readonly resourceId: number;
  readonly error?: TaskError;
  /** It was asked for, which the first time does not show it. */
  wasAsked: boolean;
}

/** Why a task failed. */
export interface TaskError {
  readonly type: string;
  readonly status: string;
  readonly description: string;
}

/** Begins a task about a resource that is done at some time, or fails. */
export function beginTask(
  request: PlainRequest,
  task: {
    readonly commandType: string;
    readonly doneAtMs: number | null;
    readonly resourceId: number;
    readonly error?: TaskError;
  },
): VendorResponse {
  const taskId = request.uuid();
  const timestamp = new Date(request.nowMs).toISOString();
  collectedItems<Task>(request, "tasks").push({ taskId, timestamp, wasAsked: false, ...task });
  const description = "Task request received and is being queued for processing.";
  return { status: 202, body: { taskId, commandType: task.commandType, status: "received", description, timestamp } };
}

/** A number that nothing else of the account has. */
export function newNumber(request: PlainRequest): number {
  const numbers = collectedItems<number>(request, "numbers");
  const number = 100_001 + numbers.length;
  numbers.push(number);
  return number;
}

/** `/tasks/ID`; a new one is not shown at once (rediscloud-go-api, internal/service.go, read 2026-11). */
export const taskRoutes: readonly PlainRoute[] = [
  {
    method: "GET",
    path: "/rediscloud/v1/tasks/:task",
    handle(request) {
      const task = collectedItems<Task>(request, "tasks").find(({ taskId }) => taskId === request.params["task"]);
      const isShown = task?.wasAsked === true;
      if (task !== undefined) task.wasAsked = true;
      if (task === undefined || !isShown) return { status: 404, body: { status: 404, error: "Not Found" } };
      const { taskId, commandType, timestamp, doneAtMs, resourceId, error } = task;
      const isDone = doneAtMs !== null && doneAtMs <= request.nowMs;
      const status = !isDone
        ? "processing-in-progress"
        : error === undefined
          ? "processing-completed"
          : "processing-error";
      const response = !isDone ? {} : { response: error === undefined ? { resourceId } : { error } };
      return { status: 200, body: { taskId, commandType, status, timestamp, ...response } };
    },
  },
];
