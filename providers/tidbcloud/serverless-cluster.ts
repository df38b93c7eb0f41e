import { PlantonError } from "../../contract/planton-error.js";
import { asNonEmptyString, asObject } from "../../http/json.js";
import type { ForeignPolicy, RestApi } from "../kit/managed/managed-declaration.js";
import { defineManagedResource, parseId } from "../kit/managed/managed-resource.js";
import type { CheckFailure } from "../kit/schema/check-properties.js";
import type { Comparison } from "../kit/schema/property-declaration.js";
import { clusterChanges, createBody } from "./cluster-changes.js";
import { checkCluster, ownerLabel, ownerLabelKey } from "./cluster-checks.js";
import { clusterInputs, clusterOutputs } from "./cluster-properties.js";
import { clusterState, labelsOf, projectLabel, regionOf } from "./cluster-state.js";
import { byName, type ClusterKey, clusterRules, clustersPath, listClusters } from "./database.js";
import { missingOutputs, outputsChangedBy } from "./database-properties.js";
import { passwordPlan } from "./root-password.js";
import type { TidbCloudApi } from "./tidbcloud-api.js";

const policies: Readonly<Record<string, ForeignPolicy>> = { ADOPT_IF_FOUND: "adopt", ADOPT_ONLY: "adopt-only" };

const quotaPattern = /quota|exceed|limit|maximum|too many/i;

/** The API, whose error for one cluster too many says what to do. */
function withQuotaHint(api: TidbCloudApi): RestApi {
  return {
    ...api,
    errorOf(response, secrets) {
      const error = api.errorOf(response, secrets);
      const { code, message } = error;
      const isRefusal = response.method === "POST" && code === "E_VENDOR" && response.status !== 429;
      if (!isRefusal || !quotaPattern.test(message)) return error;
      const hint =
        "an organization has a few free Starter clusters; delete one, or add a credit card and a spending limit " +
        "(spendingLimitMonthlyCents above 0)";
      return new PlantonError({ code, message, hint, cause: error });
    },
  };
}

function planChange({ state, inputs, oldInputs }: Comparison): readonly CheckFailure[] {
  const plan = state["servicePlan"];
  const refuse = (property: string, wanted: string): readonly CheckFailure[] => [
    {
      property,
      reason: `the cluster has the plan "${String(plan)}", and a cluster cannot change to "${wanted}"; make another cluster`,
    },
  ];
  if (inputs["autoScaling"] !== undefined && plan === "Starter") return refuse("autoScaling", "Essential");
  if (plan !== "Essential") return [];
  if (inputs["spendingLimitMonthlyCents"] !== undefined) return refuse("spendingLimitMonthlyCents", "Starter");
  const isRemoved = oldInputs?.["autoScaling"] !== undefined && inputs["autoScaling"] === undefined;
  return isRemoved ? refuse("autoScaling", "Starter") : [];
}

/** The new cluster would be made before the deletion of the old one is refused. */
function protectedReplacement({ oldInputs }: Comparison): readonly CheckFailure[] {
  if (oldInputs?.["deletionProtection"] !== true || oldInputs["deletionPolicy"] === "RETAIN") return [];
  const reason = "the change replaces the cluster, which is protected; apply deletionProtection: false first";
  return [{ property: "deletionProtection", reason }];
}

/** `tidbcloud.ServerlessCluster`. */
export const serverlessClusterResource = defineManagedResource<TidbCloudApi, ClusterKey>()({
  ...clusterRules,
  type: "tidbcloud:index/serverlessCluster:ServerlessCluster",
  description: "A TiDB Cloud Starter or Essential cluster, ready to be connected to.",
  inputs: clusterInputs,
  outputs: clusterOutputs,
  outputsChangedBy,
  stableOutputs: ["clusterId", "adopted", "createTime", "createdBy", "regionName", "servicePlan"],
  local: [
    ...(["keepRootPassword", "adoption", "database", "owner"] as const),
    ...(["readyTimeoutSeconds", "deleteTimeoutSeconds", "deletionPolicy"] as const),
  ],
  unfinished: (state) => missingOutputs(state, asObject(state["publicEndpoint"])?.["disabled"] === true),
  refuseChange: (comparison, replaces) => (replaces ? protectedReplacement(comparison) : planChange(comparison)),
  check: checkCluster,
  rest: withQuotaHint,
  id: {
    ...clusterRules.id,
    parse: (id) =>
      parseId<"clusterId">(id, {
        pattern: /^(?:clusters\/)?(?<clusterId>[0-9]{1,20})$/,
        noun: "cluster",
        example: "<id of 1 to 20 digits>",
      }),
  },
  find: {
    by: "list",
    list: ({ displayName }, call, scope) =>
      listClusters(call, scope === "named" ? `displayName="${displayName}"` : undefined),
    keyIn(cluster) {
      const clusterId = asNonEmptyString(cluster["clusterId"]);
      return clusterId === undefined ? undefined : { clusterId };
    },
    ...byName,
    mark: {
      of: ({ owner }) => (owner === undefined ? undefined : ownerLabel(owner)),
      in: (cluster) => labelsOf(cluster)[ownerLabelKey],
    },
    isMeant(cluster, { region, projectId }) {
      const project = labelsOf(cluster)[projectLabel];
      const isInProject = projectId === undefined || project === undefined || project === projectId;
      return isInProject && regionOf(cluster) === region;
    },
  },
  toState: clusterState,
  create: (inputs) => ({ method: "POST", path: clustersPath, body: createBody(inputs, true) }),
  // The vendor does not document whether a creation may give labels.
  createAgain(inputs, refused) {
    const isOfLabels = refused.status === 400 && /label/i.test(JSON.stringify(refused.body));
    return isOfLabels ? { method: "POST", path: clustersPath, body: createBody(inputs, false) } : undefined;
  },
  changes: clusterChanges,
  trusted: (facts) => (passwordPlan(facts) === "note" ? ["rootPassword"] : []),
  foreign: ({ adoption }) => policies[adoption?.policy ?? ""] ?? "refuse",
  foreignKey: ({ adoption: { clusterId } = {} }) => (clusterId === undefined ? undefined : { clusterId }),
  foreignHint: "take another displayName, or take that cluster over by the adoption policy ADOPT_IF_FOUND",
  async beforeDelete({ api, urn, key: { clusterId }, state, inputs }) {
    const chosen = inputs.deletionPolicy ?? state.deletionPolicy;
    const policy = chosen ?? (state.adopted ? "RETAIN" : "DELETE");
    if (policy === "DELETE" && inputs.deletionProtection) {
      throw new PlantonError({
        code: "E_PROTECTED",
        message: `the cluster "${clusterId}" has deletionProtection, so it is not deleted`,
        hint: "apply deletionProtection: false first; then its deletion goes through",
      });
    }
    if (policy === "DELETE") return "delete";
    // An adopted one may be of this stack all the same: found by its name when a replacement was forced.
    const why = "was adopted and is kept; to have it deleted, set deletionPolicy: DELETE";
    if (chosen === undefined) await api.warn(urn, `the cluster "${clusterId}" ${why}`);
    return "keep";
  },
});
