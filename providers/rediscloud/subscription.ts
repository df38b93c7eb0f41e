import { listRedisCloud } from "../../clients/rediscloud.js";
import { PlantonError } from "../../contract/planton-error.js";
import { asNumber, asObjects, asString } from "../../http/json.js";
import type { ManagedApi } from "../kit/managed/managed-declaration.js";
import { defineManagedResource, parseId } from "../kit/managed/managed-resource.js";
import { requestOf } from "../kit/resource/work-limits.js";
import { ownerInput } from "../kit/schema/owner-input.js";
import { between, matching, neverManaged, oneOf } from "../kit/schema/property-rules.js";
import { integer, string } from "../kit/schema/property-types.js";
import { idIn, redisCloudTask } from "./task.js";

interface SubscriptionKey {
  /** Digits. */
  readonly id: string;
}

const listPath = "/fixed/subscriptions";
const pathOf = ({ id }: SubscriptionKey): string => `${listPath}/${encodeURIComponent(id)}`;

/** `planton-rediscloud.Subscription`. */
export const subscriptionResource = defineManagedResource<ManagedApi, SubscriptionKey>()({
  type: "planton-rediscloud:index/subscription:Subscription",
  description: "An Essentials subscription at Redis Cloud.",
  noun: "subscription",
  inputs: {
    name: {
      type: string,
      required: true,
      description: "Name of the subscription: 1 to 40 characters. Changed in place.",
      check: matching(/^.{1,40}$/u, "1 to 40 characters"),
    },
    planId: {
      type: integer,
      required: true,
      description: "Id of the plan. Changed in place.",
      check: between(1, 2_147_483_647),
    },
    paymentMethod: {
      type: string,
      managed: neverManaged,
      description:
        "How it is paid: credit-card or marketplace. Only at the creation. Default: not given, for a free plan.",
      check: oneOf(["credit-card", "marketplace"]),
    },
    paymentMethodId: {
      type: integer,
      computed: true,
      description: "Id of the credit card. Changed in place. Default: none.",
      check: between(1, 2_147_483_647),
    },
    owner: ownerInput,
  },
  outputs: {
    cloudProvider: { type: string, description: "Cloud of the plan." },
    region: { type: string, description: "Region of the plan." },
  },
  local: ["paymentMethod", "owner"],
  id: {
    text: ({ id }) => id,
    parse: (id) => parseId<"id">(id, { pattern: /^(?<id>\d+)$/, noun: "subscription", example: "<id>" }),
  },
  find: {
    by: "list",
    list: (_inputs, { api, limits }) =>
      listRedisCloud(api, listPath, (body) => asObjects(body["subscriptions"]), requestOf(limits)),
    keyIn(object) {
      const id = idIn(object["id"]) ?? idIn(object["resourceId"]);
      return id === undefined ? undefined : { id };
    },
    nameOf: ({ name }) => name,
    nameIn: ({ name }) => asString(name),
    createdIn: ({ creationDate }) => asString(creationDate),
  },
  read: (key) => ({ method: "GET", path: pathOf(key) }),
  isReady: ({ status }) => status === "active",
  isLeaving: ({ status }) => status === "deleting",
  failedReason: ({ status }) => (status === "error" ? "Redis Cloud could not make it" : undefined),
  task: redisCloudTask,
  toState: ({ name, planId, paymentMethodId, provider, cloudProvider, region }, { known }) => ({
    name: asString(name) ?? known.name,
    planId: asNumber(planId) ?? known.planId,
    paymentMethodId: asNumber(paymentMethodId) ?? known.paymentMethodId,
    cloudProvider: asString(provider) ?? asString(cloudProvider) ?? known.cloudProvider,
    region: asString(region) ?? known.region,
  }),
  async beforeCreate({ planId }, { api, limits }) {
    const response = await api.send({ method: "GET", path: `/fixed/plans/${planId}`, ...requestOf(limits) });
    if (response.status === 404)
      throw new PlantonError({
        code: "E_VENDOR",
        message: `there is no Essentials plan ${planId}`,
        hint: "take an id of GET /fixed/plans at Redis Cloud's API",
      });
    api.bodyOf(response);
  },
  create: ({ name, planId, paymentMethod, paymentMethodId }) => ({
    method: "POST",
    path: listPath,
    body: { name, planId, paymentMethod, paymentMethodId },
  }),
  changes({ key, inputs: { name, planId, paymentMethodId }, actual }) {
    const body = {
      ...(name === actual.name ? {} : { name }),
      ...(planId === actual.planId ? {} : { planId }),
      ...(paymentMethodId === undefined || paymentMethodId === actual.paymentMethodId ? {} : { paymentMethodId }),
    };
    const sets = Object.keys(body);
    return sets.length === 0 ? [] : [{ method: "PUT", path: pathOf(key), body, sets }];
  },
  remove: (key) => ({ method: "DELETE", path: pathOf(key) }),
  removal: "awaited",
});
