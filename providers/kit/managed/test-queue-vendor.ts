import { isJsonObject, numberField, objectField, stringField } from "../../../sandbox/kit/base/json-fields.js";
import { serverClusterRanges } from "../../../sandbox/kit/base/pace.js";
import { Refusal } from "../../../sandbox/kit/base/refusal.js";
import { defineAdjustableVendor } from "../../../sandbox/kit/vendor/open-vendor.js";
import type { Route, SandboxVendor } from "../../../sandbox/kit/vendor/sandbox-vendor.js";
import { booleanSetting, choiceSetting, type SettingValues } from "../../../sandbox/kit/vendor/setting-table.js";

/** A queue as the stand-in keeps it. */
interface Queue {
  readonly id: string;
  readonly name: string;
  readonly color: string;
  readonly mark: string;
  size: number;
  password: string;
  /** Milliseconds since 1970; null: never. */
  readyAtMs: number | null;
  goneAtMs?: number | null;
}

interface Task {
  readonly queue: string;
  readonly doneAtMs: number | null;
  readonly failed: boolean;
}

interface QueueState {
  readonly version: 1;
  readonly queues: Record<string, Queue>;
  readonly tasks: Record<string, Task>;
}

const settingTable = {
  tasks: choiceSetting(["succeed", "fail"], "how the next tasks end"),
  keepsMarks: booleanSetting(true, "a queue keeps the mark of its creation"),
};

type QueueRoute = Route<QueueState, string, SettingValues<typeof settingTable>>;

function isDone(atMs: number | null | undefined, nowMs: number): boolean {
  return typeof atMs === "number" && atMs <= nowMs;
}

function shown({ id, name, color, mark, size, readyAtMs, goneAtMs }: Queue, nowMs: number) {
  const state = goneAtMs !== undefined ? "deleting" : isDone(readyAtMs, nowMs) ? "active" : "pending";
  return { id, name, color, mark, size, state };
}

const routes: readonly QueueRoute[] = [
  {
    method: "POST",
    path: "/q/queues",
    handle({ state, body, settings, uuid, doneAtMs }) {
      const [id, task] = [uuid(), uuid()];
      const failed = settings.tasks === "fail";
      const doneAt = doneAtMs("create");
      const mark = settings.keepsMarks ? stringField(body, "mark") : "";
      const facts = {
        name: stringField(body, "name"),
        color: stringField(body, "color"),
        size: numberField(body, "size") ?? 1,
      };
      if (!failed) state.queues[id] = { id, ...facts, mark, password: "", readyAtMs: doneAt };
      state.tasks[task] = { queue: id, doneAtMs: doneAt, failed };
      return { status: 202, body: { task, token: `once-${id}` } };
    },
  },
  {
    method: "GET",
    path: "/q/tasks/:id",
    handle({ state, params, nowMs }) {
      const task = state.tasks[params["id"] ?? ""];
      if (task === undefined) throw new Refusal(404, "no such task");
      const status = !isDone(task.doneAtMs, nowMs) ? "running" : task.failed ? "failed" : "done";
      return { status: 200, body: { status, queue: task.queue } };
    },
  },
  {
    method: "GET",
    path: "/q/queues",
    handle: ({ state, nowMs }) => ({
      status: 200,
      body: { queues: present(state, nowMs).map((queue) => shown(queue, nowMs)) },
    }),
  },
  {
    method: "GET",
    path: "/q/queues/:id",
    handle: ({ state, params, nowMs }) => ({ status: 200, body: shown(queueOf(state, params, nowMs), nowMs) }),
  },
  {
    method: "PATCH",
    path: "/q/queues/:id",
    handle({ state, params, body, nowMs, doneAtMs, settings, uuid }) {
      const queue = queueOf(state, params, nowMs);
      const task = uuid();
      const failed = settings.tasks === "fail";
      const doneAt = doneAtMs("change");
      state.tasks[task] = { queue: queue.id, doneAtMs: doneAt, failed };
      if (failed) return { status: 202, body: { task } };
      queue.size = numberField(body, "size") ?? queue.size;
      queue.password = stringField(body, "password") || queue.password;
      queue.readyAtMs = doneAt;
      return { status: 202, body: { task } };
    },
  },
  {
    method: "DELETE",
    path: "/q/queues/:id",
    handle({ state, params, nowMs, doneAtMs }) {
      const queue = queueOf(state, params, nowMs);
      if (queue.goneAtMs !== undefined) throw new Refusal(409, "it is being deleted");
      queue.goneAtMs = doneAtMs("leave");
      return { status: 204 };
    },
  },
];

function present({ queues }: QueueState, nowMs: number): readonly Queue[] {
  return Object.values(queues).filter(({ goneAtMs }) => !isDone(goneAtMs, nowMs));
}

function queueOf(state: QueueState, params: Readonly<Record<string, string>>, nowMs: number): Queue {
  const queue = present(state, nowMs).find(({ id }) => id === params["id"]);
  if (queue === undefined) throw new Refusal(404, "no such queue");
  return queue;
}

/** A vendor made up for tests: queues that tasks create and change, listed by name and mark, with a secret shown once. */
export const queueVendor: SandboxVendor = defineAdjustableVendor({
  name: "queues",
  pathPrefixes: ["/q"],
  settings: settingTable,
  openMemory: () => undefined,
  routes,
  actions: [
    {
      name: "password",
      meaning: "checks the password of a queue",
      fields: { name: "name of the queue", password: "the password" },
      handle({ state, nowMs }, fields) {
        const queue = present(state, nowMs).find(({ name }) => name === fields["name"]);
        if (queue?.password !== fields["password"]) throw new Refusal(422, `the password is "${queue?.password}"`);
        return {};
      },
    },
  ],
  initialState: (): QueueState => ({ version: 1, queues: {}, tasks: {} }),
  acceptsState: (value): value is QueueState => isJsonObject(value) && objectField(value, "queues") !== undefined,
  authenticate: ({ authorization }) => {
    if (authorization === "Bearer test") return "test";
    throw new Refusal(401, "who are you");
  },
  callerHeaders: () => ({}),
  callerName: (caller) => caller,
  errorBody: (status, message) => ({ message: message ?? String(status) }),
  errorBodyAt: () => undefined,
  headers: () => ({}),
  realRanges: serverClusterRanges,
  countObjects: ({ queues }) => ({ queues: Object.keys(queues).length }),
  environment: (baseUrl) => ({ QUEUES_URL: baseUrl }),
});
