import { listRedisCloud } from "../../clients/rediscloud.js";
import { PlantonError } from "../../contract/planton-error.js";
import {
  asBoolean,
  asNonEmptyString,
  asNumber,
  asObjects,
  asString,
  asStrings,
  listOf,
  objectOf,
} from "../../http/json.js";
import type { ManagedApi, ManagedCall } from "../kit/managed/managed-declaration.js";
import { defineManagedResource, parseId } from "../kit/managed/managed-resource.js";
import { requestOf } from "../kit/resource/work-limits.js";
import { equalValues } from "../kit/schema/property-value.js";
import { connectionOf } from "./connection.js";
import { type DatabaseInputs, databaseInputs, databaseOutputs } from "./database-properties.js";
import { idIn, planFacts, redisCloudTask } from "./task.js";

interface DatabaseKey {
  /** Digits. */
  readonly subscription: string;
  /** Digits. */
  readonly id: string;
}

const listPath = (subscription: string): string => `/fixed/subscriptions/${encodeURIComponent(subscription)}/databases`;
const pathOf = ({ subscription, id }: DatabaseKey): string => `${listPath(subscription)}/${encodeURIComponent(id)}`;

/** What a plan does not have is refused before anything is sent, in words of this plan. */
async function checkPlan(inputs: DatabaseInputs, { api, limits }: ManagedCall<ManagedApi>): Promise<void> {
  const get = async (path: string) => api.bodyOf(await api.send({ method: "GET", path, ...requestOf(limits) }));
  const { planId } = await get(`/fixed/subscriptions/${encodeURIComponent(inputs.subscriptionId)}`);
  const id = asNumber(planId);
  if (id === undefined) return;
  const plan = planFacts(await get(`/fixed/plans/${id}`));
  const { dataPersistence = "none", replication = false, sourceIps } = inputs;
  const most = plan.cidrAllowRules ?? sourceIps.length;
  const refusals = [
    dataPersistence !== "none" && !plan.allows("supportDataPersistence")
      ? "data_persistence other than none"
      : undefined,
    replication && !plan.allows("supportReplication") ? "replication" : undefined,
    sourceIps.length > most ? `more than ${most} source_ips` : undefined,
  ].filter((refusal) => refusal !== undefined);
  if (refusals.length === 0) return;
  const message = `the plan ${id} "${plan.name}" has no ${refusals.join(", no ")}`;
  throw new PlantonError({ code: "E_VENDOR", message, hint: "leave it out, or choose another essentials.plan_id" });
}

/** The fields of a body in Redis Cloud's words; an alert's name has dashes there already. */
function bodyOf(inputs: Partial<DatabaseInputs>) {
  const { name, dataPersistence, dataEviction, replication, sourceIps, enableTls, password, alerts } = inputs;
  return {
    name,
    dataPersistence,
    dataEvictionPolicy: dataEviction,
    replication,
    sourceIps,
    enableTls,
    password,
    alerts,
  };
}

const changed = [
  ...(["name", "dataPersistence", "dataEviction", "replication", "sourceIps", "enableTls"] as const),
  ...(["password", "enableDefaultUser", "alerts"] as const),
];

/** `planton-rediscloud.Database`. */
export const databaseResource = defineManagedResource<ManagedApi, DatabaseKey>()({
  type: "planton-rediscloud:index/database:Database",
  description: "A database of an Essentials subscription at Redis Cloud.",
  noun: "database",
  inputs: databaseInputs,
  outputs: databaseOutputs,
  stableOutputs: ["databaseId"],
  local: ["owner"],
  outputsChangedBy: { password: ["connectionUri"], enableTls: ["connectionUri"] },
  id: {
    text: ({ subscription, id }) => `${subscription}/${id}`,
    parse: (id) =>
      parseId<keyof DatabaseKey>(id, {
        pattern: /^(?<subscription>\d+)\/(?<id>\d+)$/,
        noun: "database",
        example: "<id of the subscription>/<id of the database>",
      }),
  },
  recordScope: ({ subscriptionId = "" }) => subscriptionId,
  find: {
    by: "list",
    list: ({ subscriptionId }, { api, limits }) =>
      listRedisCloud(
        api,
        listPath(subscriptionId),
        // One object, or a list of one in older responses.
        ({ subscription }) => [subscription].flat().flatMap((each) => asObjects(objectOf(each)["databases"])),
        requestOf(limits),
      ),
    keyIn(object, { subscriptionId: subscription }) {
      const id = idIn(object["databaseId"]) ?? idIn(object["resourceId"]);
      return id === undefined ? undefined : { subscription, id };
    },
    nameOf: ({ name }) => name,
    nameIn: ({ name }) => asString(name),
  },
  read: (key) => ({ method: "GET", path: pathOf(key) }),
  isReady: ({ status }) => status === "active",
  isLeaving: ({ status }) => status === "delete-pending" || status === "deleting",
  failedReason: ({ status }) => (status === "creation-failed" ? "Redis Cloud could not make it" : undefined),
  task: redisCloudTask,
  toState(database, { key, known }) {
    const security = objectOf(database["security"]);
    const sourceIps = security["sourceIps"] === undefined ? known.sourceIps : asStrings(listOf(security["sourceIps"]));
    const alerts = asObjects(database["alerts"]).map(({ name, value }) => ({
      name: asString(name) ?? "",
      value: asNumber(value) ?? 0,
    }));
    const state = {
      subscriptionId: key.subscription,
      databaseId: key.id,
      name: asString(database["name"]) ?? known.name,
      protocol: asString(database["protocol"]) ?? known.protocol,
      dataPersistence: asString(database["dataPersistence"]) ?? known.dataPersistence,
      dataEviction: asString(database["dataEvictionPolicy"]) ?? known.dataEviction,
      replication: asBoolean(database["replication"]) ?? known.replication,
      sourceIps,
      enableTls: asBoolean(security["enableTls"]) ?? known.enableTls,
      password: asNonEmptyString(security["password"]) ?? known.password,
      enableDefaultUser: asBoolean(security["defaultUserEnabled"]) ?? known.enableDefaultUser,
      alerts: database["alerts"] === undefined ? known.alerts : alerts,
      publicEndpoint: asNonEmptyString(database["publicEndpoint"]) ?? known.publicEndpoint,
      privateEndpoint: asNonEmptyString(database["privateEndpoint"]) ?? known.privateEndpoint,
      redisVersion: asNonEmptyString(database["redisVersionCompliance"]) ?? known.redisVersion,
      cloudProvider: asNonEmptyString(database["provider"]) ?? known.cloudProvider,
      region: asNonEmptyString(database["region"]) ?? known.region,
    };
    return { ...state, ...connectionOf(state) };
  },
  beforeCreate: checkPlan,
  create: (inputs) => ({
    method: "POST",
    path: listPath(inputs.subscriptionId),
    body: { protocol: inputs.protocol, ...bodyOf(inputs) },
  }),
  changes({ key, inputs, actual }) {
    const sets = changed.filter(
      (name) => inputs[name] !== undefined && !equalValues(inputs[name], actual[name] ?? null),
    );
    if (sets.length === 0) return [];
    const values = Object.fromEntries(sets.map((name) => [name, inputs[name]])) as Partial<DatabaseInputs>;
    // Only a change takes it, no creation (rediscloud-go-api, service/fixed/databases/model.go, read 2026-11).
    const body = { ...bodyOf(values), enableDefaultUser: values.enableDefaultUser };
    return [{ method: "PUT", path: pathOf(key), body, sets }];
  },
  remove: (key) => ({ method: "DELETE", path: pathOf(key) }),
  removal: "awaited",
});
