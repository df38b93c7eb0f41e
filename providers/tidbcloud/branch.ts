import { asBoolean, asNonEmptyString, asString, type JsonObject } from "../../http/json.js";
import type { ManagedCall } from "../kit/managed/managed-declaration.js";
import { defineManagedResource, parseId } from "../kit/managed/managed-resource.js";
import { requestOf } from "../kit/resource/work-limits.js";
import { ownerInput } from "../kit/schema/owner-input.js";
import type { Comparison, PartialValuesOf, PropertyDeclarations } from "../kit/schema/property-declaration.js";
import { matching } from "../kit/schema/property-rules.js";
import { boolean, string } from "../kit/schema/property-types.js";
import type { PropertyValue } from "../kit/schema/property-value.js";
import { passwordRule } from "./cluster-checks.js";
import { connectionProperties, defaultDatabase } from "./connection.js";
import {
  byName,
  type ClusterKey,
  clusterPath,
  databaseRules,
  isClusterUnlisted,
  isLeaving,
  type PartKey,
  partId,
  publicEndpointOf,
} from "./database.js";
import {
  clusterIdInput,
  databaseInputs,
  databaseOutputs,
  missingOutputs,
  outputsChangedBy,
} from "./database-properties.js";
import { hasRootPassword, keptPassword, passwordToSet } from "./root-password.js";
import type { TidbCloudApi } from "./tidbcloud-api.js";

/**
 * Whole seconds since 1970 of a time as RFC 3339 writes it; the API cuts the rest off (branch.swagger.json of
 * tidbcloud-cli 19aea6a, 2026-05).
 */
function secondsOf(time: PropertyValue): number {
  return Math.floor(Date.parse(String(time)) / 1000);
}

/** The API need not return where a branch came from; what it does not return is no difference. */
function isTold(name: string) {
  return ({ state }: Comparison): boolean => state[name] !== undefined;
}

