import { type JsonObject, objectField, objectList, stringField, stringList } from "../../kit/base/json-fields.js";
import { Refusal } from "../../kit/base/refusal.js";
import { collection } from "../../kit/vendor/collection.js";
import type { VendorResponse } from "../../kit/vendor/sandbox-vendor.js";
import { accountState, type DigitalOceanRoute, type Request } from "../account-request.js";
import { autoscaleField, checkAutoscale } from "../clusters/autoscaling.js";
import {
  checkEngine,
  checkLayout,
  checkName,
  checkProject,
  checkRegion,
  checkStorage,
  checkVersion,
} from "../clusters/check-cluster.js";
import { clusterResponse } from "../clusters/cluster-response.js";
import { accessOf } from "../clusters/connections.js";
import { engines, isCaching } from "../clusters/engines.js";
import { newUser } from "../clusters/new-user.js";
import { firewallRules } from "../firewall-rules.js";
import { messages } from "../messages.js";
import { responseForm } from "../response-form.js";
import type { Cluster } from "../state.js";
import { ensureTags } from "../tags.js";
import { leaveVpc, vpcForCluster } from "../vpcs.js";

/** Everything of MySQL's `sql_mode` that DigitalOcean sets by default (digitalocean/openapi 7c1300c4, example). */
const defaultSqlMode =
  "ANSI,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,NO_ZERO_DATE,NO_ZERO_IN_DATE,STRICT_ALL_TABLES";

const clusters = collection<Request, Cluster>({
  path: "/v2/databases/:cluster",
  keys: ["database", "databases"],
  // DigitalOcean documents no paging here, and its clients read one page: the preset is all of them.
  form: { ...responseForm, paging: { ...responseForm.paging, preset: "all" } },
  items: (request) => accountState(request).clusters,
  id: ({ id }) => id,
  view: (cluster, request, { operation }) => clusterResponse(cluster, request, operation === "create"),
  build,
  notFound: () => new Refusal(404, messages.clusterNotFound),
  filters: { tag_name: ({ tags }, wanted) => tags.some((name) => name.toLowerCase() === wanted.toLowerCase()) },
  beforeDelete(cluster, request) {
    for (const leaving of [cluster, ...(cluster.replicas ?? [])]) leaveVpc(request, leaving);
  },
});

/** `/v2/databases`: options, create, list, get, delete. */
export const databaseRoutes: readonly DigitalOceanRoute[] = [
  { method: "GET", path: "/v2/databases/options", handle: options },
  ...clusters.routes,
];

function build(body: JsonObject, request: Request): Cluster {
  const state = accountState(request);
  const name = checkName(stringField(body, "name"));
  if (request.settings.duplicateClusterNames === "refused" && state.clusters.some((entry) => entry.name === name))
    throw new Refusal(422, messages.clusterNameTaken);
  const engine = checkEngine(stringField(body, "engine"));
  const version = checkVersion(engine, stringField(body, "version"));
  const region = checkRegion(engine, stringField(body, "region"));
  const layout = checkLayout(engine, body);
  const storageSizeMib = checkStorage(engine, layout.size, body);
  const projectId = checkProject(stringField(body, "project_id"));
  const vpc = vpcForCluster(request, stringField(body, "private_network_uuid"), region);
  const restored = restoreSource(request, engine.slug);
  const tags = ensureTags(state, stringList(body, "tags"));
  const { user, database } = accessOf(engine.slug);
  return {
    id: request.uuid(),
    name,
    engine: engine.slug,
    version,
    region,
    ...layout,
    storageSizeMib,
    vpcId: vpc.id,
    projectId: projectId || request.caller.account.defaultProjectId,
    tags,
    createdAtMs: request.nowMs,
    transition: restored === undefined ? "creating" : "forking",
    readyAtMs: request.doneAtMs("create"),
    hostMark: `do-user-${request.caller.account.number}-${state.clusters.filter((entry) => entry.name === name).length}`,
    maintenance: { day: "saturday", hour: "08:45:12" },
    evictionPolicy: "noeviction",
    sqlMode: defaultSqlMode,
    autoscale: checkAutoscale(autoscaleField(body), request.settings),
    rules: firewallRules(objectList(body, "rules") ?? [], [], request),
    users: [newUser(request, { engine: engine.slug, name: user, role: "primary" })],
    databases:
      isCaching(engine.slug) || database === "" ? [] : [...new Set([database, ...(restored?.databases ?? [])])],
  };
}

function restoreSource(request: Request, engine: string): Cluster | undefined {
  const restore = objectField(request.body, "backup_restore");
  const source = restore === undefined ? "" : stringField(restore, "database_name");
  if (source === "") return undefined;
  if (isCaching(engine)) throw new Refusal(422, messages.unsupported);
  const cluster = accountState(request).clusters.find(({ name }) => name === source);
  if (cluster === undefined) throw new Refusal(422, messages.backupSource);
  if (cluster.engine !== engine) throw new Refusal(422, messages.backupEngine);
  return cluster;
}

function options(): VendorResponse {
  const offered = engines.map((engine) => {
    const layouts = engine.layouts.flatMap(({ nodeCounts, sizes }) =>
      nodeCounts.map((count) => ({ num_nodes: count, sizes })),
    );
    const versions = engine.versions.map(({ version }) => version);
    return [
      engine.slug,
      { regions: engine.regions, versions, layouts, default_version: engine.defaultVersion },
    ] as const;
  });
  const availability = engines.map((engine) => {
    const versions = engine.versions.map(({ version, endOfLife, endOfAvailability }) => ({
      version,
      end_of_life: endOfLife,
      end_of_availability: endOfAvailability,
      default: version === engine.defaultVersion,
    }));
    return [engine.slug, versions] as const;
  });
  return {
    status: 200,
    body: { options: Object.fromEntries(offered), version_availability: Object.fromEntries(availability) },
  };
}
