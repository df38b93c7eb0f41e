import { PlantonError } from "../../contract/planton-error.js";
import type { CheckFailure } from "../kit/check-properties.js";
import { pollUntil } from "../kit/poll.js";
import type { Comparison } from "../kit/property-declaration.js";
import { defineResource, type ResourceCall } from "../kit/resource.js";
import { type ClusterHandle, clusterPath, getCluster, isGone, isLeaving } from "./cluster-calls.js";
import { createCluster, defaultTimeoutSeconds } from "./cluster-create.js";
import { clusterInputs, clusterOutputs, unreadyOutputs } from "./cluster-properties.js";
import { checkCluster, ownerLabelKey } from "./cluster-rules.js";
import { reasonOf, settleCluster } from "./cluster-settle.js";
import { clusterState, labelsOf } from "./cluster-state.js";
import type { TidbCloudApi } from "./tidbcloud-api.js";

type Call = ResourceCall<TidbCloudApi>;

function handleOf(call: Call, id: string, defaultSeconds = defaultTimeoutSeconds): ClusterHandle {
  const deadlineMs = call.clock.nowMs() + (call.timeoutMs ?? defaultSeconds * 1000);
  return { api: call.api, id, signal: call.abandoned, cancelled: call.cancelled, deadlineMs };
}

/** The id that an import names: the bare one, or the API's own "clusters/ID". Throws E_VENDOR for any other text. */
function clusterIdOf(id: string): string {
  const bare = id.replace(/^clusters\//, "");
  if (/^[0-9]{1,20}$/.test(bare)) return bare;
  const message = `"${id}" is no cluster id`;
  throw new PlantonError({ code: "E_VENDOR", message, hint: "write the id of 1 to 20 digits, or clusters/ID" });
}

/** Once a refresh, an update or a deletion names the cluster, the engine has it in its state. */
function forgetIntent(call: Call, id: string, owner: string | undefined): void {
  const subject = { urn: call.urn, owner };
  if (call.api.intents.read(subject)?.clusterId === id) call.api.intents.remove(subject);
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

/** Sends the deletion and waits until the cluster is gone. Throws when it is not in time. */
async function deleteCluster(handle: ClusterHandle): Promise<void> {
  const { api, id, signal, cancelled, deadlineMs } = handle;
  const answer = await api.send({ method: "DELETE", path: clusterPath(id), signal, deadlineMs });
  if (await isGone(handle, answer)) return;
  if (answer.status >= 300) {
    // A deletion whose answer was lost is under way, and a second one may be refused.
    const cluster = await getCluster(handle, "BASIC");
    if (cluster === undefined) return;
    if (!isLeaving(cluster)) throw api.errorOf(answer);
  }
  let problem = "";
  const look = async (): Promise<true | undefined> => {
    try {
      const cluster = await getCluster(handle, "BASIC");
      return cluster === undefined || cluster["state"] === "DELETED" ? true : undefined;
    } catch (error) {
      problem = `; the last answer: ${reasonOf(error)}`;
      if (signal.aborted || cancelled.aborted) throw error;
      return undefined;
    }
  };
  const timeoutMs = Math.max(0, deadlineMs - api.clock.nowMs());
  const wait = { look, pace: api.pace, timeoutMs, clock: api.clock, signals: [signal, cancelled] };
  if (await pollUntil(wait)) return;
  throw new PlantonError({
    code: "E_VENDOR",
    message: `the cluster "${id}" is still being deleted after the time that was given${problem}`,
    hint: "run the same again: it waits on",
  });
}

/** `tidbcloud.ServerlessCluster`. */
export const serverlessClusterResource = defineResource<TidbCloudApi>()({
  type: "tidbcloud:index/serverlessCluster:ServerlessCluster",
  description: "A TiDB Cloud Starter or Essential cluster, ready to be connected to.",
  inputs: clusterInputs,
  outputs: clusterOutputs,
  outputsChangedBy: {
    rootPassword: ["password", "connectionUri", "databaseUrl", "prismaDatabaseUrl", "serverlessDriverUrl", "goDsn"],
    database: ["databaseName", "connectionUri", "databaseUrl", "prismaDatabaseUrl", "serverlessDriverUrl", "goDsn"],
    publicEndpoint: [
      "host",
      "port",
      "connectionUri",
      "databaseUrl",
      "prismaDatabaseUrl",
      "serverlessDriverUrl",
      "goDsn",
    ],
  },
  stableOutputs: ["clusterId", "adopted", "createTime", "createdBy", "regionName", "servicePlan"],
  unfinished: unreadyOutputs,
  refuseChange: (comparison, replaces) => (replaces ? protectedReplacement(comparison) : planChange(comparison)),
  check: checkCluster,
  create: createCluster,

  async read(call) {
    const id = clusterIdOf(call.id);
    const cluster = await getCluster(handleOf(call, id), "FULL");
    if (cluster === undefined || isLeaving(cluster)) return undefined;
    const { state: old, importing } = call;
    const mark = labelsOf(cluster)[ownerLabelKey];
    const known = {
      values: old,
      password: old.rootPassword,
      adopted: importing ? mark === undefined : (old.adopted ?? false),
      labelNames: importing ? undefined : Object.keys(old.labels ?? {}),
    };
    if (!importing) forgetIntent(call, id, old.owner);
    return { id, state: clusterState(cluster, known) };
  },

  async update(call) {
    const { id, inputs, state: old, generated } = call;
    const handle = handleOf(call, id, inputs.readyTimeoutSeconds);
    forgetIntent(call, id, inputs.owner);
    const adopted = old.adopted ?? false;
    return settleCluster({ handle, seen: undefined, inputs, generated, old, adopted, password: old.rootPassword });
  },

  async delete(call) {
    const { id, state, inputs } = call;
    const policy = inputs.deletionPolicy ?? state.deletionPolicy ?? (state.adopted ? "RETAIN" : "DELETE");
    const seconds = inputs.deleteTimeoutSeconds ?? state.deleteTimeoutSeconds;
    if (policy === "DELETE" && inputs.deletionProtection) {
      throw new PlantonError({
        code: "E_PROTECTED",
        message: `the cluster "${id}" has deletionProtection, so it is not deleted`,
        hint: "apply deletionProtection: false first; then its deletion goes through",
      });
    }
    if (policy === "DELETE") await deleteCluster(handleOf(call, id, seconds));
    forgetIntent(call, id, inputs.owner ?? state.owner);
  },
});
