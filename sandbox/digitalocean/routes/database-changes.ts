import { numberField, stringField } from "../../kit/base/json-fields.js";
import { Refusal } from "../../kit/base/refusal.js";
import { beginAction, stateAt } from "../../kit/vendor/item-state.js";
import type { VendorResponse } from "../../kit/vendor/sandbox-vendor.js";
import {
  clusterOf,
  clusterRoute,
  type DigitalOceanRoute,
  type FoundReplica,
  findReplica,
  noContent,
  onlineClusterOf,
  type Request,
} from "../account-request.js";
import { autoscaleField, autoscaleResponse, checkAutoscale } from "../clusters/autoscaling.js";
import {
  checkLayout,
  checkMaintenance,
  checkRegion,
  checkReplicaSize,
  checkStorage,
} from "../clusters/check-cluster.js";
import { engineOf, isCaching } from "../clusters/engines.js";
import { messages } from "../messages.js";
import type { Cluster } from "../state.js";
import { defaultVpc } from "../vpcs.js";
import { replicaStates } from "./database-replicas.js";

/** Values of `eviction_policy` (digitalocean/openapi 7c1300c4). */
const evictionPolicies = [
  "noeviction",
  "allkeys_lru",
  "allkeys_random",
  "volatile_lru",
  "volatile_random",
  "volatile_ttl",
];

const accepted: VendorResponse = { status: 202 };

/** Changes of a cluster: resize, migrate, upgrade, maintenance, eviction policy, SQL mode, autoscaling. */
export const databaseChangeRoutes: readonly DigitalOceanRoute[] = [
  clusterRoute("PUT", "/resize", resize),
  clusterRoute("PUT", "/migrate", migrate),
  clusterRoute("PUT", "/upgrade", upgrade),
  clusterRoute("PUT", "/maintenance", (request) => {
    clusterOf(request).maintenance = checkMaintenance(request.body);
    return noContent;
  }),
  clusterRoute("GET", "/eviction_policy", (request) => ({
    status: 200,
    body: { eviction_policy: cachingCluster(clusterOf(request)).evictionPolicy },
  })),
  clusterRoute("PUT", "/eviction_policy", (request) => {
    const policy = stringField(request.body, "eviction_policy");
    const cluster = cachingCluster(onlineClusterOf(request));
    if (!evictionPolicies.includes(policy)) throw new Refusal(422, messages.evictionPolicy);
    cluster.evictionPolicy = policy;
    return noContent;
  }),
  clusterRoute("GET", "/sql_mode", (request) => ({
    status: 200,
    body: { sql_mode: mysqlCluster(clusterOf(request)).sqlMode },
  })),
  clusterRoute("PUT", "/sql_mode", (request) => {
    const mode = stringField(request.body, "sql_mode");
    const cluster = mysqlCluster(onlineClusterOf(request));
    if (!/^[A-Z_]+(,[A-Z_]+)*$/.test(mode)) throw new Refusal(422, messages.sqlMode);
    cluster.sqlMode = mode;
    return noContent;
  }),
  clusterRoute("GET", "/autoscale", (request) => ({
    status: 200,
    body: autoscaleResponse(clusterOf(request), request.settings),
  })),
  clusterRoute("PUT", "/autoscale", (request) => {
    const cluster = clusterOf(request);
    if (isCaching(cluster.engine)) throw new Refusal(422, messages.unsupported);
    cluster.autoscale = checkAutoscale(autoscaleField(request.body) ?? {}, request.settings);
    return noContent;
  }),
];

function resize(request: Request): VendorResponse {
  const replica = findReplica(request);
  if (replica !== undefined) return resizeReplica(replica, request);
  const cluster = onlineClusterOf(request);
  const layout = checkLayout(engineOf(cluster), request.body);
  const storageSizeMib = checkStorage(engineOf(cluster), layout.size, request.body, cluster.storageSizeMib);
  Object.assign(cluster, layout, { storageSizeMib });
  cluster.transition = "resizing";
  cluster.readyAtMs = request.doneAtMs("change");
  return accepted;
}

/** A replica has one node, and grows only (docs of digitalocean_database_replica, terraform-provider v2.99.1). */
function resizeReplica({ replica, cluster }: FoundReplica, request: Request): VendorResponse {
  if (stateAt(replica, replicaStates, request.nowMs) !== replicaStates.ready)
    throw new Refusal(412, messages.notOnline);
  const engine = engineOf(cluster);
  if (numberField(request.body, "num_nodes") !== 1) throw new Refusal(422, messages.nodeCount);
  replica.size = checkReplicaSize(engine, stringField(request.body, "size"), replica.size);
  replica.storageSizeMib = checkStorage(engine, replica.size, request.body, replica.storageSizeMib);
  replica.timing = beginAction("change", request);
  return accepted;
}

function migrate(request: Request): VendorResponse {
  const cluster = onlineClusterOf(request);
  const region = checkRegion(engineOf(cluster), stringField(request.body, "region"));
  // A VPC belongs to one region, so the cluster ends up in the other region's default one.
  if (region !== cluster.region) cluster.vpcId = defaultVpc(request, region).id;
  cluster.region = region;
  cluster.transition = "migrating";
  cluster.readyAtMs = request.doneAtMs("change");
  return accepted;
}

function upgrade(request: Request): VendorResponse {
  const cluster = onlineClusterOf(request);
  const order = engineOf(cluster).versions.map(({ version }) => version);
  const target = stringField(request.body, "version");
  if (!order.includes(target)) throw new Refusal(422, messages.engineVersion);
  if (order.indexOf(target) <= order.indexOf(cluster.version)) throw new Refusal(422, messages.upgradeVersion);
  cluster.version = target;
  return noContent;
}

function cachingCluster(cluster: Cluster): Cluster {
  if (!isCaching(cluster.engine)) throw new Refusal(422, messages.unsupported);
  return cluster;
}

function mysqlCluster(cluster: Cluster): Cluster {
  if (cluster.engine !== "mysql") throw new Refusal(422, messages.unsupported);
  return cluster;
}
