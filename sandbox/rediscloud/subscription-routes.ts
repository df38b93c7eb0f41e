import { type JsonObject, numberField, stringField } from "../kit/base/json-fields.js";
import { Refusal } from "../kit/base/refusal.js";
import { collectedItems, type PlainRequest, type PlainRoute } from "../kit/vendor/plain-collection.js";
import { type Plan, plans } from "./plans.js";
import { beginTask, newNumber, type TaskError } from "./tasks.js";

/** A subscription as the stand-in keeps it. */
export interface Subscription {
  readonly id: number;
  name: string;
  planId: number;
  paymentMethodId: number | undefined;
  readonly creationDate: string;
  /** Milliseconds since 1970; null: never. */
  readonly readyAtMs: number | null;
  goneAtMs?: number | null;
}

const path = "/rediscloud/v1/fixed/subscriptions";

/** Whether a time has come. */
export function isPast(atMs: number | null | undefined, nowMs: number): boolean {
  return typeof atMs === "number" && atMs <= nowMs;
}

/** The subscriptions that are there. */
export function subscriptionsOf(request: PlainRequest): Subscription[] {
  return collectedItems<Subscription>(request, "subscriptions").filter(
    ({ goneAtMs }) => !isPast(goneAtMs, request.nowMs),
  );
}

/** The subscription that the path names. Throws a Refusal when there is none. */
export function subscriptionOf(request: PlainRequest): Subscription {
  const found = subscriptionsOf(request).find(({ id }) => String(id) === request.params["subscription"]);
  if (found === undefined) throw new Refusal(404, "Not Found");
  return found;
}

/** The plan of a subscription. */
export function planOf({ planId }: Pick<Subscription, "planId">): Plan {
  const plan = plans.find(({ id }) => id === planId);
  if (plan === undefined) throw new RangeError(`no plan ${planId}`);
  return plan;
}

function view(subscription: Subscription, nowMs: number): JsonObject {
  const { id, name, planId, paymentMethodId, creationDate, readyAtMs, goneAtMs } = subscription;
  const { name: planName, price } = planOf(subscription);
  const status = goneAtMs !== undefined ? "deleting" : isPast(readyAtMs, nowMs) ? "active" : "pending";
  return {
    ...{ id, name, status, planId, planName, price, creationDate },
    ...(paymentMethodId === undefined ? {} : { paymentMethodId }),
    ...{ paymentMethodType: "credit-card", provider: "AWS", region: "us-east-1", priceCurrency: "USD" },
  };
}

const error = (status: string, type: string, description: string): TaskError => ({ status, type, description });

/** What a body lacks for its plan; undefined: nothing. */
function paymentError(body: JsonObject, planId: number): TaskError | undefined {
  const plan = plans.find(({ id }) => id === planId);
  if (plan === undefined) return error("404 NOT_FOUND", "PLAN_NOT_FOUND", "Plan was not found");
  const card = numberField(body, "paymentMethodId");
  const method = stringField(body, "paymentMethod");
  if (method === "marketplace" && card !== undefined)
    return error("400 BAD_REQUEST", "PAYMENT_METHOD_NOT_ALLOWED", "Payment method ID must not be given");
  if (plan.price > 0 && method !== "marketplace" && card !== 2001)
    return error("400 BAD_REQUEST", "PAYMENT_INFO_NOT_PROVIDED", "Payment info was not provided");
  return undefined;
}

/** `/fixed/subscriptions` (RedisLabs/rediscloud-go-api 1bb0c345, service/fixed/subscriptions, read 2026-11). */
export const subscriptionRoutes: readonly PlainRoute[] = [
  {
    method: "GET",
    path,
    handle(request) {
      const offset = Number(request.query.get("offset") ?? 0);
      const page = subscriptionsOf(request).slice(offset, offset + Number(request.query.get("limit") ?? 100));
      if (page.length === 0) throw new Refusal(404, "Not Found");
      return { status: 200, body: { accountId: 1001, subscriptions: page.map((one) => view(one, request.nowMs)) } };
    },
  },
  {
    method: "GET",
    path: `${path}/:subscription`,
    handle: (request) => ({ status: 200, body: view(subscriptionOf(request), request.nowMs) }),
  },
  {
    method: "POST",
    path,
    handle(request) {
      const { body, nowMs } = request;
      const [name, planId] = [stringField(body, "name"), numberField(body, "planId")];
      if (name === "" || planId === undefined) throw new Refusal(400, "name and planId are required");
      const [resourceId, doneAtMs] = [newNumber(request), request.doneAtMs("create")];
      const failure = paymentError(body, planId);
      const facts = { commandType: "fixedSubscriptionCreateRequest", doneAtMs, resourceId };
      if (failure !== undefined) return beginTask(request, { ...facts, error: failure });
      const creationDate = new Date(nowMs).toISOString();
      const paymentMethodId = numberField(body, "paymentMethodId");
      const made = { id: resourceId, name, planId, paymentMethodId, creationDate, readyAtMs: doneAtMs };
      collectedItems<Subscription>(request, "subscriptions").push(made);
      return beginTask(request, facts);
    },
  },
  {
    method: "PUT",
    path: `${path}/:subscription`,
    handle(request) {
      const subscription = subscriptionOf(request);
      const { body } = request;
      const planId = numberField(body, "planId") ?? subscription.planId;
      const paymentMethodId = numberField(body, "paymentMethodId") ?? subscription.paymentMethodId;
      const doneAtMs = request.doneAtMs("change");
      const facts = { commandType: "fixedSubscriptionUpdateRequest", doneAtMs, resourceId: subscription.id };
      const failure = paymentError({ ...body, paymentMethodId }, planId);
      if (failure !== undefined) return beginTask(request, { ...facts, error: failure });
      Object.assign(subscription, { name: stringField(body, "name") || subscription.name, planId, paymentMethodId });
      return beginTask(request, facts);
    },
  },
  {
    method: "DELETE",
    path: `${path}/:subscription`,
    handle(request) {
      const subscription = subscriptionOf(request);
      const doneAtMs = request.doneAtMs("leave");
      const facts = { commandType: "fixedSubscriptionDeleteRequest", doneAtMs, resourceId: subscription.id };
      const databases = collectedItems<{ readonly goneAtMs?: number | null }>(
        request,
        `databases of ${subscription.id}`,
      );
      if (databases.some(({ goneAtMs }) => !isPast(goneAtMs, request.nowMs))) {
        const description = "Subscription has active databases";
        return beginTask(request, { ...facts, error: error("400 BAD_REQUEST", "SUBSCRIPTION_NOT_EMPTY", description) });
      }
      subscription.goneAtMs ??= doneAtMs;
      return beginTask(request, facts);
    },
  },
];
