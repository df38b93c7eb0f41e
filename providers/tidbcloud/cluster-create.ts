import { apiPath } from "../../clients/tidbcloud.js";
import { PlantonError } from "../../contract/planton-error.js";
import type { HttpResponse } from "../../http/http-message.js";
import { type Creation, createOnce, earlierIntent, stopBeforeCreation } from "../kit/create-once.js";
import { closeRecord } from "../kit/creation-record.js";
import type { CreateFacts, ResourceCall, ResourceResult } from "../kit/resource.js";
import { limitsOf, requestOf, type WorkLimits } from "../kit/work-limits.js";
import { theOnly } from "./came-of-intent.js";
import { clusterHandle } from "./cluster-calls.js";
import { createBody } from "./cluster-changes.js";
import { cameOf, idOf, lookUpCluster } from "./cluster-lookup.js";
import type { ClusterInputs, ClusterState } from "./cluster-properties.js";
import { settleCluster } from "./cluster-settle.js";
import { goneError, isLeaving } from "./database-calls.js";
import type { TidbCloudApi } from "./tidbcloud-api.js";

/** What a creation gets. */
export type CreateCall = ResourceCall<TidbCloudApi> & CreateFacts & { readonly inputs: ClusterInputs };

const quotaPattern = /quota|exceed|limit|maximum|too many/i;

function refusalOf({ api, inputs }: CreateCall, answer: HttpResponse): PlantonError {
  const error = api.errorOf(answer, inputs.rootPassword === undefined ? [] : [inputs.rootPassword]);
  if (error.code !== "E_VENDOR" || answer.status === 429 || !quotaPattern.test(error.message)) return error;
  const hint =
    "an organization has a few free Starter clusters; delete one, or add a credit card and a spending limit " +
    "(spendingLimitMonthlyCents above 0)";
  return new PlantonError({ code: error.code, message: error.message, hint, cause: error });
}

/** A second time without labels when the first was refused because of them, which the vendor does not document. */
async function postCluster(call: CreateCall, limits: WorkLimits, ownLabels = true): Promise<HttpResponse> {
  const { api, inputs } = call;
  const body = createBody({ inputs, oldLabels: [], marksOwner: true }, ownLabels);
  const answer = await api.send({ method: "POST", path: `${apiPath}/clusters`, body, ...requestOf(limits) });
  const isOfLabels = ownLabels && answer.status === 400 && /label/i.test(refusalOf(call, answer).message);
  return isOfLabels ? postCluster(call, limits, false) : answer;
}

function creationOf(call: CreateCall, limits: WorkLimits): Omit<Creation, "knownBefore"> {
  const { api, inputs, replaced } = call;
  const { displayName, owner } = inputs;
  return {
    ...{ api, subject: { urn: call.urn, owner }, displayName, replaced, noun: "cluster", limits, idOf },
    post: () => postCluster(call, limits),
    refusalOf: (answer) => refusalOf(call, answer),
    async find(intent) {
      const listed = await api.listClusters(`displayName="${displayName}"`, requestOf(limits));
      return theOnly(listed.filter((cluster) => cameOf({ api, intent, owner }, cluster) && !isLeaving(cluster)));
    },
  };
}

/** Creates a cluster, or goes on with one that an earlier run made, or takes over one as the adoption policy says. */
export async function createCluster(call: CreateCall): Promise<ResourceResult<ClusterState>> {
  const { api, inputs, generated, replaced } = call;
  const limits = limitsOf(call, inputs.readyTimeoutSeconds);
  const creation = creationOf(call, limits);
  const query = { api, inputs, intent: await earlierIntent(creation), replaced, wait: requestOf(limits) };
  const { found, sameName: knownBefore } = await lookUpCluster(query);
  stopBeforeCreation(limits);
  const adopted = found?.adopted ?? false;
  const { made, sure } =
    found === undefined ? await createOnce({ ...creation, knownBefore }) : { made: found.cluster, sure: false };
  const handle = clusterHandle(api, idOf(made), limits);
  api.claimed.add(handle.id);
  const password = sure && inputs.keepRootPassword !== true ? inputs.rootPassword : undefined;
  const result = await settleCluster({ handle, seen: made, inputs, generated, old: {}, adopted, password });
  const isFoundAgain = result.gone || (result.marked && replaced === undefined);
  if (!adopted) closeRecord(creation, { id: result.id, isFoundAgain });
  if (result.gone) throw goneError(handle, "run up again to make a new one");
  return result;
}
