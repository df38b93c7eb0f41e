import { isPlantonError, PlantonError } from "../../contract/planton-error.js";
import type { HttpAnswer } from "../kit/http-client.js";
import { asFilledText, asObject, type JsonObject } from "../kit/json-answer.js";
import { pollUntil } from "../kit/poll.js";
import type { CreateFacts, ResourceCall, ResourceResult } from "../kit/resource.js";
import { type ClusterHandle, goneError, isLeaving } from "./cluster-calls.js";
import { createBody } from "./cluster-changes.js";
import { cameOf, idOf, lookUpCluster } from "./cluster-lookup.js";
import type { ClusterInputs, ClusterState } from "./cluster-properties.js";
import { type SettledCluster, settleCluster } from "./cluster-settle.js";
import type { Intent, IntentSubject } from "./intent-store.js";
import { apiPath, type TidbCloudApi } from "./tidbcloud-api.js";

/** Seconds that a cluster gets to be ready, or to be gone (the vendor's own clients give 120 to 600, 2026-05). */
export const defaultTimeoutSeconds = 600;

/** What a creation gets. */
export type CreateCall = ResourceCall<TidbCloudApi> & CreateFacts & { readonly inputs: ClusterInputs };

type Creation = CreateCall & { readonly subject: IntentSubject; readonly deadlineMs: number };

// A list may lag behind a creation; this many looks after a lost answer before it counts as not made.
const looksAfterLoss = 8;

const quotaPattern = /quota|exceed|limit|maximum|too many/i;

function refusalOf({ api, inputs }: Creation, answer: HttpAnswer): PlantonError {
  const error = api.errorOf(answer, inputs.rootPassword === undefined ? [] : [inputs.rootPassword]);
  if (error.code !== "E_VENDOR" || answer.status === 429 || !quotaPattern.test(error.message)) return error;
  const hint =
    "an organization has a few free Starter clusters; delete one, or add a credit card and a spending limit " +
    "(spendingLimitMonthlyCents above 0)";
  return new PlantonError({ code: error.code, message: error.message, hint, cause: error });
}

/** Looks for what came of a POST whose answer was lost. Undefined: nothing to be seen. */
async function findPosted(creation: Creation, intent: Intent): Promise<JsonObject | undefined> {
  const { api, inputs, abandoned, cancelled, deadlineMs } = creation;
  const filter = `displayName="${inputs.displayName}"`;
  const look = async (): Promise<JsonObject | undefined> => {
    const listed = await api.listClusters(filter, { signal: abandoned, deadlineMs });
    return listed.find((cluster) => cameOf(intent, cluster, inputs.owner) && !isLeaving(cluster));
  };
  const pace = { ...api.pace, growth: 1 };
  const timeoutMs = looksAfterLoss * api.pace.firstIntervalMs;
  return pollUntil({ look, pace, timeoutMs, clock: api.clock, signals: [abandoned, cancelled] });
}

function unknownOutcome({ inputs }: Creation, reason: unknown): PlantonError {
  const why = isPlantonError(reason) ? reason.message : String(reason);
  return new PlantonError({
    code: "E_VENDOR_UNREACHABLE",
    message: `it is not known whether the cluster "${inputs.displayName}" was created: ${why}`,
    hint: "run up again: it looks for the cluster before it creates one",
    cause: reason,
  });
}

/**
 * Sends the POST once; a second time without labels when the first was refused because of them, which the vendor does
 * not document. The cluster of a success, or the reason why the outcome is not known.
 */
async function postOnce(creation: Creation, ownLabels = true): Promise<{ cluster: JsonObject } | { lost: unknown }> {
  const { api, inputs, abandoned: signal, deadlineMs, subject } = creation;
  const body = createBody({ inputs, oldLabels: [], marksOwner: true }, ownLabels);
  let answer: HttpAnswer;
  try {
    answer = await api.send({ method: "POST", path: `${apiPath}/clusters`, body, signal, deadlineMs });
  } catch (error) {
    if (!isPlantonError(error) || error.code !== "E_CREDENTIALS_REFUSED") return { lost: error };
    api.intents.remove(subject);
    throw error;
  }
  const isRefused = answer.status >= 400 && answer.status < 500 && answer.status !== 408;
  if (isRefused) {
    const error = refusalOf(creation, answer);
    if (ownLabels && answer.status === 400 && /label/i.test(error.message)) return postOnce(creation, false);
    api.intents.remove(subject);
    throw error;
  }
  const cluster = answer.status < 300 ? asObject(answer.body) : undefined;
  if (cluster !== undefined && asFilledText(cluster["clusterId"]) !== undefined) return { cluster };
  return { lost: refusalOf(creation, answer) };
}

