import { PlantonError } from "../../contract/planton-error.js";
import type { CheckFailure } from "../kit/check-properties.js";
import { forgetRecord } from "../kit/creation-record.js";
import type { Comparison } from "../kit/property-declaration.js";
import { defineResource, type ResourceCall } from "../kit/resource.js";
import { limitsOf } from "../kit/work-limits.js";
import { clusterHandle } from "./cluster-calls.js";
import { createCluster } from "./cluster-create.js";
import { clusterInputs, clusterOutputs, unreadyOutputs } from "./cluster-properties.js";
import { checkCluster, ownerLabelKey } from "./cluster-rules.js";
import { settleCluster } from "./cluster-settle.js";
import { clusterState, labelsOf } from "./cluster-state.js";
import { type DatabaseHandle, getDatabase, isLeaving } from "./database-calls.js";
import { deleteDatabase } from "./database-delete.js";
import { outputsChangedBy } from "./database-properties.js";
import type { TidbCloudApi } from "./tidbcloud-api.js";

type Call = ResourceCall<TidbCloudApi>;

function handleOf(call: Call, id: string, seconds?: number): DatabaseHandle {
  return clusterHandle(call.api, id, limitsOf(call, seconds));
}

/** The id that an import names: the bare one, or the API's own "clusters/ID". Throws E_VENDOR for any other text. */
function clusterIdOf(id: string): string {
  const bare = id.replace(/^clusters\//, "");
  if (/^[0-9]{1,20}$/.test(bare)) return bare;
  const message = `"${id}" is no cluster id`;
  throw new PlantonError({ code: "E_VENDOR", message, hint: "write the id of 1 to 20 digits, or clusters/ID" });
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
export const serverlessClusterResource = defineResource<TidbCloudApi>()({
  type: "tidbcloud:index/serverlessCluster:ServerlessCluster",
  description: "A TiDB Cloud Starter or Essential cluster, ready to be connected to.",
  inputs: clusterInputs,
  outputs: clusterOutputs,
  outputsChangedBy,
  stableOutputs: ["clusterId", "adopted", "createTime", "createdBy", "regionName", "servicePlan"],
  unfinished: unreadyOutputs,
  refuseChange: (comparison, replaces) => (replaces ? protectedReplacement(comparison) : planChange(comparison)),
  check: checkCluster,
  create: createCluster,

  async read(call) {
    const id = clusterIdOf(call.id);
    const cluster = await getDatabase(handleOf(call, id), "FULL");
    if (cluster === undefined || isLeaving(cluster)) return undefined;
    const { state: old, importing } = call;
    const mark = labelsOf(cluster)[ownerLabelKey];
    const known = {
      values: old,
      password: old.rootPassword,
      adopted: importing ? mark === undefined : (old.adopted ?? false),
      labelNames: importing ? undefined : Object.keys(old.labels ?? {}),
    };
    if (!importing) forgetRecord(call.api, { urn: call.urn, owner: old.owner }, id);
    return { id, state: clusterState(cluster, known) };
  },

  async update(call) {
    const { id, inputs, state: old, generated } = call;
    const handle = handleOf(call, id, inputs.readyTimeoutSeconds);
    forgetRecord(call.api, { urn: call.urn, owner: inputs.owner }, id);
    const adopted = old.adopted ?? false;
    return settleCluster({ handle, seen: undefined, inputs, generated, old, adopted, password: old.rootPassword });
  },

  async delete(call) {
    const { api, urn, id, state, inputs } = call;
    const chosen = inputs.deletionPolicy ?? state.deletionPolicy;
    const policy = chosen ?? (state.adopted ? "RETAIN" : "DELETE");
    const seconds = inputs.deleteTimeoutSeconds ?? state.deleteTimeoutSeconds;
    if (policy === "DELETE" && inputs.deletionProtection) {
      throw new PlantonError({
        code: "E_PROTECTED",
        message: `the cluster "${id}" has deletionProtection, so it is not deleted`,
        hint: "apply deletionProtection: false first; then its deletion goes through",
      });
    }
    if (policy === "DELETE") await deleteDatabase(handleOf(call, id, seconds));
    // An adopted one may be of this stack all the same: found by its name when a replacement was forced.
    else if (chosen === undefined)
      await api.warn(
        urn,
        `the cluster "${id}" was adopted and is kept; to have it deleted, set deletionPolicy: DELETE`,
      );
    forgetRecord(api, { urn, owner: inputs.owner ?? state.owner }, id);
  },
});
