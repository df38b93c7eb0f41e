import { Refusal } from "../kit/base/refusal.js";
import type { Method, Route, VendorRequest, VendorResponse } from "../kit/vendor/sandbox-vendor.js";
import type { Caller } from "./accounts.js";
import { isCaching } from "./clusters/engines.js";
import { messages } from "./messages.js";
import type { DigitalOceanSettings } from "./settings.js";
import type { AccountState, Cluster, DigitalOceanState, Replica } from "./state.js";

/** A request to DigitalOcean. */
export type Request = VendorRequest<DigitalOceanState, Caller, DigitalOceanSettings>;

/** A route of DigitalOcean. */
export type DigitalOceanRoute = Route<DigitalOceanState, Caller, DigitalOceanSettings>;

/** A success without a body. */
export const noContent: VendorResponse = { status: 204 };

/** The objects of the caller's account. */
export function accountState(request: Request): AccountState {
  const state = request.state.accounts[request.caller.account.uuid];
  if (state === undefined) throw new RangeError("the account has no state");
  return state;
}

/** The cluster that the path names. Refuses with 404 when the account has none of that id. */
export function clusterOf(request: Request): Cluster {
  const cluster = accountState(request).clusters.find(({ id }) => id === request.params["cluster"]);
  if (cluster === undefined) throw new Refusal(404, messages.clusterNotFound);
  return cluster;
}

/** A replica and the cluster that it copies. */
export interface FoundReplica {
  readonly replica: Replica;
  readonly cluster: Cluster;
}

/** The replica whose id is in the path in place of a cluster's, where the API takes either; undefined: none. */
export function findReplica(request: Request): FoundReplica | undefined {
  for (const cluster of accountState(request).clusters) {
    const replica = cluster.replicas?.find(({ id }) => id === request.params["cluster"]);
    if (replica !== undefined) return { replica, cluster };
  }
  return undefined;
}

/** True when nothing goes on with the cluster. */
export function isOnline(cluster: Cluster, nowMs: number): boolean {
  return cluster.readyAtMs !== null && nowMs >= cluster.readyAtMs;
}

/** The cluster that the path names. Refuses with 404, and with 412 while it is made or changed. */
export function onlineClusterOf(request: Request): Cluster {
  const cluster = clusterOf(request);
  if (!isOnline(cluster, request.nowMs)) throw new Refusal(412, messages.notOnline);
  return cluster;
}

/**
 * The cluster that the path names, for requests about its users and databases. Refuses with 404, changes with 412 while it
 * is made or changed, and with 422 for caching engines, which have neither.
 */
export function inhabitedCluster(request: Request): Cluster {
  const cluster = request.method === "GET" ? clusterOf(request) : onlineClusterOf(request);
  if (isCaching(cluster.engine)) throw new Refusal(422, messages.unsupported);
  return cluster;
}

/** A route below one cluster. */
export function clusterRoute(method: Method, path: string, handle: DigitalOceanRoute["handle"]): DigitalOceanRoute {
  return { method, path: `/v2/databases/:cluster${path}`, handle };
}
