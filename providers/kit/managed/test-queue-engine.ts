import { PlantonError } from "../../../contract/planton-error.js";
import { bearer } from "../../../http/authentication.js";
import { createHttpClient, type HttpClient } from "../../../http/http-client.js";
import { asNonEmptyString, asNumber, asObject, asObjects, asString } from "../../../http/json.js";
import type { Provider, ProviderContext } from "../resource/provider.js";
import { requestOf } from "../resource/work-limits.js";
import { integer, string } from "../schema/property-types.js";
import type { PropertyMap } from "../schema/property-value.js";
import { openTestEngine, type TestEngine as TestEngineOf } from "../testing/test-engine.js";
import { openTestVendor, type TestVendor } from "../testing/test-vendor.js";
import { managedParts } from "./managed-api.js";
import type { ForeignPolicy, ManagedApi } from "./managed-declaration.js";
import { defineManagedResource, parseId } from "./managed-resource.js";
import { queueVendor } from "./test-queue-vendor.js";

/** The made-up vendor, a plugin for it in this process, and an engine with one queue. */
export type QueueEngine = TestEngineOf<TestVendor>;

/** The queue under test. */
export const queueTarget = { type: "queues:index/queue:Queue" };

/** The least that a queue needs. */
export const basicQueue = { name: "jobs", color: "red", size: 1, password: "marker-1", owner: "stack-1" };

interface QueueKey {
  readonly id: string;
}

const pathOf = ({ id }: QueueKey): string => `/q/queues/${id}`;

const queueResource = defineManagedResource<ManagedApi, QueueKey>()({
  type: queueTarget.type,
  description: "A queue.",
  noun: "queue",
  inputs: {
    name: { type: string, required: true },
    color: { type: string, replace: true },
    size: { type: integer, required: true },
    password: { type: string, secret: true, writeOnly: true },
    policy: { type: string, managed: () => false },
    owner: { type: string, managed: () => false },
  },
  outputs: {
    queueId: { type: string, required: true },
    state: { type: string, required: true },
    token: { type: string, secret: true },
  },
  local: ["policy", "owner"],
  stableOutputs: ["queueId", "token"],
  unfinished: ({ state }) => (state === "active" ? [] : ["state"]),
  id: {
    text: ({ id }) => id,
    parse: (id) => parseId<"id">(id, { pattern: /^(?<id>[0-9a-f-]{36})$/, noun: "queue", example: "<uuid>" }),
  },
  find: {
    by: "list",
    async list(_inputs, { api, limits }) {
      const response = await api.send({ method: "GET", path: "/q/queues", ...requestOf(limits) });
      return asObjects(api.bodyOf(response)["queues"]).filter(({ state }) => state !== "deleting");
    },
    keyIn: (object) => {
      const id = asNonEmptyString(object["id"]) ?? asNonEmptyString(object["queue"]);
      return id === undefined ? undefined : { id };
    },
    nameOf: ({ name }) => name,
    nameIn: ({ name }) => asString(name),
    mark: { of: ({ owner }) => owner, in: ({ mark }) => asNonEmptyString(mark) },
  },
  read: (key) => ({ method: "GET", path: pathOf(key) }),
  isReady: ({ state }) => state === "active",
  isLeaving: ({ state }) => state === "deleting",
  task: {
    read: ({ task }) => (typeof task === "string" ? { method: "GET", path: `/q/tasks/${task}` } : undefined),
    progress(task, response) {
      if (task["status"] === "failed") return { failed: "the vendor gave up" };
      return task["status"] === "done" ? { done: { ...response, ...task } } : "running";
    },
  },
  toState: ({ name, color, size, state }, { key, known }) => ({
    queueId: key.id,
    name: asString(name) ?? known.name,
    color: asString(color) ?? known.color,
    size: asNumber(size) ?? known.size,
    state: asString(state),
    password: known.password,
    token: known.token,
  }),
  create: ({ name, color, size, owner }) => ({
    method: "POST",
    path: "/q/queues",
    body: { name, color, size, mark: owner },
  }),
  afterCreate: ({ token }) => ({ token: asString(token), password: undefined }),
  changes({ key, inputs, actual }) {
    const { size, password } = inputs;
    const request = { method: "PATCH", path: pathOf(key) } as const;
    return [
      ...(size === actual.size ? [] : [{ ...request, body: { size }, sets: ["size"] }]),
      ...(password === undefined || password === actual.password
        ? []
        : [{ ...request, body: { password }, sets: ["password"] }]),
    ];
  },
  remove: (key) => ({ method: "DELETE", path: pathOf(key) }),
  removal: "awaited",
  // Checked by the tests that give it.
  foreign: ({ policy = "refuse" }) => policy as ForeignPolicy,
});

function createApi(client: HttpClient, parts: ReturnType<typeof managedParts>): ManagedApi {
  const errorOf: ManagedApi["errorOf"] = ({ method, url, status, body }) => {
    const message = `${method} ${url}: ${status} ${String(asObject(body)?.["message"])}`;
    return new PlantonError({ code: status === 401 ? "E_CREDENTIALS_REFUSED" : "E_VENDOR", message });
  };
  return {
    ...{ ...parts, send: client.send, errorOf },
    bodyOf(response) {
      const body = asObject(response.body);
      if (response.status < 300 && body !== undefined) return body;
      throw errorOf(response);
    },
  };
}

function configure(_config: PropertyMap, context: ProviderContext): ManagedApi {
  const { env, fetch, clock } = context;
  const baseUrl = env["QUEUES_URL"] ?? "";
  const client = createHttpClient({
    ...{ baseUrl, fetch, clock, authentication: bearer("test"), userAgent: "test", timeoutMs: 60_000 },
    retry: { retryMax: 4, retryWaitMinMs: 500, retryWaitMaxMs: 15_000 },
  });
  return createApi(client, managedParts(context, { vendor: "queues", account: baseUrl }));
}

function createProvider(): Provider<ManagedApi> {
  const facts = { name: "queues", version: "0.1.0", description: "Queues.", config: {}, checkConfig: () => [] };
  return { ...facts, configure, resources: [queueResource], functions: [] };
}

/** The queues that are there and not being deleted, as the vendor shows them. */
export async function listQueues({ fake }: Pick<QueueEngine, "fake">) {
  const { body } = await fake.call({ method: "GET", path: "/q/queues", token: "test" });
  return asObjects(body["queues"]).filter(({ state }) => state !== "deleting");
}

/** Creates a queue as somebody else does, and gives its id. */
export async function addQueue({ fake }: Pick<QueueEngine, "fake">, facts: PropertyMap): Promise<string> {
  const { body } = await fake.call({ method: "POST", path: "/q/queues", body: facts, token: "test" });
  fake.clock.passMs(1000);
  return String(body["token"]).replace("once-", "");
}

/** Starts all three. */
export async function startQueueEngine(): Promise<QueueEngine> {
  const fake = await openTestVendor(queueVendor);
  const { env, clock, fetch } = fake;
  return openTestEngine({ fake, createProvider, env, clock, fetch, config: {}, target: queueTarget });
}
