import { asFilledText, asText, asTexts, type JsonObject } from "../../http/json.js";
import type { ManagedCall } from "../kit/managed/managed-declaration.js";
import { defineManagedResource } from "../kit/managed/managed-resource.js";
import { type PartId, parsePartId, partIdText } from "./part-id.js";
import {
  changeOf,
  findUserPrefix,
  isUserGone,
  needUserPrefix,
  refusePrefixed,
  refuseRoot,
  type SqlUserKey,
  sqlUsersPath,
  userPath,
  withoutPrefix,
} from "./sql-user-calls.js";
import {
  checkSqlUser,
  defaultAuthMethod,
  roleRemoval,
  type SqlUserInputs,
  type SqlUserState,
  sqlUserInputs,
  sqlUserOutputs,
} from "./sql-user-properties.js";
import type { TidbCloudApi } from "./tidbcloud-api.js";

type Call = ManagedCall<TidbCloudApi>;

/** The prefix that the state's full name shows. */
function knownPrefix({ fullUserName }: SqlUserState, { part }: PartId): string | undefined {
  return fullUserName?.endsWith(`.${part}`) ? fullUserName.slice(0, -part.length - 1) : undefined;
}

/**
 * The user that an id names; undefined when its cluster is gone. An import alone may name it with the prefix: the id of a user
 * that is in the state is what it was created with. Throws E_VENDOR for the root user.
 */
async function keyOfId(
  text: string,
  { api, limits, state, importing }: Call & { readonly state: SqlUserState; readonly importing: boolean },
): Promise<SqlUserKey | undefined> {
  const id = parsePartId(text, '"<clusterId>,<userName>"');
  const userPrefix = knownPrefix(state, id) ?? (await findUserPrefix(api, id.clusterId, limits));
  if (userPrefix === undefined) return undefined;
  const name = importing ? withoutPrefix(id.part, userPrefix) : id.part;
  const fullUserName = state.fullUserName ?? `${userPrefix}.${name}`;
  refuseRoot({ userPrefix, fullUserName });
  return { clusterId: id.clusterId, part: withoutPrefix(fullUserName, userPrefix), userPrefix, fullUserName };
}

async function keyOfInputs({ clusterId, userName }: SqlUserInputs, { api, limits }: Call): Promise<SqlUserKey> {
  const userPrefix = await needUserPrefix(api, clusterId, limits);
  refusePrefixed(userName, userPrefix);
  return { clusterId, part: userName, userPrefix, fullUserName: `${userPrefix}.${userName}` };
}

/** The state of a user by a response of the API, which never tells a password. */
function sqlUserState(user: JsonObject, key: SqlUserKey, { password }: SqlUserState): SqlUserState {
  const { clusterId, part, userPrefix, fullUserName } = key;
  const builtinRole = withoutPrefix(asText(user["builtinRole"]) ?? "", userPrefix);
  return {
    ...{ clusterId, userName: part, fullUserName, password },
    authMethod: asFilledText(user["authMethod"]) ?? defaultAuthMethod,
    builtinRole: builtinRole === "" ? undefined : builtinRole,
    customRoles: asTexts(user["customRoles"]),
  };
}

/** `tidbcloud.SqlUser`. */
export const sqlUserResource = defineManagedResource<TidbCloudApi, SqlUserKey>()({
  type: "tidbcloud:index/sqlUser:SqlUser",
  description: "A SQL user of a TiDB Cloud cluster, with a password and roles.",
  noun: "SQL user",
  inputs: sqlUserInputs,
  outputs: sqlUserOutputs,
  stableOutputs: ["fullUserName"],
  local: ["owner"],
  refuseChange: (comparison, replaces) => (replaces ? [] : roleRemoval(comparison)),
  check: checkSqlUser,
  rest: ({ iam }) => iam,
  id: { text: partIdText, parse: keyOfId },
  recordScope: ({ clusterId = "" }) => clusterId,
  find: { by: "name", keyOf: keyOfInputs },
  read: (key) => ({ method: "GET", path: userPath(key) }),
  presence: async (response, key, call) => ((await isUserGone(response, key, call)) ? "gone" : "present"),
  objectIn: (user) => (asFilledText(user["userName"]) === undefined ? "invalid" : user),
  toState: (user, { key, known }) => sqlUserState(user, key, known),
  create: ({ clusterId, userName, password, authMethod, builtinRole, customRoles = [] }) => ({
    method: "POST",
    path: sqlUsersPath(clusterId),
    // The vendor puts the prefix before name and role.
    body: { userName, password, authMethod, builtinRole, customRoles, autoPrefix: true },
  }),
  changes({ key, inputs, actual, object }) {
    const password = inputs.password === actual.password ? undefined : inputs.password;
    const body = changeOf(object, inputs, { userPrefix: key.userPrefix, password });
    if (body === undefined) return [];
    const sets = ["builtinRole", "customRoles", "password"].filter((name) => name in body);
    return [{ method: "PATCH", path: userPath(key), body, sets }];
  },
  remove: (key) => ({ method: "DELETE", path: userPath(key) }),
});
