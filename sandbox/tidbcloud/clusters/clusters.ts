import { cutPage } from "../../kit/vendor/paging.js";
import type { VendorResponse } from "../../kit/vendor/sandbox-vendor.js";
import { objectAt, objectsAt } from "../body-fields.js";
import { connectionFields, shownState, stateOf } from "../database.js";
import { invalid } from "../refusals.js";
import { regionResponse, regions } from "../regions.js";
import { type Cluster, organizationId } from "../state.js";
import {
  clusterOf,
  clusterRoute,
  clusterWithId,
  noSuchCluster,
  paging,
  presentClusters,
  responseForm,
  type TidbRequest,
  type TidbRoute,
  type TidbWorkshop,
} from "../tidb-request.js";
import { createCluster } from "./create-cluster.js";
import { clusterFilter } from "./list-filter.js";

/** What a response is for: a view of a cluster, or the response of a PATCH, which has no annotations. */
type ClusterView = "BASIC" | "FULL" | "PATCH";

/**
 * Fields that a view leaves out. BASIC, also in lists, as the Terraform provider and the CLI's fixtures have it
 * (tidbcloud/terraform-provider-tidbcloud d00f192, tidbcloud/tidbcloud-cli 19aea6a); the exact split is not documented.
 */
const leftOut: Readonly<Record<ClusterView, readonly string[]>> = {
  BASIC: ["spendingLimit", "automatedBackupPolicy"],
  FULL: [],
  PATCH: ["annotations"],
};

/** Version of TiDB that the sandbox's clusters have. */
const tidbVersion = "v8.5.3";

/** A cluster as the API returns it. */
export function clusterResponse(cluster: Cluster, workshop: TidbWorkshop, view: ClusterView): unknown {
  const { nowMs, settings } = workshop;
  const creating = stateOf(cluster, nowMs) === "CREATING";
  const response = {
    ...identity(cluster, workshop),
    ...plan(cluster, settings.fields === "sparse"),
    ...connectionFields({
      database: cluster,
      regionId: cluster.regionId,
      publicPart: {
        ...(settings.fields === "sparse" && !cluster.publicDisabled ? {} : { disabled: cluster.publicDisabled }),
        authorizedNetworks: cluster.networks,
      },
      nowMs,
      settings,
    }),
    ...(creating && settings.creatingFields !== "empty" ? {} : { version: creating ? "" : tidbVersion }),
    automatedBackupPolicy: cluster.backup,
    rootPassword: "",
    encryptionConfig: { enhancedEncryptionEnabled: cluster.enhancedEncryption },
    highAvailabilityType: "ZONAL",
    auditLogConfig: cluster.auditLog,
    ...(settings.unknownFields
      ? { usage: { requestUnit: "0", rowBasedStorage: 0 }, futureField: { anything: ["new"] } }
      : {}),
  };
  return Object.fromEntries(Object.entries(response).filter(([key]) => !leftOut[view].includes(key)));
}

function identity(cluster: Cluster, { nowMs, settings }: TidbWorkshop): object {
  const region = regions.find(({ regionId }) => regionId === cluster.regionId);
  return {
    name: `clusters/${cluster.clusterId}`,
    clusterId: cluster.clusterId,
    displayName: cluster.displayName,
    region: region === undefined ? { name: `regions/${cluster.regionId}` } : regionResponse(region),
    state: shownState(cluster, nowMs, settings.unknownState),
    createdBy: cluster.createdBy,
    createTime: new Date(cluster.createTimeMs).toISOString(),
    updateTime: new Date(cluster.updateTimeMs).toISOString(),
    labels: {
      ...cluster.labels,
      "tidb.cloud/organization": organizationId,
      "tidb.cloud/project": cluster.projectId,
    },
    annotations: {
      "tidb.cloud/has-set-password": String(cluster.rootPassword !== null),
      "tidb.cloud/available-features": "DELEGATE_USER,DISABLE_PUBLIC_LB,PRIVATELINK",
    },
  };
}

function plan({ autoScaling, spendingLimit }: Cluster, sparse: boolean): object {
  if (autoScaling !== null) return { clusterPlan: "ESSENTIAL", servicePlan: "Essential", autoScaling };
  const limit = sparse && spendingLimit === 0 ? {} : { monthly: spendingLimit };
  return { clusterPlan: "STARTER", servicePlan: "Starter", spendingLimit: limit };
}

const mostInBatch = 1000;