/** Inputs of `tidbcloud.Branch`. Limits: branch.swagger.json of tidbcloud-cli 19aea6a (2026-05). */
const branchInputs = {
  clusterId: { ...clusterIdInput, description: "Cluster to make the branch of. Another one replaces the branch." },
  displayName: {
    type: string,
    required: true,
    replace: true,
    description: "Name in the console: 1 to 64 characters. The API cannot change it: another one replaces the branch.",
    check: matching(/^[^"]{1,64}$/u, "1 to 64 characters without quotes"),
  },
  parentId: {
    type: string,
    computed: true,
    replace: true,
    managed: isTold("parentId"),
    description:
      "What to branch off: the id of a branch or of the cluster. Default: the cluster. Another one replaces.",
    check: matching(/^[A-Za-z0-9_-]{1,64}$/, "the id of a branch or of the cluster"),
  },
  parentTimestamp: {
    type: string,
    computed: true,
    replace: true,
    managed: isTold("parentTimestamp"),
    same: (old, next) => secondsOf(old) === secondsOf(next),
    description:
      "Point in time to branch off, RFC 3339, cut to seconds. Default: now. Another one replaces the branch.",
    check: matching(
      /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/,
      "a time such as 2026-05-01T12:00:00Z",
    ),
  },
  rootPassword: {
    type: string,
    secret: true,
    computed: true,
    writeOnly: true,
    description: "Password of the branch's own root user, 8 to 64 characters. Default: one is made and kept.",
    check: passwordRule,
    generate: (source) => keptPassword(source, "rootPassword"),
  },
  ...databaseInputs("branch"),
  owner: ownerInput,
} as const satisfies PropertyDeclarations;

/** Outputs of `tidbcloud.Branch`. */
const branchOutputs = {
  branchId: { type: string, required: true, description: "Id of the branch within its cluster." },
  parentDisplayName: { type: string, description: "Name of what the branch was made of." },
  publicEndpointDisabled: { type: boolean, description: "True: the branch is reached by private endpoints alone." },
  ...databaseOutputs("branch"),
} as const satisfies PropertyDeclarations;

/** State of a branch, which may be partial. */
type BranchState = PartialValuesOf<typeof branchInputs & typeof branchOutputs>;

const branchesPath = (key: ClusterKey): string => `${clusterPath(key)}/branches`;
const branchPath = (key: PartKey): string => `${branchesPath(key)}/${encodeURIComponent(key.part)}`;

/** The branches of a cluster that are not being deleted. */
async function listBranches(
  key: ClusterKey,
  { api, limits }: ManagedCall<TidbCloudApi>,
): Promise<readonly JsonObject[]> {
  const listed = await api.list({ path: branchesPath(key), items: "branches", ...requestOf(limits) });
  return listed.filter((branch) => !isLeaving(branch));
}

const branchRules = databaseRules<PartKey>({
  noun: "branch",
  id: partId,
  path: branchPath,
  // Without its cluster there is no list of branches.
  async isUnlisted(key, call) {
    if (await isClusterUnlisted(key, call)) return true;
    return !(await listBranches(key, call)).some(({ branchId }) => branchId === key.part);
  },
});

/** The state of a branch by a response, which may leave out most while the branch is being created. */
function branchState(branch: JsonObject, { clusterId, part }: PartKey, known: BranchState): BranchState {
  const { database = defaultDatabase, rootPassword } = known;
  return {
    ...connectionProperties(branch, known),
    ...{ clusterId, branchId: part, database, rootPassword },
    displayName: asString(branch["displayName"]) ?? known.displayName,
    parentId: asNonEmptyString(branch["parentId"]) ?? known.parentId,
    parentTimestamp: asNonEmptyString(branch["parentTimestamp"]) ?? known.parentTimestamp,
    parentDisplayName: asNonEmptyString(branch["parentDisplayName"]),
    publicEndpointDisabled: asBoolean(publicEndpointOf(branch)["disabled"]) ?? false,
    state: asString(branch["state"]) ?? known.state,
    hasRootPassword: hasRootPassword(branch) ?? known.hasRootPassword,
    createTime: asNonEmptyString(branch["createTime"]),
    createdBy: asNonEmptyString(branch["createdBy"]),
  };
}

/** `tidbcloud.Branch`. */
export const branchResource = defineManagedResource<TidbCloudApi, PartKey>()({
  ...branchRules,
  type: "tidbcloud:index/branch:Branch",
  description: "A branch of a TiDB Cloud cluster: a copy of its data with an endpoint and a root user of its own.",
  inputs: branchInputs,
  outputs: branchOutputs,
  outputsChangedBy,
  stableOutputs: ["branchId", "createTime", "createdBy", "parentDisplayName"],
  local: ["database", "readyTimeoutSeconds", "deleteTimeoutSeconds", "owner"],
  unfinished: (state) => missingOutputs(state, state["publicEndpointDisabled"] === true),
  id: {
    ...partId,
    parse: (id) =>
      parseId<keyof PartKey>(id, { pattern: partId.pattern, noun: "branch", example: "<clusterId>,<branchId>" }),
  },
  recordScope: ({ clusterId = "" }) => clusterId,
  // A branch can carry no mark of its stack, so that only the record of an earlier run says whose it is.
  find: {
    by: "list",
    list: listBranches,
    keyIn(branch, { clusterId }) {
      const part = asNonEmptyString(branch["branchId"]);
      return part === undefined ? undefined : { clusterId, part };
    },
    ...byName,
  },
  toState: (branch, { key, known }) => branchState(branch, key, known),
  create: ({ clusterId, displayName, parentId, parentTimestamp, rootPassword }) => ({
    method: "POST",
    path: branchesPath({ clusterId }),
    body: { displayName, parentId, parentTimestamp, rootPassword },
  }),
  changes(facts) {
    const password = passwordToSet({ ...facts, adopted: false });
    if (password === undefined) return [];
    const username = encodeURIComponent(`${asString(facts.object["userPrefix"])}.root`);
    const path = `${branchPath(facts.key)}/sqlUsers/${username}`;
    return [{ method: "PATCH", path, body: { password }, sets: ["rootPassword"] }];
  },
});
