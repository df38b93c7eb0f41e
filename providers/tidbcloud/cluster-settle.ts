import { isPlantonError, PlantonError } from "../../contract/planton-error.js";
import type { JsonObject } from "../kit/json-answer.js";
import type { ResourceResult } from "../kit/resource.js";
import { type ClusterHandle, getCluster, goneError, isLeaving, patchCluster, putPassword } from "./cluster-calls.js";
import { type ClusterAim, clusterChanges } from "./cluster-changes.js";
import type { ClusterInputs, ClusterState } from "./cluster-properties.js";
import { ownerLabel, ownerLabelKey } from "./cluster-rules.js";
import { clusterState, hasRootPassword, type KnownCluster, labelsOf } from "./cluster-state.js";
import { isReady, waitUntilReady } from "./cluster-wait.js";
import { passwordPlan } from "./password-plan.js";

/** A cluster that is there and is to become what the inputs say. */
export interface Settlement {
  readonly handle: ClusterHandle;
  /** An answer about it of just now; undefined: it is read first. */
  readonly seen: JsonObject | undefined;
  readonly inputs: ClusterInputs;
  /** Names of the inputs that were made, not given. */
  readonly generated: ReadonlySet<string>;
  /** What the state said before; {} for a new cluster. */
  readonly old: ClusterState;
  readonly adopted: boolean;
  /** The root password of the cluster, when it is sure. */
  readonly password: string | undefined;
}

/** How it ended. */
export interface SettledCluster extends ResourceResult<ClusterState> {
  /** It was deleted meanwhile, so that there is nothing to keep. */
  readonly gone: boolean;
  /** It carries the mark of the owning stack. */
  readonly marked: boolean;
}

interface Progress {
  /** The last answer about it. */
  cluster: JsonObject | undefined;
  password: string | undefined;
  /** Inputs that the vendor took. */
  applied: ClusterState;
  gone: boolean;
}

function definedOf(state: ClusterState): ClusterState {
  // Checked: a part of the entries of a partial state is one.
  return Object.fromEntries(Object.entries(state).filter(([, value]) => value !== undefined)) as ClusterState;
}

/** The message of an error with what to do about it, for the list of what is not finished. */
export function reasonOf(error: unknown): string {
  if (!isPlantonError(error)) return error instanceof Error ? error.message : String(error);
  return `${error.message}\nhint: ${error.hint}`;
}

function gone(handle: ClusterHandle, progress: Progress): never {
  progress.gone = true;
  throw goneError(handle.id);
}

async function waitFor(handle: ClusterHandle, progress: Progress, seen: JsonObject): Promise<void> {
  const wait = await waitUntilReady(handle, seen);
  if (wait.end === "gone") return gone(handle, progress);
  progress.cluster = wait.cluster;
  if (wait.end === "failed") throw wait.error;
}

/** Brings the progress up to date with the whole cluster, once it is ready. */
async function readWhenReady(handle: ClusterHandle, progress: Progress): Promise<JsonObject> {
  for (;;) {
    const cluster = await getCluster(handle, "FULL");
    if (cluster === undefined || isLeaving(cluster)) return gone(handle, progress);
    progress.cluster = cluster;
    if (isReady(cluster)) return cluster;
    await waitFor(handle, progress, cluster);
  }
}

function stopWhenCancelled({ cancelled }: ClusterHandle): void {
  if (!cancelled.aborted) return;
  const message = "the operation was interrupted before it was finished";
  throw new PlantonError({ code: "E_INTERRUPTED", message, hint: "run up again: it goes on with this cluster" });
}

/** Sets the password when it has to be; true when it was. */
async function settlePassword(settlement: Settlement, progress: Progress, cluster: JsonObject): Promise<boolean> {
  const { handle, inputs, generated, adopted } = settlement;
  const plan = passwordPlan({ inputs, generated: generated.has("rootPassword"), adopted });
  const { rootPassword } = inputs;
  if (plan === "leave" || rootPassword === undefined) return false;
  const isToBeSet = progress.password !== rootPassword || hasRootPassword(cluster) === false;
  if (plan === "set" && isToBeSet) await putPassword(handle, rootPassword);
  progress.password = rootPassword;
  return plan === "set" && isToBeSet;
}

async function applyAll(settlement: Settlement, aim: ClusterAim, progress: Progress): Promise<void> {
  const { handle, seen } = settlement;
  if (seen !== undefined) await waitFor(handle, progress, seen);
  const cluster = await readWhenReady(handle, progress);
  const changes = clusterChanges(cluster, aim);
  for (const change of changes) {
    stopWhenCancelled(handle);
    await patchCluster(handle, change);
    progress.applied = { ...progress.applied, ...change.applied };
  }
  stopWhenCancelled(handle);
  const isPasswordNew = await settlePassword(settlement, progress, cluster);
  // A change may have its own time, and an endpoint that was just enabled gets its address later.
  if (changes.length > 0 || isPasswordNew) await readWhenReady(handle, progress);
}

/**
 * Waits for a cluster, makes it what the inputs say and sets its password. What cannot be finished is told with what
 * there is, so that the next run goes on.
 */
export async function settleCluster(settlement: Settlement): Promise<SettledCluster> {
  const { handle, seen, inputs, old, adopted } = settlement;
  const oldLabels = Object.keys(old.labels ?? {});
  const ownLabels = Object.keys(inputs.labels ?? {});
  const progress: Progress = { cluster: seen, password: settlement.password, applied: {}, gone: false };
  const stateOf = (values: ClusterState, labelNames: readonly string[]): ClusterState => {
    const known: KnownCluster = { values, adopted, password: progress.password, labelNames };
    return clusterState(progress.cluster ?? {}, known);
  };
  const factsOf = () => ({
    id: handle.id,
    gone: progress.gone,
    marked: inputs.owner !== undefined && labelsOf(progress.cluster ?? {})[ownerLabelKey] === ownerLabel(inputs.owner),
  });
  try {
    await applyAll(settlement, { inputs, oldLabels, marksOwner: !adopted }, progress);
    return { ...factsOf(), state: stateOf({ ...old, ...inputs }, ownLabels) };
  } catch (error) {
    const { adoption, readyTimeoutSeconds, deleteTimeoutSeconds, deletionPolicy, owner, database } = inputs;
    const local = { adoption, readyTimeoutSeconds, deleteTimeoutSeconds, deletionPolicy, owner, database };
    const values = { clusterId: handle.id, ...old, ...local, ...progress.applied };
    // Answers in between leave out much; what was known before is better than nothing.
    const told = progress.cluster && stateOf(values, [...new Set([...oldLabels, ...ownLabels])]);
    const state = { ...values, ...definedOf(told ?? {}) };
    const incomplete = [reasonOf(error)];
    return { ...factsOf(), state, incomplete, refreshBeforeUpdate: true };
  }
}