/** `/v1beta1/clusters`: create, list, get, delete, and the batches. */
export const clusterRoutes: readonly TidbRoute[] = [
  { method: "POST", path: "/v1beta1/clusters", handle: create },
  { method: "GET", path: "/v1beta1/clusters", handle: list },
  { method: "POST", path: "/v1beta1/clusters::batchCreate", handle: batchCreate },
  { method: "GET", path: "/v1beta1/clusters::batchGet", handle: batchGet },
  clusterRoute("GET", "", (request) => ({
    status: 200,
    body: clusterResponse(clusterOf(request), request, viewOf(request)),
  })),
  clusterRoute("DELETE", "", remove),
];

/** The view that a request names. Refuses an unknown one with 400. */
function viewOf({ query, settings }: TidbRequest): ClusterView {
  const view = query.get("view") || settings.omittedView;
  if (view === "BASIC" || view === "FULL") return view;
  throw invalid(`view "${view}" is not BASIC or FULL`);
}

function create(request: TidbRequest): VendorResponse {
  const cluster = createCluster(request, request.body, originOf(request));
  return { status: 200, body: clusterResponse(cluster, request, "FULL") };
}

function originOf({ caller }: TidbRequest) {
  return { createdBy: `apikey-${caller.key.publicKey}` };
}

function list(request: TidbRequest): VendorResponse {
  const { nowMs, settings, query } = request;
  const passes = clusterFilter(query.get("filter") ?? "");
  const wanted = presentClusters(request).filter((cluster) =>
    passes({ cluster, state: shownState(cluster, nowMs, settings.unknownState) }),
  );
  const page = cutPage(ordered(wanted, query.get("orderBy") ?? ""), request, paging);
  const items = page.items.map((cluster) => clusterResponse(cluster, request, "BASIC"));
  return { status: 200, ...responseForm.list("clusters", { ...page, items }, request) };
}

/** The syntax is not documented; this is the one of Google's AIPs for the two fields that clients could want. */
function ordered(clusters: readonly Cluster[], orderBy: string): readonly Cluster[] {
  if (orderBy.trim() === "") return clusters;
  const [, field, direction] = /^\s*(createTime|displayName)(?:\s+(asc|desc))?\s*$/.exec(orderBy) ?? [];
  if (field === undefined) throw invalid(`orderBy "${orderBy}" is not supported`);
  const sign = direction === "desc" ? -1 : 1;
  const keyOf = (cluster: Cluster): string | number =>
    field === "createTime" ? cluster.createTimeMs : cluster.displayName;
  return [...clusters].sort((left, right) => {
    const [a, b] = [keyOf(left), keyOf(right)];
    return a === b ? 0 : a < b ? -sign : sign;
  });
}

function batchCreate(request: TidbRequest): VendorResponse {
  const requests = objectsAt(request.body, "requests") ?? [];
  if (requests.length === 0 || requests.length > mostInBatch)
    throw invalid(`requests must be 1 to ${mostInBatch}, not ${requests.length}`);
  // A refusal of one undoes those before it.
  const made = requests.map((item) => createCluster(request, objectAt(item, "cluster") ?? {}, originOf(request)));
  return { status: 200, body: { clusters: made.map((cluster) => clusterResponse(cluster, request, "FULL")) } };
}

function batchGet(request: TidbRequest): VendorResponse {
  const ids = request.query.getAll("clusterIds");
  if (ids.length === 0 || ids.length > mostInBatch)
    throw invalid(`clusterIds must be 1 to ${mostInBatch}, not ${ids.length}`);
  const view = viewOf(request);
  const found = ids.map((id) => clusterWithId(request, id));
  return { status: 200, body: { clusters: found.map((cluster) => clusterResponse(cluster, request, view)) } };
}

function remove(request: TidbRequest): VendorResponse {
  const cluster = clusterOf(request);
  if (stateOf(cluster, request.nowMs) === "DELETED" && cluster.deletion !== null)
    throw noSuchCluster(request, cluster.clusterId);
  if (cluster.deletion === null) deleteCluster(cluster, request);
  return { status: 200, body: clusterResponse(cluster, request, "FULL") };
}

function deleteCluster(cluster: Cluster, request: TidbRequest): void {
  const { nowMs, settings } = request;
  const [leavesAtMs, hiddenAtMs] = [request.doneAtMs("leave"), request.doneAtMs("leave")];
  const deletedAtMs = leavesAtMs === null ? null : Math.max(leavesAtMs, nowMs + settings.deletionMs);
  const goneAtMs = deletedAtMs === null || hiddenAtMs === null ? null : deletedAtMs + hiddenAtMs - nowMs;
  cluster.deletion = { deletedAtMs, goneAtMs };
  cluster.updateTimeMs = nowMs;
  // Those that are gone for good need not be kept.
  request.state.clusters = request.state.clusters.filter((entry) => stateOf(entry, nowMs) !== undefined);
}
