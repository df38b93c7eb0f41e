import { PlantonError } from "../../contract/planton-error.js";
import { asFilledText, asObject } from "../../http/json.js";
import { namedStep } from "../kit/bridged/named-step.js";
import { PluginCrash } from "../kit/plugin-crash.js";
import { defineResource } from "../kit/resource.js";
import { connectionProperties } from "./connection-properties.js";
import * as calls from "./database-cluster-calls.js";
import {
  type ClusterInputs,
  type ClusterState,
  checkCluster,
  clusterInputs,
  clusterOutputs,
} from "./database-cluster-properties.js";
import { clusterState } from "./database-cluster-state.js";
import type { DigitalOceanApi } from "./digitalocean-api.js";
import { setClusterTags } from "./tag-calls.js";

// Default of the vendor's plugin (tf-do v2.99.1); waits of updates use it too, whatever the program says.
const createTimeoutMs = 30 * 60_000;

async function readAgain(cluster: calls.ClusterHandle, known: ClusterState): Promise<ClusterState> {
  const state = await calls.readCluster(cluster, known);
  if (state !== undefined) return state;
  throw new PlantonError({ code: "E_VENDOR", message: `the database cluster "${cluster.id}" is gone` });
}

/** What is set after the cluster is online. */
async function setParts(cluster: calls.ClusterHandle, inputs: ClusterInputs): Promise<void> {
  const [window] = inputs.maintenanceWindows ?? [];
  const { evictionPolicy, sqlMode } = inputs;
  if (window !== undefined) {
    await namedStep("adding maintenance window for database cluster", () =>
      calls.putPart(cluster, "/maintenance", window),
    );
  }
  if (evictionPolicy !== undefined) {
    const body = { eviction_policy: evictionPolicy };
    await namedStep("adding eviction policy for database cluster", () =>
      calls.putPart(cluster, "/eviction_policy", body),
    );
  }
  if (sqlMode !== undefined && sqlMode !== "") {
    await namedStep("adding SQL mode for database cluster", () =>
      calls.putPart(cluster, "/sql_mode", { sql_mode: sqlMode }),
    );
  }
}

async function resize(cluster: calls.ClusterHandle, inputs: ClusterInputs, storageChanged: boolean): Promise<void> {
  // Plans have least sizes of their own, so that an unchanged storage is better left out.
  const storage = storageChanged ? calls.storageMib(inputs.storageSizeMib) : undefined;
  const body = { size: inputs.size, num_nodes: inputs.nodeCount, storage_size_mib: storage };
  await namedStep("resizing database cluster", async () => {
    await calls.putPart(cluster, "/resize", body);
    await calls.waitUntilOnline(cluster, createTimeoutMs);
  });
}

interface ClusterChange {
  readonly inputs: ClusterInputs;
  readonly state: ClusterState;
  readonly changed: ReadonlySet<string>;
}

/**
 * The calls of an update, in the order of the vendor's plugin. A removed `storageAutoscale` is left as it is; a removed
 * maintenance window is a crash.
 */
