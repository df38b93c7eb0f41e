import { asNumber, asObject, asObjects, asString, type JsonObject } from "../../http/json.js";
import { readFields } from "../kit/bridged/read-fields.js";
import type { CheckFailure } from "../kit/schema/check-properties.js";
import type { PropertyDeclarations, ValuesOf } from "../kit/schema/property-declaration.js";
import { between, each, matching, notEmpty } from "../kit/schema/property-rules.js";
import { boolean, integer, list, object, set, string } from "../kit/schema/property-types.js";
import { isEmpty, type PropertyMap, type PropertyValue } from "../kit/schema/property-value.js";
import { connectionOutputs, connectionProperties } from "./connection-properties.js";

const redisLike: ReadonlySet<PropertyValue | undefined> = new Set(["redis", "valkey"]);
const tagRule = matching(/^[a-zA-Z0-9:_-]{1,255}$/, "1 to 255 letters, digits, colons, dashes and underscores");
const dayRule = matching(/^(monday|tuesday|wednesday|thursday|friday|saturday|sunday)$/i, "a day of the week");

function lowerCase(value: PropertyValue): PropertyValue {
  return typeof value === "string" ? value.toLowerCase() : value;
}

/** "13:00" and "13:00:00" are the same hour. */
function sameHour(old: PropertyValue, next: PropertyValue): boolean {
  const withoutSeconds = (value: PropertyValue): string => String(value).split(":").slice(0, 2).join(":");
  return withoutSeconds(old) === withoutSeconds(next);
}

function isOlderVersion(next: PropertyValue, old: PropertyValue): boolean {
  return Number.parseInt(String(old), 10) > Number.parseInt(String(next), 10);
}

/** Tags, which the vendor compares without regard to case. */
export const tagsInput = { type: set(string, (tag) => String(tag).toLowerCase()), check: each(tagRule) } as const;

/** Digits as a number of MiB; anything else is dropped, as the vendor's plugin does. */
export function storageMib(digits: string | undefined): number | undefined {
  return digits !== undefined && /^\d+$/.test(digits) ? Number(digits) : undefined;
}

/** When the vendor may maintain a cluster. */
export const windowInputs = {
  day: { type: string, required: true, check: dayRule },
  hour: { type: string, required: true, same: sameHour },
} as const;

/** Storage autoscaling. Not computed: a value that the vendor fills in is a difference for ever. */
export const autoscaleInputs = {
  enabled: { type: boolean, required: true },
  incrementGib: { type: integer, check: between(10, Number.POSITIVE_INFINITY) },
  thresholdPercent: { type: integer, check: between(15, 95) },
} as const;

/** Inputs of `digitalocean.DatabaseCluster` 4.80.1; rules of tf-do v2.99.1. */
export const clusterInputs = {
  backupRestore: {
    type: object({ backupCreatedAt: { type: string }, databaseName: { type: string, required: true } }),
  },
  engine: {
    type: string,
    required: true,
    replace: true,
    check: notEmpty,
    // The vendor turned Redis clusters into Valkey ones.
    same: (old, next) => redisLike.has(old) && redisLike.has(next),
  },
  evictionPolicy: { type: string, check: notEmpty },
  maintenanceWindows: { check: notEmpty, type: list(object(windowInputs)) },
  name: { type: string, replace: true, autoname: { maxLength: 255 }, check: notEmpty },
  nodeCount: { type: integer, required: true, check: notEmpty },
  privateNetworkUuid: { type: string, computed: true, replace: true, check: notEmpty },
  projectId: { type: string, computed: true, replace: true, check: notEmpty },
  region: { type: string, required: true, check: notEmpty, normalize: lowerCase },
  size: { type: string, required: true, check: notEmpty },
  sqlMode: { type: string },
  storageAutoscale: { type: object(autoscaleInputs) },
  storageSizeMib: { type: string, computed: true },
  tags: tagsInput,
  version: {
    type: string,
    // The vendor upgrades these by itself; the version of the program may lag behind.
    same: (old, next, { inputs }) => redisLike.has(inputs["engine"]) && isOlderVersion(next, old),
  },
} as const satisfies PropertyDeclarations;

/** Outputs about the dashboard of an OpenSearch cluster. */
export const dashboardOutputs = {
  uiDatabase: { type: string },
  uiHost: { type: string },
  uiPassword: { type: string, secret: true },
  uiPort: { type: integer },
  uiUri: { type: string, secret: true },
  uiUser: { type: string },
} as const satisfies PropertyDeclarations;

/** Outputs of `digitalocean.DatabaseCluster` 4.80.1. */
export const clusterOutputs = {
  ...connectionOutputs,
  ...dashboardOutputs,
  clusterUrn: { type: string },
  metricsEndpoints: { type: list(string) },
} as const satisfies PropertyDeclarations;

/** Keys of a cluster in responses that are not the names of its properties. */
export const clusterKeys = { nodeCount: "num_nodes" } as const;

const dashboardKeys = Object.fromEntries(
  Object.keys(dashboardOutputs).map((name) => [name, name.slice("ui".length).toLowerCase()]),
);

/** What every response about a cluster says beside its plain fields: how it is reached and watched. Throws E_VENDOR. */
export function reachProperties(database: JsonObject, id: string, storedPassword?: string) {
  const endpoints = asObjects(database["metrics_endpoints"]);
  return {
    ...connectionProperties(database, storedPassword),
    ...readFields(asObject(database["ui_connection"]) ?? {}, dashboardOutputs, dashboardKeys),
    metricsEndpoints: endpoints.map(
      ({ host, port }) => `https://${asString(host) ?? ""}:${asNumber(port) ?? 0}/metrics`,
    ),
    clusterUrn: `do:dbaas:${id}`,
  };
}

/** Checked inputs of a cluster. */
export type ClusterInputs = ValuesOf<typeof clusterInputs>;

/** Rules over several inputs; an engine that is not known yet passes. */
export function checkCluster(inputs: PropertyMap): readonly CheckFailure[] {
  const { engine, version, sqlMode, evictionPolicy } = inputs;
  const failures: CheckFailure[] = [];
  if (isEmpty(version)) failures.push({ property: "version", reason: 'the argument "version" is required' });
  if (typeof engine !== "string") return failures;
  if (!isEmpty(sqlMode) && engine !== "mysql") {
    failures.push({ property: "sqlMode", reason: `sql_mode is only supported for MySQL clusters, not "${engine}"` });
  }
  if (!isEmpty(evictionPolicy) && !redisLike.has(engine)) {
    const reason = `eviction_policy is only supported for Redis and Valkey clusters, not "${engine}"`;
    failures.push({ property: "evictionPolicy", reason });
  }
  return failures;
}
