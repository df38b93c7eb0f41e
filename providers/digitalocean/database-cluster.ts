import { asFilledText, asObject, type JsonObject } from "../../http/json.js";
import type { BridgedRequest } from "../kit/bridged/bridged-declaration.js";
import { defineBridgedResource } from "../kit/bridged/bridged-resource.js";
import { PluginCrash } from "../kit/plugin-crash.js";
import { clusterPath } from "./cluster-part.js";
import {
  type ClusterInputs,
  type ClusterState,
  checkCluster,
  clusterInputs,
  clusterOutputs,
  storageMib,
} from "./database-cluster-properties.js";
import { autoscaleProperties, clusterState } from "./database-cluster-state.js";

/** The body of autoscaling; what the program leaves out is sent as 0, as the vendor's plugin does. */
function autoscaleBody(autoscale: NonNullable<ClusterInputs["storageAutoscale"]>) {
  const { enabled, thresholdPercent = 0, incrementGib = 0 } = autoscale;
  return { enabled, threshold_percent: thresholdPercent, increment_gib: incrementGib };
}

/** The body that creates a cluster, with the empty values that godo v1.202.0 always sends. */
function createBody(inputs: ClusterInputs) {
  const { name, engine, version, size, region, nodeCount, backupRestore, storageAutoscale, tags = [] } = inputs;
  return {
    ...{ name, engine, version, size, region, num_nodes: nodeCount },
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

/** Sets one part of the cluster; without a body nothing is sent. */
function put({ id }: { readonly id: string }, part: string, body: unknown): BridgedRequest | undefined {
  return body === undefined ? undefined : { method: "PUT", path: clusterPath(id, part), body };
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
  return storage && autoscaleProperties(storage);
}

/** `digitalocean.DatabaseCluster`. Policy, mode, window and autoscaling are read only when the program sets them. */
export const databaseClusterResource = defineBridgedResource({
  type: "digitalocean:index/databaseCluster:DatabaseCluster",
  description: "A managed database cluster.",
  noun: "database cluster",
  inputs: clusterInputs,
  outputs: clusterOutputs,
  customTimeouts: ["create"],
  outputsChangedBy: {
    size: ["storageSizeMib"],
    region: ["privateNetworkUuid", "host", "privateHost", "uri", "privateUri", "metricsEndpoints"],
  },
  check: checkCluster,
  path: ({ id }) => clusterPath(id),
  key: "database",
  create: {
    send: (inputs) => ({ method: "POST", path: "/v2/databases", body: createBody(inputs) }),
    id: (database) => asFilledText(database["id"]),
    keep: (database, id) => clusterState(database, id, {}),
    parts: [
      {
        doing: "adding maintenance window for database cluster",
        send: (cluster) => put(cluster, "maintenance", cluster.inputs.maintenanceWindows?.[0]),
      },
      {
        doing: "adding eviction policy for database cluster",
        send: (cluster) => put(cluster, "eviction_policy", policyBody(cluster.inputs)),
      },
      {
        doing: "adding SQL mode for database cluster",
        send: (cluster) => put(cluster, "sql_mode", cluster.inputs.sqlMode ? modeBody(cluster.inputs) : undefined),
      },
    ],
  },
  // tf-do v2.99.1; a cluster that is not visible yet counts as not online.
  wait: {
    isReady: ({ status }) => status === "online",
    becoming: "to become online",
    timeoutMs: 30 * 60_000,
  },
  async state(database, { id, known, get }): Promise<ClusterState> {
    const { evictionPolicy, sqlMode, storageAutoscale } = known;
    const read = async (part: string): Promise<string | undefined> =>
      asFilledText((await get(clusterPath(id, part)))[part]);
    return {
      ...clusterState(database, id, known),
      evictionPolicy: evictionPolicy && (await read("eviction_policy")),
      sqlMode: sqlMode && (await read("sql_mode")),
      storageAutoscale: storageAutoscale && (await readAutoscale(database, () => get(clusterPath(id, "autoscale")))),
    };
  },
  update: [
    {
      doing: "resizing database cluster",
      on: ["size", "nodeCount", "storageSizeMib"],
      send({ id, inputs: { size, nodeCount, storageSizeMib }, changed }) {
        // Plans have least sizes of their own, so that an unchanged storage is better left out.
        const storage = changed.has("storageSizeMib") ? storageMib(storageSizeMib) : undefined;
        return put({ id }, "resize", { size, num_nodes: nodeCount, storage_size_mib: storage });
      },
      waits: true,
    },
    {
      doing: "migrating database cluster",
      on: ["region"],
      send: ({ id, inputs: { region } }) => put({ id }, "migrate", { region }),
      waits: true,
    },
    {
      doing: "updating maintenance window for database cluster",
      on: ["maintenanceWindows"],
      send({ id, inputs }) {
        const [window] = inputs.maintenanceWindows ?? [];
        // The vendor's plugin takes the first window without a look whether there is one (expandMaintWindowOpts).
        if (window === undefined) throw new PluginCrash("panic: runtime error: index out of range [0] with length 0");
        return put({ id }, "maintenance", window);
      },
    },
    {
      doing: "updating eviction policy for database cluster",
      on: ["evictionPolicy"],
      send: ({ id, inputs }) => put({ id }, "eviction_policy", policyBody(inputs) ?? { eviction_policy: "noeviction" }),
    },
    {
      doing: "updating SQL mode for database cluster",
      on: ["sqlMode"],
      send: ({ id, inputs }) => put({ id }, "sql_mode", modeBody(inputs)),
    },
    {
      doing: "updating storage autoscale for database cluster",
      on: ["storageAutoscale"],
      // A removed one is left as it is.
      send: ({ id, inputs: { storageAutoscale: storage } }) =>
        put({ id }, "autoscale", storage && { storage: autoscaleBody(storage) }),
    },
    {
      doing: "upgrading version for database cluster",
      on: ["version"],
      send: ({ id, inputs: { version } }) => put({ id }, "upgrade", { version }),
    },
    {
      doing: "updating tags",
      on: ["tags"],
      send: ({ id, inputs, state }) => tagRequests(id, state.tags ?? [], inputs.tags ?? []),
    },
  ],
});

function policyBody({ evictionPolicy }: ClusterInputs) {
  return evictionPolicy === undefined ? undefined : { eviction_policy: evictionPolicy };
}

function modeBody({ sqlMode = "" }: ClusterInputs) {
  return { sql_mode: sqlMode };
}
