import type { Answer } from "../kit/vendor/sandbox-vendor.js";
import { objectAt, textAt } from "./body-fields.js";
import { clusterAnswer } from "./cluster-answer.js";
import { patchCluster } from "./patch-cluster.js";
import { invalid } from "./refusals.js";
import { acceptPassword } from "./root-password.js";
import { changeableClusterOf, clusterRoute, type TidbRequest, type TidbRoute } from "./tidb-request.js";

/** PATCH of a cluster, and its root password. */
export const clusterChangeRoutes: readonly TidbRoute[] = [
  clusterRoute("PATCH", "", patch),
  clusterRoute("PUT", "/password", changePassword),
];

function patch(request: TidbRequest): Answer {
  const cluster = changeableClusterOf(request);
  const given = objectAt(request.body, "cluster") ?? {};
  const id = textAt(given, "clusterId");
  if (id !== undefined && id !== cluster.clusterId) throw invalid(`cluster.clusterId is not ${cluster.clusterId}`);
  patchCluster(cluster, { mask: textAt(request.body, "updateMask") ?? "", given }, request);
  return { status: 200, body: clusterAnswer(cluster, request, "PATCH") };
}

function changePassword(request: TidbRequest): Answer {
  const cluster = changeableClusterOf(request);
  cluster.rootPassword = acceptPassword(textAt(request.body, "password") ?? "", request.settings);
  cluster.updateTimeMs = request.nowMs;
  return { status: 200, body: {} };
}
