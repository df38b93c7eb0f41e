import { asNonEmptyString, asObject, type JsonObject } from "../../http/json.js";
import type { BridgedRequest } from "../kit/bridged/bridged-declaration.js";
import { defineBridgedResource } from "../kit/bridged/bridged-resource.js";
import { readObject } from "../kit/bridged/read-fields.js";
import { PluginCrash } from "../kit/resource/plugin-crash.js";
import { clusterPath, filledList, untilOnline } from "./cluster-part.js";
import {
  autoscaleInputs,
  type ClusterInputs,
  checkCluster,
  clusterInputs,
  clusterKeys,
  clusterOutputs,
  reachProperties,
  storageMib,
  windowInputs,
} from "./database-cluster-properties.js";

/** The body of autoscaling; what the program leaves out is sent as 0, as the vendor's plugin does. */
function autoscaleBody(autoscale: NonNullable<ClusterInputs["storageAutoscale"]>) {
  const { enabled, thresholdPercent = 0, incrementGib = 0 } = autoscale;
  return { enabled, threshold_percent: thresholdPercent, increment_gib: incrementGib };
}

/** The body that creates a cluster, with the empty values that godo v1.202.0 always sends. */
function createBody(inputs: ClusterInputs) {
  const { name, engine, version, size, region, nodeCount, backupRestore, storageAutoscale } = inputs;
  return {
    ...{ name, engine, version, size, region, num_nodes: nodeCount },
    private_network_uuid: inputs.privateNetworkUuid ?? "",
    tags: filledList(inputs.tags),
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

interface Cluster {
  readonly id: string;
  readonly inputs: ClusterInputs;
}

/** Sets one part of a cluster. */
function put(part: string, { id }: Cluster, body: unknown): BridgedRequest {
  return { method: "PUT", path: clusterPath(id, part), body };
}

/** A step that sets one part of a cluster; without a body it is nothing. */
function setPart(doing: string, part: string, bodyOf: (inputs: ClusterInputs) => unknown) {
  const send = (cluster: Cluster): BridgedRequest | undefined => {
    const body = bodyOf(cluster.inputs);
    return body === undefined ? undefined : put(part, cluster, body);
  };
  return { doing: `${doing} for database cluster`, send };
}

function windowBody({ maintenanceWindows: [window] = [] }: ClusterInputs) {
  return window;
}

function policyBody({ evictionPolicy }: Pick<ClusterInputs, "evictionPolicy">) {
  return evictionPolicy === undefined ? undefined : { eviction_policy: evictionPolicy };
}

/** The vendor's plugin takes the first window without a look whether there is one (expandMaintWindowOpts). */
function changedWindowBody(inputs: ClusterInputs) {
  const window = windowBody(inputs);
  if (window !== undefined) return window;
  throw new PluginCrash("panic: runtime error: index out of range [0] with length 0");
}

/** Brings the tags of a cluster from `olds` to `news`; a tag that does not exist is made. */
function tagRequests(id: string, olds: readonly string[], news: readonly string[]): readonly BridgedRequest[] {
  const body = { resources: [{ resource_id: id, resource_type: "database" }] };
  const pathOf = (tag: string): string => `/v2/tags/${encodeURIComponent(tag)}/resources`;
  const gone = olds.filter((old) => !news.includes(old));
  const added = news.filter((wanted) => !olds.includes(wanted));
  return [
    ...gone.map((tag) => ({ method: "DELETE", path: pathOf(tag), body }) as const),
    ...added.flatMap((tag): readonly BridgedRequest[] => [
      { method: "POST", path: "/v2/tags", body: { name: tag } },
      { method: "POST", path: pathOf(tag), body },
    ]),
  ];
}

/**
 * Autoscaling under the names of godo v1.202.0 (`storage_autoscale`, `storage`). The API document's form of the same
 * responses (`autoscale.storage`) says nothing to it: then the state holds none.
 */
async function readAutoscale(database: JsonObject, get: () => Promise<JsonObject>) {
  const storage = asObject(database["storage_autoscale"]) ?? asObject((await get())["storage"]);
  return storage && readObject(storage, autoscaleInputs);
}

/** `digitalocean.DatabaseCluster`. Policy, mode, window and autoscaling are read only when the program sets them. */
export const databaseClusterResource = defineBridgedResource({
  type: "digitalocean:index/databaseCluster:DatabaseCluster",
  description: "A managed database cluster.",
  noun: "database cluster",
  inputs: clusterInputs,
  outputs: clusterOutputs,
  customTimeouts: ["create"],
  // Of a cluster that moves the official plugin shows the VPC and addresses that it leaves.
  outputsChangedBy: {
    size: ["storageSizeMib"],
  },
  check: checkCluster,
  path: ({ id }) => clusterPath(id),
  key: "database",
  keys: clusterKeys,
  create: {
    send: (inputs) => ({ method: "POST", path: "/v2/databases", body: createBody(inputs) }),
    id: (database) => asNonEmptyString(database["id"]),
    keep: (database, id) => reachProperties(database, id),
    parts: [
      setPart("adding maintenance window", "maintenance", windowBody),
      setPart("adding eviction policy", "eviction_policy", policyBody),
      setPart("adding SQL mode", "sql_mode", ({ sqlMode }) => (sqlMode ? { sql_mode: sqlMode } : undefined)),
    ],
  },
  wait: untilOnline,
  async state(database, { id, known, get }) {
    const { evictionPolicy, sqlMode, storageAutoscale, maintenanceWindows } = known;
    const window = asObject(database["maintenance_window"]);
    const read = async (part: string): Promise<string | undefined> =>
      asNonEmptyString((await get(clusterPath(id, part)))[part]);
    return {
      ...reachProperties(database, id, known.password),
      maintenanceWindows: maintenanceWindows && window ? [readObject(window, windowInputs)] : maintenanceWindows,
      evictionPolicy: evictionPolicy && (await read("eviction_policy")),
      sqlMode: sqlMode && (await read("sql_mode")),
      storageAutoscale: storageAutoscale && (await readAutoscale(database, () => get(clusterPath(id, "autoscale")))),
    };
  },
  update: [
    {
      doing: "resizing database cluster",
      on: ["size", "nodeCount", "storageSizeMib"],
      send(cluster) {
        const { size, nodeCount, storageSizeMib } = cluster.inputs;
        // Plans have least sizes of their own, so that an unchanged storage is better left out.
        const storage = cluster.changed.has("storageSizeMib") ? storageMib(storageSizeMib) : undefined;
        return put("resize", cluster, { size, num_nodes: nodeCount, storage_size_mib: storage });
      },
      waits: true,
    },
    {
      doing: "migrating database cluster",
      on: ["region"],
      send: (cluster) => put("migrate", cluster, { region: cluster.inputs.region }),
      waits: true,
    },
    { on: ["maintenanceWindows"], ...setPart("updating maintenance window", "maintenance", changedWindowBody) },
    {
      on: ["evictionPolicy"],
      ...setPart("updating eviction policy", "eviction_policy", ({ evictionPolicy = "noeviction" }) =>
        policyBody({ evictionPolicy }),
      ),
    },
    { on: ["sqlMode"], ...setPart("updating SQL mode", "sql_mode", ({ sqlMode = "" }) => ({ sql_mode: sqlMode })) },
    {
      on: ["storageAutoscale"],
      // A removed one is left as it is.
      ...setPart("updating storage autoscale", "autoscale", ({ storageAutoscale: storage }) =>
        storage === undefined ? undefined : { storage: autoscaleBody(storage) },
      ),
    },
    { on: ["version"], ...setPart("upgrading version", "upgrade", ({ version }) => ({ version })) },
    {
      doing: "updating tags",
      on: ["tags"],
      send: ({ id, inputs, state }) => tagRequests(id, state.tags ?? [], inputs.tags ?? []),
    },
  ],
});
