import { PlantonError } from "../../contract/planton-error.js";
import type { HttpResponse } from "../../http/http-message.js";
import { asFilledText, asText, asTexts, type JsonObject } from "../../http/json.js";
import { pollUntil } from "../kit/poll.js";
import { equalValues } from "../kit/property-value.js";
import { requestOf, type WorkLimits } from "../kit/work-limits.js";
import { clusterHandle, clusterPath } from "./cluster-calls.js";
import { getDatabase, goneError, isLeaving, saysGone } from "./database-calls.js";
import { waitUntilReady } from "./database-wait.js";
import type { SqlUserInputs } from "./sql-user-properties.js";
import type { TidbCloudApi } from "./tidbcloud-api.js";

/** One operation of the engine on one user. */
export interface SqlUserHandle {
  readonly api: TidbCloudApi;
  readonly clusterId: string;
  /** What stands before the names of the cluster's users: "abc" of "abc.app". */
  readonly userPrefix: string;
  /** With the prefix. */
  readonly fullUserName: string;
  readonly limits: WorkLimits;
}

/** Path of a cluster's users at the IAM API. */
export function sqlUsersPath(clusterId: string): string {
  return `${clusterPath(clusterId)}/sqlUsers`;
}

function userPath({ clusterId, fullUserName }: SqlUserHandle): string {
  return `${sqlUsersPath(clusterId)}/${encodeURIComponent(fullUserName)}`;
}

/** The text without the cluster's prefix. */
export function withoutPrefix(text: string, userPrefix: string): string {
  return text.startsWith(`${userPrefix}.`) ? text.slice(userPrefix.length + 1) : text;
}

/** Throws E_VENDOR for the root user, which is the cluster's own. */
export function refuseRoot({ userPrefix, fullUserName }: Pick<SqlUserHandle, "userPrefix" | "fullUserName">): void {
  if (fullUserName !== `${userPrefix}.root`) return;
  throw new PlantonError({
    code: "E_VENDOR",
    message: `"${fullUserName}" is the root user, which belongs to the cluster`,
    hint: "give its password at the cluster; one that is in the state is taken out by pulumi state delete",
  });
}

/** Throws E_VENDOR for a name with the prefix: the vendor may put a second one before it, or mean another user. */
export function refusePrefixed(userName: string, userPrefix: string): void {
  const bare = withoutPrefix(userName, userPrefix);
  if (bare === userName) return;
  throw new PlantonError({
    code: "E_VENDOR",
    message: `the userName "${userName}" begins with the prefix of the cluster's users, which the vendor puts before it`,
    hint: `write it as "${bare}"`,
  });
}

/** A built-in role as a change has to name it (update.go of tidbcloud-cli's sqluser); a creation prefixes by itself. */
function prefixedRole(role: string, userPrefix: string): string {
  return role === "role_admin" ? role : `${userPrefix}.${role}`;
}

/** The prefix of a cluster's users, once the cluster is ready; undefined when there is no cluster. */
export async function findUserPrefix(
  api: TidbCloudApi,
  clusterId: string,
  limits: WorkLimits,
): Promise<string | undefined> {
  const handle = clusterHandle(api, clusterId, limits);
  const seen = await getDatabase(handle, "BASIC");
  if (seen === undefined || isLeaving(seen)) return undefined;
  const known = asFilledText(seen["userPrefix"]);
  if (known !== undefined) return known;
  const wait = await waitUntilReady(handle, seen);
  if (wait.end === "failed") throw wait.error;
  return wait.end === "gone" ? undefined : asText(wait.database["userPrefix"]);
}

/** The prefix of a cluster's users. Throws E_VENDOR when there is no cluster. */
export async function needUserPrefix(api: TidbCloudApi, clusterId: string, limits: WorkLimits): Promise<string> {
  const prefix = await findUserPrefix(api, clusterId, limits);
  if (prefix !== undefined) return prefix;
  throw goneError({ noun: "cluster", id: clusterId }, "correct clusterId, or refresh the stack, then run up again");
}

async function isUnlisted({ api, clusterId, fullUserName, limits }: SqlUserHandle): Promise<boolean> {
  if (await clusterHandle(api, clusterId, limits).isUnlisted()) return true;
  const users = await api.iam.list({ path: sqlUsersPath(clusterId), items: "sqlUsers", ...requestOf(limits) });
  return !users.some(({ userName }) => userName === fullUserName);
}

