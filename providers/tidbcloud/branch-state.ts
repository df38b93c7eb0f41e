import { asFilledText, asFlag, asText, type JsonObject } from "../../http/json.js";
import type { BranchState } from "./branch-properties.js";
import { connectionProperties, defaultDatabase, hasRootPassword, publicEndpointOf } from "./database-fields.js";

/** What is known of a branch beside the vendor's answer. */
export interface KnownBranch {
  /** Fallback for what the answer leaves out, and all that the vendor does not keep. */
  readonly values: BranchState;
  /** The root password, when it is sure. */
  readonly password: string | undefined;
}

/** The state of a branch by an answer of the API, which may leave out most while the branch is being made. */
export function branchState(branch: JsonObject, { values, password }: KnownBranch): BranchState {
  const { readyTimeoutSeconds, deleteTimeoutSeconds, owner, database = defaultDatabase } = values;
  return {
    ...connectionProperties(branch, { databaseName: database, password }),
    ...{ readyTimeoutSeconds, deleteTimeoutSeconds, owner, database, rootPassword: password },
    clusterId: asFilledText(branch["clusterId"]) ?? values.clusterId,
    branchId: asFilledText(branch["branchId"]) ?? values.branchId,
    displayName: asText(branch["displayName"]) ?? values.displayName,
    parentId: asFilledText(branch["parentId"]) ?? values.parentId,
    parentTimestamp: asFilledText(branch["parentTimestamp"]) ?? values.parentTimestamp,
    parentDisplayName: asFilledText(branch["parentDisplayName"]),
    publicEndpointDisabled: asFlag(publicEndpointOf(branch)["disabled"]) ?? false,
    state: asText(branch["state"]) ?? values.state,
    hasRootPassword: hasRootPassword(branch) ?? values.hasRootPassword,
    createTime: asFilledText(branch["createTime"]),
    createdBy: asFilledText(branch["createdBy"]),
  };
}