async function applyChange(cluster: calls.ClusterHandle, { inputs, state, changed }: ClusterChange): Promise<void> {
  if (["size", "nodeCount", "storageSizeMib"].some((name) => changed.has(name))) {
    await resize(cluster, inputs, changed.has("storageSizeMib"));
  }
  if (changed.has("region")) {
    await namedStep("migrating database cluster", async () => {
      await calls.putPart(cluster, "/migrate", { region: inputs.region });
      await calls.waitUntilOnline(cluster, createTimeoutMs);
    });
  }
  if (changed.has("maintenanceWindows")) {
    const [window] = inputs.maintenanceWindows ?? [];
    // The vendor's plugin takes the first window without a look whether there is one (expandMaintWindowOpts).
    if (window === undefined) throw new PluginCrash("panic: runtime error: index out of range [0] with length 0");
    await namedStep("updating maintenance window for database cluster", () =>
      calls.putPart(cluster, "/maintenance", window),
    );
  }
  if (changed.has("evictionPolicy")) {
    const body = { eviction_policy: inputs.evictionPolicy ?? "noeviction" };
    await namedStep("updating eviction policy for database cluster", () =>
      calls.putPart(cluster, "/eviction_policy", body),
    );
  }
  if (changed.has("sqlMode")) {
    const body = { sql_mode: inputs.sqlMode ?? "" };
    await namedStep("updating SQL mode for database cluster", () => calls.putPart(cluster, "/sql_mode", body));
  }
  const { storageAutoscale, tags = [] } = inputs;
  if (changed.has("storageAutoscale") && storageAutoscale !== undefined) {
    const body = { storage: calls.autoscaleBody(storageAutoscale) };
    await namedStep("updating storage autoscale for database cluster", () =>
      calls.putPart(cluster, "/autoscale", body),
    );
  }
  if (changed.has("version")) {
    const body = { version: inputs.version };
    await namedStep("upgrading version for database cluster", () => calls.putPart(cluster, "/upgrade", body));
  }
  if (changed.has("tags")) await namedStep("updating tags", () => setClusterTags(cluster, state.tags ?? [], tags));
}

/** `digitalocean.DatabaseCluster`. */
export const databaseClusterResource = defineResource<DigitalOceanApi>()({
  type: "digitalocean:index/databaseCluster:DatabaseCluster",
  description: "A managed database cluster.",
  inputs: clusterInputs,
  outputs: clusterOutputs,
  deletesFirst: "given-name",
  customTimeouts: ["create"],
  outputsChangedBy: {
    size: ["storageSizeMib"],
    region: ["privateNetworkUuid", "host", "privateHost", "uri", "privateUri", "metricsEndpoints"],
  },
  check: checkCluster,
  async create({ api, inputs, timeoutMs = createTimeoutMs, abandoned: signal }) {
    const created = await namedStep("creating database cluster", async () => {
      // As the vendor's plugin: sent again when the answer is lost, which may make a second cluster.
      const request = { method: "POST", path: "/v2/databases", body: calls.createBody(inputs), signal } as const;
      const database = asObject((await api.call(request))["database"]);
      const id = asFilledText(database?.["id"]);
      if (database === undefined || id === undefined) {
        throw new PlantonError({ code: "E_VENDOR", message: "the answer holds no database with an id" });
      }
      // As the vendor's plugin: a wait that fails or takes too long leaves the cluster behind, out of the state.
      // It does not heed a cancellation either, so that ^C waits for the cluster and keeps it.
      await calls.waitUntilOnline({ api, id, signal }, timeoutMs);
      return { id, database };
    });
    const cluster = { api, id: created.id, signal };
    const { password } = connectionProperties(created.database, undefined);
    try {
      await setParts(cluster, inputs);
      return { id: created.id, state: await readAgain(cluster, { ...inputs, password }) };
    } catch (error) {
      const state = { ...clusterState(created.database, created.id, { ...inputs, password }), ...inputs };
      return { id: created.id, state, incomplete: [error instanceof Error ? error.message : String(error)] };
    }
  },
  async read({ api, id, state, abandoned: signal }) {
    const found = await calls.readCluster({ api, id, signal }, state);
    return found && { id, state: found };
  },
  async update({ api, id, inputs, state, changed, abandoned: signal }) {
    const cluster = { api, id, signal };
    await applyChange(cluster, { inputs, state, changed });
    const { backupRestore, evictionPolicy, maintenanceWindows, sqlMode, storageAutoscale } = inputs;
    const known = { backupRestore, evictionPolicy, maintenanceWindows, sqlMode, storageAutoscale };
    return { id, state: await readAgain(cluster, { ...known, password: state.password }) };
  },
  async delete({ api, id, abandoned: signal }) {
    // Not waited for, and a cluster that is already gone is an error: as the vendor's plugin.
    await namedStep("deleting database cluster", () =>
      api.call({ method: "DELETE", path: calls.clusterPath(id), signal }),
    );
  },
});
