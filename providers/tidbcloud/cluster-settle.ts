import type { HttpResponse } from "../../http/http-message.js";
import { reasonOf } from "../kit/reason-of.js";
import type { ResourceResult } from "../kit/resource.js";
import { patchCluster, putPassword } from "./cluster-calls.js";
import { type ClusterAim, clusterChanges } from "./cluster-changes.js";
import type { ClusterInputs, ClusterState } from "./cluster-properties.js";
import { ownerLabel, ownerLabelKey } from "./cluster-rules.js";
import { clusterState, type KnownCluster, labelsOf } from "./cluster-state.js";
import {
  definedOf,
  type Progress,
  readWhenReady,
  type Settlement,
  settlePassword,
  stopWhenCancelled,
  withSurePassword,
} from "./database-settle.js";

interface ClusterSettlement extends Settlement<ClusterInputs, ClusterState> {
  readonly adopted: boolean;
}

/** How it ended. */
export interface SettledCluster extends ResourceResult<ClusterState> {
  /** It was deleted meanwhile, so that there is nothing to keep. */
  readonly gone: boolean;
  /** It carries the mark of the owning stack. */
  readonly marked: boolean;
}

interface ClusterProgress extends Progress {
  /** Inputs that the vendor took. */
  applied: ClusterState;
}

async function applyAll(settlement: ClusterSettlement, aim: ClusterAim, progress: ClusterProgress): Promise<void> {
  const { handle, seen } = settlement;
  const cluster = await readWhenReady(handle, progress, seen);
  const changes = clusterChanges(cluster, aim);
  for (const change of changes) {
    stopWhenCancelled(handle);
    await patchCluster(handle, change);
    progress.applied = { ...progress.applied, ...change.applied };
  }
  stopWhenCancelled(handle);
  const put = (password: string): Promise<HttpResponse> => putPassword(handle, password);
  const isPasswordNew = await settlePassword({ ...settlement, put }, progress, cluster);
  // A change may have its own time, and an endpoint that was just enabled gets its address later.
  if (changes.length > 0 || isPasswordNew) await readWhenReady(handle, progress);
}

/**
 * Waits for a cluster, makes it what the inputs say and sets its password. What cannot be finished is told with what
 * there is, so that the next run goes on.
 */
export async function settleCluster(settlement: ClusterSettlement): Promise<SettledCluster> {
  const { handle, seen, inputs, old, adopted } = settlement;
  const oldLabels = Object.keys(old.labels ?? {});
  const ownLabels = Object.keys(inputs.labels ?? {});
  const { password } = settlement;
  const progress: ClusterProgress = { database: seen, password, applied: {}, gone: false };
  const stateOf = (values: ClusterState, labelNames: readonly string[]): ClusterState => {
    const known: KnownCluster = { values, adopted, password: progress.password, labelNames };
    return clusterState(progress.database ?? {}, known);
  };
  const factsOf = () => ({
    id: handle.id,
    gone: progress.gone,
    marked: inputs.owner !== undefined && labelsOf(progress.database ?? {})[ownerLabelKey] === ownerLabel(inputs.owner),
  });
  try {
    await applyAll(settlement, { inputs, oldLabels, marksOwner: !adopted }, progress);
    return { ...factsOf(), state: stateOf({ ...old, ...inputs }, ownLabels) };
  } catch (error) {
    const { adoption, readyTimeoutSeconds, deleteTimeoutSeconds, deletionPolicy, owner, database } = inputs;
    const local = { adoption, readyTimeoutSeconds, deleteTimeoutSeconds, deletionPolicy, owner, database };
    const values = { clusterId: handle.id, ...withSurePassword(old, progress), ...local, ...progress.applied };
    // Answers in between leave out much; what was known before is better than nothing.
    const told = progress.database && stateOf(values, [...new Set([...oldLabels, ...ownLabels])]);
    const state = { ...values, ...definedOf(told ?? {}) };
    const incomplete = [reasonOf(error)];
    return { ...factsOf(), state, incomplete, refreshBeforeUpdate: true };
  }
}
