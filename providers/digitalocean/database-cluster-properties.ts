import type { CheckFailure } from "../kit/check-properties.js";
import type { PartialValuesOf, PropertyDeclarations, ValuesOf } from "../kit/property-declaration.js";
import { between, each, matching, notEmpty } from "../kit/property-rules.js";
import { flag, integer, list, object, set, text } from "../kit/property-types.js";
import { isEmpty, type PropertyMap, type PropertyValue } from "../kit/property-value.js";

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

/** Tags, of which the vendor tells none apart by capitals. */
export const tagsInput = { type: set(text, (tag) => String(tag).toLowerCase()), check: each(tagRule) } as const;

/** Digits as a number of MiB; anything else is dropped, as the vendor's plugin does. */
export function storageMib(digits: string | undefined): number | undefined {
  return digits !== undefined && /^\d+$/.test(digits) ? Number(digits) : undefined;
}

/** Inputs of `digitalocean.DatabaseCluster` 4.80.1; rules of tf-do v2.99.1. */
export const clusterInputs = {
  backupRestore: {
    type: object({ backupCreatedAt: { type: text }, databaseName: { type: text, required: true } }),
  },
  engine: {
    type: text,
    required: true,
    replace: true,
    check: notEmpty,
    // The vendor turned Redis clusters into Valkey ones.
    same: (old, next) => redisLike.has(old) && redisLike.has(next),
  },
  evictionPolicy: { type: text, check: notEmpty },
  maintenanceWindows: {
    check: notEmpty,
    type: list(
      object({
        day: { type: text, required: true, check: dayRule },
        hour: { type: text, required: true, same: sameHour },
      }),
    ),
  },
  name: { type: text, replace: true, autoname: { maxLength: 255 }, check: notEmpty },
  nodeCount: { type: integer, required: true, check: notEmpty },
  privateNetworkUuid: { type: text, computed: true, replace: true, check: notEmpty },
  projectId: { type: text, computed: true, replace: true, check: notEmpty },
  region: { type: text, required: true, check: notEmpty, normalize: lowerCase },
  size: { type: text, required: true, check: notEmpty },
  sqlMode: { type: text },
  storageAutoscale: {
    type: object({
      enabled: { type: flag, required: true },
      // Not computed: a value that the vendor fills in is a difference for ever.
      incrementGib: { type: integer, check: between(10, Number.POSITIVE_INFINITY) },
      thresholdPercent: { type: integer, check: between(15, 95) },
    }),
  },
  storageSizeMib: { type: text, computed: true },
  tags: tagsInput,
  version: {
    type: text,
    // The vendor upgrades these by itself; the version of the program may lag behind.
    same: (old, next, { inputs }) => redisLike.has(inputs["engine"]) && isOlderVersion(next, old),
  },
} as const satisfies PropertyDeclarations;

/** Outputs of `digitalocean.DatabaseCluster` 4.80.1. */
export const clusterOutputs = {
  clusterUrn: { type: text },
  database: { type: text },
  host: { type: text },
  metricsEndpoints: { type: list(text) },
  password: { type: text, secret: true },
  port: { type: integer },
  privateHost: { type: text },
  privateUri: { type: text, secret: true },
  uiDatabase: { type: text },
  uiHost: { type: text },
  uiPassword: { type: text, secret: true },
  uiPort: { type: integer },
  uiUri: { type: text, secret: true },
  uiUser: { type: text },
  uri: { type: text, secret: true },
  user: { type: text },
} as const satisfies PropertyDeclarations;

/** Checked inputs of a cluster. */
export type ClusterInputs = ValuesOf<typeof clusterInputs>;

/** State of a cluster, which may be partial. */
export type ClusterState = PartialValuesOf<typeof clusterInputs & typeof clusterOutputs>;

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
