import { Refusal } from "../kit/base/refusal.js";
import type { ResponseForm } from "../kit/vendor/collection-definition.js";
import type { Paging } from "../kit/vendor/paging.js";
import type { Method, Route, VendorRequest, Workshop } from "../kit/vendor/sandbox-vendor.js";
import type { Caller } from "./authentication/authenticate.js";
import { type DatabaseState, stateOf } from "./database.js";
import { invalid, wrongState } from "./refusals.js";
import type { TidbSettings } from "./settings.js";
import type { Cluster, TidbState } from "./state.js";

/** What TiDB Cloud's stand-in works with. */
export type TidbWorkshop = Workshop<TidbState, TidbSettings>;

/** A request to TiDB Cloud. */
export type TidbRequest = VendorRequest<TidbState, Caller, TidbSettings>;

/** A route of TiDB Cloud. */
export type TidbRoute = Route<TidbState, Caller, TidbSettings>;

/** The clusters that are not gone. */
export function presentClusters({ state, nowMs }: Pick<TidbWorkshop, "state" | "nowMs">): readonly Cluster[] {
  return state.clusters.filter((cluster) => stateOf(cluster, nowMs) !== undefined);
}

/** The refusal for a cluster that is gone or never was: 404, or 403 by a setting. */
export function noSuchCluster({ settings }: Pick<TidbWorkshop, "settings">, clusterId: string): Refusal {
  if (settings.missingCluster === "403") return new Refusal(403, "permission denied");
  return new Refusal(404, `cluster ${clusterId} not found`);
}

/** The cluster of an id. Refuses when there is none. */
export function clusterWithId(workshop: TidbWorkshop, clusterId = ""): Cluster {
  const found = presentClusters(workshop).find((cluster) => cluster.clusterId === clusterId);
  if (found === undefined) throw noSuchCluster(workshop, clusterId);
  return found;
}

/** The cluster that the path names. Refuses when there is none. */
export function clusterOf(request: TidbRequest): Cluster {
  return clusterWithId(request, request.params["cluster"]);
}

/** The cluster that the path names, for a change. Refuses one that is made or deleted with FAILED_PRECONDITION. */
export function changeableClusterOf(request: TidbRequest): Cluster {
  const cluster = clusterOf(request);
  const state = stateOf(cluster, request.nowMs);
  const refused: readonly (DatabaseState | undefined)[] =
    request.settings.changeWhileCreating === "accepted" ? ["DELETING", "DELETED"] : ["CREATING", "DELETING", "DELETED"];
  if (refused.includes(state)) throw wrongState(`cluster ${cluster.clusterId} is ${state}`);
  return cluster;
}

/** A route below one cluster. */
export function clusterRoute(method: Method, path: string, handle: TidbRoute["handle"]): TidbRoute {
  return { method, path: `/v1beta1/clusters/:cluster${path}`, handle };
}

/** 10 items a page unless asked, 100 at most; the token is bound to the other parameters. */
export const paging: Paging = {
  by: "token",
  position: "pageToken",
  size: "pageSize",
  preset: 10,
  most: 100,
  skip: "skip",
  invalid,
};

/**
 * For collections of the Serverless API: an item is the whole body, which a deletion has too; a list is under its key,
 * with the next token and the total.
 */
export const responseForm: ResponseForm<TidbRequest> = {
  paging,
  statuses: { create: 200, change: 200, delete: 200 },
  item: (_key, view) => view,
  list: (key, { items, next = "", total }) => ({ body: { [key]: items, nextPageToken: next, totalSize: total } }),
};

/** For collections of the IAM service: the same, but a list has no total. */
export const iamResponseForm: ResponseForm<TidbRequest> = {
  ...responseForm,
  list: (key, { items, next = "" }) => ({ body: { [key]: items, nextPageToken: next } }),
};
