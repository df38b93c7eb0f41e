import { booleanField, isJsonObject, numberField, objectField, stringField } from "../kit/base/json-fields.js";
import { collection } from "../kit/vendor/collection.js";
import { accountItems, type CloudflareRoute, newId, type Request, timeText } from "./cloudflare-request.js";
import { cloudflareForm, refusal, success } from "./envelope.js";

interface Queue {
  readonly queue_id: string;
  readonly queue_name: string;
  readonly created_on: string;
  readonly modified_on: string;
  readonly settings: {
    readonly delivery_delay: number;
    readonly delivery_paused: boolean;
    readonly message_retention_period: number;
  };
}

/** Seconds, as Cloudflare's documents have them (queues/configuration, queues/platform/limits, read 2026-11). */
const limits = { delay: [0, 86_400], retention: [60, 1_209_600], defaultRetention: 345_600 } as const;

const queues = collection<Request, Queue>({
  path: "/client/v4/accounts/:account/queues/:queue",
  keys: ["queue", "queues"],
  form: cloudflareForm,
  items: (request) => accountItems(request, "queues"),
  id: (queue) => queue.queue_id,
  view: (queue) => ({ ...queue, producers: [], producers_total_count: 0, consumers: [], consumers_total_count: 0 }),
  filters: { name: (queue, name) => queue.queue_name === name },
  build(body, request, old) {
    const name = stringField(body, "queue_name") || old?.queue_name || "";
    if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) throw refusal(400, 11003, `Invalid queue name: ${name}`);
    const given = objectField(body, "settings") ?? {};
    const settings = {
      delivery_delay: numberField(given, "delivery_delay") ?? old?.settings.delivery_delay ?? 0,
      delivery_paused: booleanField(given, "delivery_paused") ?? old?.settings.delivery_paused ?? false,
      message_retention_period:
        numberField(given, "message_retention_period") ??
        old?.settings.message_retention_period ??
        limits.defaultRetention,
    };
    const isWithin = (value: number, [least, most]: readonly [number, number]) => value >= least && value <= most;
    if (!isWithin(settings.delivery_delay, limits.delay)) throw refusal(400, 11012, "Invalid delivery delay");
    if (!isWithin(settings.message_retention_period, limits.retention))
      throw refusal(400, 11012, "Invalid message retention period");
    const now = timeText(request.nowMs);
    const id = old?.queue_id ?? newId(request);
    return { queue_id: id, queue_name: name, created_on: old?.created_on ?? now, modified_on: now, settings };
  },
  unique: {
    key: (queue) => queue.queue_name,
    taken: (name) =>
      refusal(409, 11009, `Queue name '${name}' is already taken. Please use a different name and try again.`),
  },
  notFound: () => refusal(404, 11000, "Queue not found"),
  changes: { PUT: "replace", PATCH: "replace" },
  inUse: {
    by: (queue, request) =>
      accountItems(request, "queue_bindings").some((one) => isJsonObject(one) && one["queue_id"] === queue.queue_id),
    refusal: () => refusal(400, 11005, "Queue is still bound by a Worker"),
  },
  respond: { delete: () => success(null) },
});

/** `/queues`: create, list, get, change, delete (cloudflare-typescript v7.1.0, src/resources/queues, read 2026-11). */
export const queueRoutes: readonly CloudflareRoute[] = queues.routes;