/** Makes a cluster. `sure`: its answer came back, so that it has the password it was sent with. */
async function makeCluster(
  creation: Creation,
  knownBefore: readonly string[],
): Promise<{ readonly cluster: JsonObject; readonly sure: boolean }> {
  const { api, clock, inputs, subject } = creation;
  const intent: Intent = { displayName: inputs.displayName, knownBefore, startedAtMs: clock.nowMs() };
  api.intents.write(subject, intent);
  const posted = await postOnce(creation);
  let cluster: JsonObject | undefined;
  if ("cluster" in posted) cluster = posted.cluster;
  else {
    try {
      cluster = await findPosted(creation, intent);
    } catch (error) {
      // The record stays, so that the next run looks again; why the POST failed says more than why the look did.
      throw unknownOutcome(creation, isPlantonError(error) && error.code === "E_INTERRUPTED" ? error : posted.lost);
    }
    if (cluster === undefined) throw unknownOutcome(creation, posted.lost);
  }
  noteCluster(creation, { ...intent, clusterId: idOf(cluster) });
  return { cluster, sure: "cluster" in posted };
}

/** The record of an earlier run, if it is not about the resource that is being replaced. */
function usableIntent({ api, replaced, subject }: Creation): Intent | undefined {
  const intent = api.intents.read(subject);
  const mayBeTheOld = replaced !== undefined && replaced.ids.size === 0 && intent?.answered === true;
  return mayBeTheOld ? undefined : intent;
}

function noteCluster({ api, subject }: Creation, intent: Intent): void {
  try {
    api.intents.write(subject, intent);
  } catch {
    // The cluster is there and the engine has to hear of it; the record without its id finds it as well.
  }
}

/** Closes the record: by its mark a cluster of this stack is found again; without one the record has to stay. */
function closeIntent(creation: Creation, result: SettledCluster): void {
  const { api, inputs, subject, replaced, clock } = creation;
  if (result.gone || (result.marked && replaced === undefined)) {
    api.intents.remove(subject);
  } else {
    const facts = { displayName: inputs.displayName, knownBefore: [], startedAtMs: clock.nowMs() };
    noteCluster(creation, { ...facts, clusterId: result.id, answered: true });
  }
}

/** Creates a cluster, or goes on with one that an earlier run made, or takes over one as the adoption policy says. */
export async function createCluster(call: CreateCall): Promise<ResourceResult<ClusterState>> {
  const { api, clock, inputs, generated, replaced, cancelled, abandoned: signal } = call;
  const timeoutMs = call.timeoutMs ?? (inputs.readyTimeoutSeconds ?? defaultTimeoutSeconds) * 1000;
  const deadlineMs = clock.nowMs() + timeoutMs;
  const creation: Creation = { ...call, deadlineMs, subject: { urn: call.urn, owner: inputs.owner } };
  const intent = usableIntent(creation);
  const { found, sameName } = await lookUpCluster({ api, inputs, intent, replaced, wait: { signal, deadlineMs } });
  if (cancelled.aborted) throw new PlantonError({ code: "E_INTERRUPTED", message: "interrupted before the creation" });
  const adopted = found?.adopted ?? false;
  const made = found === undefined ? await makeCluster(creation, sameName) : { cluster: found.cluster, sure: false };
  const id = idOf(made.cluster);
  const handle: ClusterHandle = { api, id, signal, cancelled, deadlineMs };
  const password = made.sure && inputs.keepRootPassword !== true ? inputs.rootPassword : undefined;
  const settlement = { handle, seen: made.cluster, inputs, generated, old: {}, adopted, password };
  const result = await settleCluster(settlement);
  if (!adopted) closeIntent(creation, result);
  if (result.gone) throw goneError(id, "run up again to make a new one");
  return result;
}
