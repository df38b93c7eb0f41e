import { isPlantonError, PlantonError } from "../../contract/planton-error.js";
import { asFilledText, asObject, asText, type JsonObject } from "../../http/json.js";
import { namedStep } from "../kit/bridged/named-step.js";
import { PluginCrash } from "../kit/plugin-crash.js";
import { pollUntil } from "../kit/poll.js";
import type { ClusterInputs, ClusterState } from "./database-cluster-properties.js";
import { autoscaleProperties, clusterState } from "./database-cluster-state.js";
import type { DigitalOceanApi } from "./digitalocean-api.js";

const nilDereference = "panic: runtime error: invalid memory address or nil pointer dereference";

/** One cluster, and how to reach it. */
export interface ClusterHandle {
  readonly api: DigitalOceanApi;
  readonly id: string;
  readonly signal: AbortSignal;
}

/** Path of a cluster, or of a part of it: `clusterPath(id, "/resize")`. */
export function clusterPath(id: string, part = ""): string {
  return `/v2/databases/${encodeURIComponent(id)}${part}`;
}

/** A text of digits as a number; anything else is dropped, as the vendor's plugin does. */
export function storageMib(digits: string | undefined): number | undefined {
  return digits !== undefined && /^\d+$/.test(digits) ? Number(digits) : undefined;
}

/** The body of autoscaling; what the program leaves out is sent as 0, as the vendor's plugin does. */
export function autoscaleBody({
  enabled,
  thresholdPercent = 0,
  incrementGib = 0,
}: NonNullable<ClusterInputs["storageAutoscale"]>) {
  return { enabled, threshold_percent: thresholdPercent, increment_gib: incrementGib };
}

/** The body that creates a cluster, with the empty values that godo v1.202.0 always sends. */
export function createBody(inputs: ClusterInputs) {
  const { backupRestore, storageAutoscale, tags = [] } = inputs;
  return {
    name: inputs.name,
    engine: inputs.engine,
    version: inputs.version,
    size: inputs.size,
    region: inputs.region,
    num_nodes: inputs.nodeCount,
    private_network_uuid: inputs.privateNetworkUuid ?? "",
    tags: tags.length > 0 ? tags : undefined,
    backup_restore: backupRestore && {
      database_name: backupRestore.databaseName,
      backup_created_at: backupRestore.backupCreatedAt,
    },
    project_id: inputs.projectId ?? "",
    storage_size_mib: storageMib(inputs.storageSizeMib),
    storage_autoscale: storageAutoscale && autoscaleBody(storageAutoscale),
    rules: null,
  };
}

/** The cluster as the API has it; undefined when there is none. */
export async function findCluster({ api, id, signal }: ClusterHandle): Promise<JsonObject | undefined> {
  const body = await api.find({ method: "GET", path: clusterPath(id), signal });
  return body && asObject(body["database"]);
}

/** Sets one part of a cluster. Throws E_VENDOR. */
export async function putPart({ api, id, signal }: ClusterHandle, part: string, body: unknown): Promise<void> {
  await api.call({ method: "PUT", path: clusterPath(id, part), body, signal });
}

/**
 * Waits until the cluster is online; a cluster that is not visible yet counts as not online. Throws E_VENDOR, and
 * crashes without an answer: the vendor's plugin looks at the answer before the error (waitForDatabaseCluster).
 */
export async function waitUntilOnline(cluster: ClusterHandle, timeoutMs: number): Promise<void> {
  const look = async (): Promise<true | undefined> => {
    const database = await findCluster(cluster).catch((error: unknown) => {
      const isUnanswered = isPlantonError(error) && error.code === "E_VENDOR_UNREACHABLE";
      throw isUnanswered ? new PluginCrash(nilDereference, { cause: error }) : error;
    });
    return asText(database?.["status"]) === "online" ? true : undefined;
  };
  const { api, signal } = cluster;
  const online = await pollUntil({ look, pace: api.pace, timeoutMs, clock: api.clock, signals: [signal] });
  if (online) return;
  throw new PlantonError({
    code: "E_VENDOR",
    message: `timeout waiting for database cluster "${cluster.id}" to become online (after ${timeoutMs / 1000} s)`,
  });
}

/**
 * Autoscaling under the names of godo v1.202.0 (`storage_autoscale`, `storage`). The API document's form of the same
 * answers (`autoscale.storage`) says nothing to it: then the state holds none.
 */
async function readAutoscale(cluster: ClusterHandle, database: JsonObject) {
  const told = asObject(database["storage_autoscale"]);
  if (told !== undefined) return autoscaleProperties(told);
  const { api, id, signal } = cluster;
  const body = await api.call({ method: "GET", path: clusterPath(id, "/autoscale"), signal });
  const storage = asObject(body["storage"]);
  return storage && autoscaleProperties(storage);
}

async function readText({ api, id, signal }: ClusterHandle, part: string, key: string): Promise<string | undefined> {
  return asFilledText((await api.call({ method: "GET", path: clusterPath(id, part), signal }))[key]);
}

/**
 * The state of a cluster; undefined when it is gone. Policy, mode, window and autoscaling are read only when
 * `known` has them, as the vendor's plugin does.
 */
export async function readCluster(cluster: ClusterHandle, known: ClusterState): Promise<ClusterState | undefined> {
  const database = await namedStep("retrieving database cluster", () => findCluster(cluster));
  if (database === undefined) return undefined;
  const state = clusterState(database, cluster.id, known);
  const { evictionPolicy, sqlMode, storageAutoscale } = known;
  return {
    ...state,
    evictionPolicy: evictionPolicy && (await readText(cluster, "/eviction_policy", "eviction_policy")),
    sqlMode: sqlMode && (await readText(cluster, "/sql_mode", "sql_mode")),
    storageAutoscale: storageAutoscale && (await readAutoscale(cluster, database)),
  };
}
