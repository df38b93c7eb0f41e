import { PlantonError } from "../../contract/planton-error.js";
import type { HttpResponse } from "../../http/http-message.js";
import { asNonEmptyString, asString, asStrings, type JsonObject } from "../../http/json.js";
import type { ChangeFacts, ManagedCall } from "../kit/managed/managed-declaration.js";
import { defineManagedResource, parseId } from "../kit/managed/managed-resource.js";
import { readObject, readWhenReady } from "../kit/managed/managed-work.js";
import { requestOf } from "../kit/resource/work-limits.js";
import { equalValues } from "../kit/schema/property-value.js";
import {
  type ClusterKey,
  clusterPath,
  clusterRules,
  isClusterUnlisted,
  isLeaving,
  type PartKey,
  partId,
  saysGone,
} from "./database.js";
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

/** What names a user at the vendor. */
interface SqlUserKey extends PartKey {
  /** Prefix of the names of the cluster's users: "abc" of "abc.app". */
  readonly userPrefix: string;
  /** With the prefix. */
  readonly fullUserName: string;
}

const sqlUsersPath = (key: ClusterKey): string => `${clusterPath(key)}/sqlUsers`;
const userPath = (key: SqlUserKey): string => `${sqlUsersPath(key)}/${encodeURIComponent(key.fullUserName)}`;

/** The name without the cluster's prefix. */
function withoutPrefix(name: string, userPrefix: string): string {
  return name.startsWith(`${userPrefix}.`) ? name.slice(userPrefix.length + 1) : name;
}

/** Throws E_VENDOR for the root user, which is the cluster's own. */
function refuseRoot({ userPrefix, fullUserName }: Pick<SqlUserKey, "userPrefix" | "fullUserName">): void {
  if (fullUserName !== `${userPrefix}.root`) return;
  throw new PlantonError({
    code: "E_VENDOR",
    message: `"${fullUserName}" is the root user, which belongs to the cluster`,
    hint: "give its password at the cluster; one that is in the state is taken out by pulumi state delete",
  });
}

/** Throws E_VENDOR for a name with the prefix: the vendor may put a second one before it, or mean another user. */
function refusePrefixed(userName: string, userPrefix: string): void {
  const bare = withoutPrefix(userName, userPrefix);
  if (bare === userName) return;
  throw new PlantonError({
    code: "E_VENDOR",
    message: `the userName "${userName}" begins with the prefix of the cluster's users, which the vendor puts before it`,
    hint: `write it as "${bare}"`,
  });
}

/** The prefix of a cluster's users, once the cluster is ready; undefined when there is no cluster. */
async function findUserPrefix(key: ClusterKey, call: Call): Promise<string | undefined> {
  const reading = { ...call, rules: clusterRules, rest: call.api, secrets: [] };
  const seen = await readObject(reading, key);
  if (seen === undefined || isLeaving(seen)) return undefined;
  const known = asNonEmptyString(seen["userPrefix"]);
  if (known !== undefined) return known;
  const ready = await readWhenReady(reading, key, { seen });
  return ready && asString(ready["userPrefix"]);
}

async function isUserUnlisted(key: SqlUserKey, call: Call): Promise<boolean> {
  if (await isClusterUnlisted(key, call)) return true;
  const { api, limits } = call;
  const users = await api.iam.list({ path: sqlUsersPath(key), items: "sqlUsers", ...requestOf(limits) });
  return !users.some(({ userName }) => userName === key.fullUserName);
}

/**
 * Whether a response means that there is no such user. The one refusal that the API documents is 400 (iam.swagger.json of
 * tidbcloud-cli 19aea6a, 2026-05), so that for all but a plain 404 the list decides.
 */
async function isUserGone(response: HttpResponse, key: SqlUserKey, call: Call): Promise<boolean> {
  if (saysGone(response)) return true;
  return [400, 403, 404].includes(response.status) && (await isUserUnlisted(key, call));
}

