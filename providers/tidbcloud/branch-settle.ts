import type { HttpResponse } from "../../http/http-message.js";
import { asText } from "../../http/json.js";
import { reasonOf } from "../kit/reason-of.js";
import type { ResourceResult } from "../kit/resource.js";
import { patchBranchPassword } from "./branch-calls.js";
import type { BranchInputs, BranchState } from "./branch-properties.js";
import { branchState } from "./branch-state.js";
import {
  definedOf,
  type Progress,
  readWhenReady,
  type Settlement,
  settlePassword,
  stopWhenCancelled,
  withSurePassword,
} from "./database-settle.js";

type BranchSettlement = Settlement<BranchInputs, BranchState>;

/** How it ended; `gone`: it was deleted meanwhile, so that there is nothing to keep. */
export type SettledBranch = ResourceResult<BranchState> & { readonly gone: boolean };

async function applyPassword({ handle, seen, inputs, generated }: BranchSettlement, progress: Progress): Promise<void> {
  const branch = await readWhenReady(handle, progress, seen);
  stopWhenCancelled(handle);
  const username = `${asText(branch["userPrefix"])}.root`;
  const put = (password: string): Promise<HttpResponse> => patchBranchPassword(handle, username, password);
  const isNew = await settlePassword({ handle, inputs, generated, adopted: false, put }, progress, branch);
  if (isNew) await readWhenReady(handle, progress);
}

/**
 * Waits for a branch and sets its password. What cannot be finished is told with what there is, so that the next run goes
 * on.
 */
export async function settleBranch(settlement: BranchSettlement): Promise<SettledBranch> {
  const { handle, seen, inputs, old, password } = settlement;
  const { id } = handle;
  const progress: Progress = { database: seen, password, gone: false };
  const stateOf = (values: BranchState): BranchState =>
    branchState(progress.database ?? {}, { values, password: progress.password });
  try {
    await applyPassword(settlement, progress);
    return { id, gone: false, state: stateOf({ ...old, ...inputs }) };
  } catch (error) {
    const { database, readyTimeoutSeconds, deleteTimeoutSeconds, owner } = inputs;
    const local = { database, readyTimeoutSeconds, deleteTimeoutSeconds, owner };
    const values = { ...withSurePassword(old, progress), ...local };
    // Answers in between leave out much; what was known before is better than nothing.
    const state = { ...values, ...definedOf(stateOf(values)) };
    return { id, gone: progress.gone, state, incomplete: [reasonOf(error)], refreshBeforeUpdate: true };
  }
}
