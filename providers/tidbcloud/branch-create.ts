import { PlantonError } from "../../contract/planton-error.js";
import { asFilledText, asText, type JsonObject } from "../../http/json.js";
import { createOnce, earlierIntent, type Search, stopBeforeCreation } from "../kit/create-once.js";
import { closeRecord } from "../kit/creation-record.js";
import type { CreateFacts, ResourceCall, ResourceResult } from "../kit/resource.js";
import { limitsOf, requestOf } from "../kit/work-limits.js";
import { branchBody, branchesPath, branchHandle, branchIdOf, listBranches } from "./branch-calls.js";
import { type BranchInputs, type BranchState, secondsOf } from "./branch-properties.js";
import { settleBranch } from "./branch-settle.js";
import { cameOfIntent, theOnly } from "./came-of-intent.js";
import { severalError, takenError } from "./creation-errors.js";
import { goneError } from "./database-calls.js";
import { partIdText, partSubject } from "./part-id.js";
import type { TidbCloudApi } from "./tidbcloud-api.js";

/** What a creation gets. */
export type BranchCreateCall = ResourceCall<TidbCloudApi> & CreateFacts & { readonly inputs: BranchInputs };

/** A creation of a branch before those of its name are known. */
type BranchSearch = Search & { readonly api: TidbCloudApi };

function creationOf(call: BranchCreateCall): BranchSearch {
  const { api, inputs, replaced, urn } = call;
  const { clusterId, displayName, rootPassword } = inputs;
  const limits = limitsOf(call, inputs.readyTimeoutSeconds);
  const idOf = (branch: JsonObject): string => {
    const part = branchIdOf(branch);
    return part === "" ? "" : partIdText({ clusterId, part });
  };
  const request = { method: "POST", path: branchesPath(clusterId), body: branchBody(inputs) } as const;
  return {
    ...{ api, subject: partSubject(urn, inputs, inputs.owner), displayName, replaced, noun: "branch", limits, idOf },
    post: () => api.send({ ...request, ...requestOf(limits) }),
    refusalOf: (answer) => api.errorOf(answer, rootPassword === undefined ? [] : [rootPassword]),
    async find(intent) {
      const listed = await listBranches(api, clusterId, limits);
      return theOnly(listed.filter((branch) => cameOfIntent({ api, intent }, idOf(branch), branch)));
    },
  };
}

/** Refuses a branch that is ours or to be ours and cannot be made what it is to be; what the API does not tell fits. */
function refuseUnfit(id: string, branch: JsonObject, { displayName, parentId, parentTimestamp }: BranchInputs): void {
  const time = asFilledText(branch["parentTimestamp"]);
  const isOtherTime = time && parentTimestamp && secondsOf(time) !== secondsOf(parentTimestamp);
  const sides = [
    { property: "displayName", actual: asFilledText(branch["displayName"]), wanted: displayName },
    { property: "parentId", actual: asFilledText(branch["parentId"]), wanted: parentId },
    ...(isOtherTime ? [{ property: "parentTimestamp", actual: time, wanted: parentTimestamp }] : []),
  ];
  const wrong = sides.find(({ actual, wanted }) => actual !== undefined && wanted !== undefined && actual !== wanted);
  if (wrong === undefined) return;
  const { property, actual, wanted } = wrong;
  throw new PlantonError({
    code: "E_VENDOR",
    message: `the branch "${id}" has the ${property} "${actual}", not "${wanted}", and that cannot be changed`,
    hint: "give the branch's own value, or delete the branch in the vendor's console",
  });
}

/** A branch can carry no mark of its stack, so that only the record of an earlier run says whose it is. */
async function lookUpBranch(
  creation: BranchSearch,
  { clusterId, displayName }: BranchInputs,
): Promise<{ readonly found: JsonObject | undefined; readonly sameName: readonly string[] }> {
  const { api, limits, idOf, replaced } = creation;
  const intent = await earlierIntent(creation);
  const listed = await listBranches(api, clusterId, limits);
  const others = listed.filter((branch) => !replaced?.ids.has(idOf(branch)));
  const ours = intent ? others.filter((branch) => cameOfIntent({ api, intent }, idOf(branch), branch)) : [];
  if (ours.length > 1) throw severalError(creation, ours.map(idOf));
  const [found] = ours;
  const sameName = listed.filter((branch) => asText(branch["displayName"]) === displayName);
  const foreign = found === undefined ? sameName.find((branch) => others.includes(branch)) : undefined;
  if (foreign === undefined) return { found, sameName: sameName.map(idOf) };
  throw takenError(creation, idOf(foreign));
}

/** Creates a branch, or goes on with one that an earlier run made. */
export async function createBranch(call: BranchCreateCall): Promise<ResourceResult<BranchState>> {
  const { api, inputs, generated } = call;
  const { clusterId, displayName, parentId, parentTimestamp } = inputs;
  const creation = creationOf(call);
  const { limits } = creation;
  const { found, sameName } = await lookUpBranch(creation, inputs);
  stopBeforeCreation(limits);
  const { made, sure } =
    found === undefined ? await createOnce({ ...creation, knownBefore: sameName }) : { made: found, sure: false };
  const part = branchIdOf(made);
  const handle = branchHandle(api, { clusterId, part }, limits);
  if (!sure) refuseUnfit(handle.id, made, inputs);
  api.claimed.add(handle.id);
  const old = { clusterId, branchId: part, displayName, parentId, parentTimestamp };
  const password = sure ? inputs.rootPassword : undefined;
  const result = await settleBranch({ handle, seen: made, inputs, generated, old, password });
  closeRecord(creation, { id: handle.id, isFoundAgain: result.gone });
  if (result.gone) throw goneError(handle, "run up again to make a new one");
  return result;
}
