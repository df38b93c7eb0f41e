import { type JsonObject, stringField, stringList } from "../../kit/base/json-fields.js";
import { Refusal } from "../../kit/base/refusal.js";
import { collection } from "../../kit/vendor/collection.js";
import { type ItemStates, stateAt } from "../../kit/vendor/item-state.js";
import { accountState, clusterOf, type DigitalOceanRoute, inhabitedCluster, type Request } from "../account-request.js";
import { checkName, checkRegion, checkReplicaSize, checkStorage } from "../clusters/check-cluster.js";
import { replicaConnections } from "../clusters/connections.js";
import { engineOf } from "../clusters/engines.js";
import { messages } from "../messages.js";
import { responseForm } from "../response-form.js";
import { type Replica, timeText } from "../state.js";
import { ensureTags } from "../tags.js";
import { leaveVpc, vpcForCluster } from "../vpcs.js";

/** Engines with read-only replicas (digitalocean/openapi 7c1300c4). */
const replicatedEngines = ["pg", "mysql", "advanced_pg", "advanced_mysql"];

/** The states of a replica as the API names them. */
export const replicaStates: ItemStates<Request> = { create: "forking", change: "resizing", ready: "online" };

const replicas = collection<Request, Replica>({
  path: "/v2/databases/:cluster/replicas/:replica",
  keys: ["replica", "replicas"],
  form: responseForm,
  items: replicasOf,
  present: (stored, { settings, nowMs }) =>
    settings.newReplicas === "shown"
      ? stored
      : stored.filter((replica) => stateAt(replica, replicaStates, nowMs) !== replicaStates.create),
  id: ({ name }) => name,
  view: (replica, request, { state }) => ({
    id: replica.id,
    name: replica.name,
    ...replicaConnections(clusterOf(request), replica, request.caller.readOnly ? "none" : "all"),
    region: replica.region,
    status: state,
    created_at: timeText(replica.createdAtMs),
    private_network_uuid: replica.vpcId,
    tags: replica.tags.length === 0 ? null : replica.tags,
    storage_size_mib: replica.storageSizeMib,
    size: replica.size,
  }),
  build,
  notFound: () => new Refusal(404, messages.replicaNotFound),
  states: replicaStates,
  beforeDelete: (replica, request) => leaveVpc(request, replica),
});

/** `/v2/databases/:cluster/replicas`; refused with 422 for other engines than PostgreSQL and MySQL. */
export const databaseReplicaRoutes: readonly DigitalOceanRoute[] = replicas.routes;

function replicasOf(request: Request): Replica[] {
  const cluster = inhabitedCluster(request);
  if (!replicatedEngines.includes(cluster.engine)) throw new Refusal(422, messages.unsupported);
  cluster.replicas ??= [];
  return cluster.replicas;
}

function build(body: JsonObject, request: Request): Replica {
  const cluster = clusterOf(request);
  const state = accountState(request);
  const name = checkName(stringField(body, "name"));
  const names = state.clusters.flatMap((entry) => [entry, ...(entry.replicas ?? [])]).map((entry) => entry.name);
  if (names.includes(name)) throw new Refusal(422, messages.clusterNameTaken);
  const engine = engineOf(cluster);
  const region = checkRegion(engine, stringField(body, "region") || cluster.region);
  const size = checkReplicaSize(engine, stringField(body, "size"), cluster.size);
  const storageSizeMib = checkStorage(engine, size, body, cluster.storageSizeMib);
  return {
    id: request.uuid(),
    name,
    region,
    size,
    storageSizeMib,
    vpcId: vpcForCluster(request, stringField(body, "private_network_uuid"), region).id,
    tags: ensureTags(state, stringList(body, "tags")),
    createdAtMs: request.nowMs,
    hostMark: `do-user-${request.caller.account.number}-0`,
    rules: [],
  };
}
