import { forgetRecord } from "../kit/creation-record.js";
import { defineResource, type ResourceCall } from "../kit/resource.js";
import { limitsOf } from "../kit/work-limits.js";
import { branchHandle } from "./branch-calls.js";
import { createBranch } from "./branch-create.js";
import { type BranchState, branchInputs, branchOutputs, unreadyBranchOutputs } from "./branch-properties.js";
import { settleBranch } from "./branch-settle.js";
import { branchState } from "./branch-state.js";
import { type DatabaseHandle, getDatabase, isLeaving } from "./database-calls.js";
import { deleteDatabase } from "./database-delete.js";
import { outputsChangedBy } from "./database-properties.js";
import { type PartId, parsePartId, partIdText, partSubject } from "./part-id.js";
import type { TidbCloudApi } from "./tidbcloud-api.js";

type Call = ResourceCall<TidbCloudApi> & { readonly id: string; readonly state: BranchState };

function targetOf(call: Call, seconds?: number): { readonly handle: DatabaseHandle; readonly id: PartId } {
  const id = parsePartId(call.id, '"<clusterId>,<branchId>"');
  return { id, handle: branchHandle(call.api, id, limitsOf(call, seconds)) };
}

function forget({ api, urn, state }: Call, id: PartId): void {
  forgetRecord(api, partSubject(urn, id, state.owner), partIdText(id));
}

/** `tidbcloud.Branch`. */
export const branchResource = defineResource<TidbCloudApi>()({
  type: "tidbcloud:index/branch:Branch",
  description: "A branch of a TiDB Cloud cluster: a copy of its data with an endpoint and a root user of its own.",
  inputs: branchInputs,
  outputs: branchOutputs,
  outputsChangedBy,
  stableOutputs: ["branchId", "createTime", "createdBy", "parentDisplayName"],
  unfinished: unreadyBranchOutputs,
  create: createBranch,

  async read(call) {
    const { state: old, importing } = call;
    const { id, handle } = targetOf(call);
    const branch = await getDatabase(handle, "FULL");
    if (branch === undefined || isLeaving(branch)) return undefined;
    if (!importing) forget(call, id);
    const values = { ...old, clusterId: id.clusterId, branchId: id.part };
    return { id: handle.id, state: branchState(branch, { values, password: old.rootPassword }) };
  },

  async update(call) {
    const { inputs, state: old, generated } = call;
    const { id, handle } = targetOf(call, inputs.readyTimeoutSeconds);
    forget(call, id);
    return settleBranch({ handle, seen: undefined, inputs, generated, old, password: old.rootPassword });
  },

  async delete(call) {
    const { state, inputs } = call;
    const { id, handle } = targetOf(call, inputs.deleteTimeoutSeconds ?? state.deleteTimeoutSeconds);
    await deleteDatabase(handle);
    forget(call, id);
  },
});