/**
 * Whether an answer means that there is no such user. The one refusal that the API documents is 400 (iam.swagger.json of
 * tidbcloud-cli 19aea6a, 2026-05), so that for all but a plain 404 the list decides. Throws what the answer says.
 */
async function isGone(user: SqlUserHandle, answer: HttpResponse): Promise<boolean> {
  if (saysGone(answer)) return true;
  if (![400, 403, 404].includes(answer.status)) return false;
  if (await isUnlisted(user)) return true;
  throw user.api.iam.errorOf(answer);
}

/** The user; undefined when there is none. Throws E_VENDOR and the like. */
export async function getSqlUser(user: SqlUserHandle): Promise<JsonObject | undefined> {
  const { iam } = user.api;
  const answer = await iam.send({ method: "GET", path: userPath(user), ...requestOf(user.limits) });
  return (await isGone(user, answer)) ? undefined : iam.bodyOf(answer);
}

// What is new may be invisible at first, so a single look proves nothing.
const looksUntilGone = 3;

/** The user; undefined when several looks show none. Throws E_VENDOR, E_INTERRUPTED and the like. */
export async function lookForSqlUser(user: SqlUserHandle): Promise<JsonObject | undefined> {
  const { api, limits } = user;
  let looks = 0;
  const look = async (): Promise<{ readonly seen: JsonObject | undefined } | undefined> => {
    looks += 1;
    const seen = await getSqlUser(user);
    return seen === undefined && looks < looksUntilGone ? undefined : { seen };
  };
  const timeoutMs = Math.max(0, limits.deadlineMs - api.clock.nowMs());
  const signals = [limits.signal, limits.cancelled];
  const found = (await look()) ?? (await pollUntil({ look, pace: api.pace, timeoutMs, clock: api.clock, signals }));
  return found?.seen;
}

/** Sends the creation of a user; the vendor puts the prefix before name and role. */
export function postSqlUser({ api, limits }: SqlUserHandle, inputs: SqlUserInputs): Promise<HttpResponse> {
  const { clusterId, userName, password, authMethod, builtinRole, customRoles = [] } = inputs;
  const body = { userName, password, authMethod, builtinRole, customRoles, autoPrefix: true };
  return api.iam.send({ method: "POST", path: sqlUsersPath(clusterId), body, ...requestOf(limits) });
}

/** What has to be patched to make a user what it is to be; undefined: nothing. `password`: it has to be set. */
function changeOf(
  user: JsonObject,
  { builtinRole, customRoles = [] }: SqlUserInputs,
  facts: { readonly userPrefix: string; readonly password: string | undefined },
): JsonObject | undefined {
  const actual = withoutPrefix(asText(user["builtinRole"]) ?? "", facts.userPrefix);
  const isRoleNew = builtinRole !== undefined && builtinRole !== actual;
  const areRolesNew = !equalValues([...customRoles].sort(), [...asTexts(user["customRoles"])].sort());
  if (!isRoleNew && !areRolesNew && facts.password === undefined) return undefined;
  return {
    ...(isRoleNew ? { builtinRole: prefixedRole(builtinRole, facts.userPrefix) } : {}),
    ...(areRolesNew ? { customRoles } : {}),
    ...(facts.password === undefined ? {} : { password: facts.password }),
  };
}

/** Sends what makes a user what it is to be, with a password when it is given. Undefined: nothing has to be changed. */
export async function patchSqlUser(
  handle: SqlUserHandle,
  user: JsonObject,
  { inputs, password }: { readonly inputs: SqlUserInputs; readonly password: string | undefined },
): Promise<HttpResponse | undefined> {
  const body = changeOf(user, inputs, { userPrefix: handle.userPrefix, password });
  if (body === undefined) return undefined;
  return handle.api.iam.send({ method: "PATCH", path: userPath(handle), body, ...requestOf(handle.limits) });
}

/** Deletes a user; one that is gone is fine. */
export async function deleteSqlUser(user: SqlUserHandle): Promise<void> {
  const { iam } = user.api;
  const answer = await iam.send({ method: "DELETE", path: userPath(user), ...requestOf(user.limits) });
  if (!(await isGone(user, answer))) iam.bodyOf(answer);
}

/** The error for a user that was deleted by somebody else. */
export function userGoneError({ clusterId, fullUserName }: SqlUserHandle): PlantonError {
  return goneError({ noun: "SQL user", id: `${clusterId},${fullUserName}` });
}