/** The fields to change, so that a user becomes what the inputs say. */
function changedFields({ key, inputs, actual }: ChangeFacts<SqlUserInputs, SqlUserState, SqlUserKey>): JsonObject {
  const { builtinRole: role, customRoles = [], password } = inputs;
  // A creation prefixes roles by itself, a change does not (update.go of tidbcloud-cli's sqluser).
  const builtinRole = role === "role_admin" ? role : `${key.userPrefix}.${role}`;
  const hasRoles = equalValues([...customRoles].sort(), [...(actual.customRoles ?? [])].sort());
  return {
    ...(role === undefined || role === actual.builtinRole ? {} : { builtinRole }),
    ...(hasRoles ? {} : { customRoles }),
    ...(password === undefined || password === actual.password ? {} : { password }),
  };
}

/** The prefix that the state's full name shows. */
function knownPrefix({ fullUserName }: SqlUserState, { part }: PartKey): string | undefined {
  return fullUserName?.endsWith(`.${part}`) ? fullUserName.slice(0, -part.length - 1) : undefined;
}

/**
 * The user that an id names; undefined when its cluster is gone. An import alone may name it with the prefix: the id of
 * a user that is in the state is what it was created with. Throws E_VENDOR for the root user.
 */
async function keyOfId(
  text: string,
  { state, importing, ...call }: Call & { readonly state: SqlUserState; readonly importing: boolean },
): Promise<SqlUserKey | undefined> {
  const example = "<clusterId>,<userName>";
  const id = parseId<keyof PartKey>(text, { pattern: partId.pattern, noun: "SQL user", example });
  const userPrefix = knownPrefix(state, id) ?? (await findUserPrefix(id, call));
  if (userPrefix === undefined) return undefined;
  const name = importing ? withoutPrefix(id.part, userPrefix) : id.part;
  const fullUserName = state.fullUserName ?? `${userPrefix}.${name}`;
  refuseRoot({ userPrefix, fullUserName });
  return { clusterId: id.clusterId, part: withoutPrefix(fullUserName, userPrefix), userPrefix, fullUserName };
}

async function keyOfInputs({ clusterId, userName }: SqlUserInputs, call: Call): Promise<SqlUserKey> {
  const userPrefix = await findUserPrefix({ clusterId }, call);
  if (userPrefix === undefined) {
    const hint = "correct clusterId, or refresh the stack, then run up again";
    throw new PlantonError({ code: "E_VENDOR", message: `the cluster "${clusterId}" is gone or never existed`, hint });
  }
  refusePrefixed(userName, userPrefix);
  return { clusterId, part: userName, userPrefix, fullUserName: `${userPrefix}.${userName}` };
}

/** The state of a user by a response of the API, which never contains a password. */
function sqlUserState(user: JsonObject, key: SqlUserKey, { password }: SqlUserState): SqlUserState {
  const { clusterId, part, userPrefix, fullUserName } = key;
  const builtinRole = withoutPrefix(asString(user["builtinRole"]) ?? "", userPrefix);
  return {
    ...{ clusterId, userName: part, fullUserName, password },
    authMethod: asNonEmptyString(user["authMethod"]) ?? defaultAuthMethod,
    builtinRole: builtinRole === "" ? undefined : builtinRole,
    customRoles: asStrings(user["customRoles"]),
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
  id: { ...partId, parse: keyOfId },
  recordScope: ({ clusterId = "" }) => clusterId,
  find: { by: "name", keyOf: keyOfInputs },
  read: (key) => ({ method: "GET", path: userPath(key) }),
  presence: async (response, key, call) => ((await isUserGone(response, key, call)) ? "gone" : "present"),
  objectIn: (user) => (asNonEmptyString(user["userName"]) === undefined ? "invalid" : user),
  toState: (user, { key, known }) => sqlUserState(user, key, known),
  create: ({ clusterId, userName, password, authMethod, builtinRole, customRoles = [] }) => ({
    method: "POST",
    path: sqlUsersPath({ clusterId }),
    // The vendor puts the prefix before name and role.
    body: { userName, password, authMethod, builtinRole, customRoles, autoPrefix: true },
  }),
  changes(facts) {
    const body = changedFields(facts);
    const sets = Object.keys(body);
    return sets.length === 0 ? [] : [{ method: "PATCH", path: userPath(facts.key), body, sets }];
  },
  remove: (key) => ({ method: "DELETE", path: userPath(key) }),
});
