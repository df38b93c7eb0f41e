import { PlantonError } from "../../contract/planton-error.js";
import type { HttpResponse } from "../../http/http-message.js";
import { asFilledText, asText, asTexts, type JsonObject } from "../../http/json.js";
import type { ManagedCall } from "../kit/managed/managed-declaration.js";
import { equalValues } from "../kit/property-value.js";
import { requestOf, type WorkLimits } from "../kit/work-limits.js";
import { clusterHandle, clusterPath } from "./cluster-calls.js";
import { getDatabase, goneError, isLeaving, saysGone } from "./database-calls.js";
import { waitUntilReady } from "./database-wait.js";
import type { PartId } from "./part-id.js";
import type { SqlUserInputs } from "./sql-user-properties.js";
import type { TidbCloudApi } from "./tidbcloud-api.js";

/** What names a user at the vendor. */
export interface SqlUserKey extends PartId {
  /** What stands before the names of the cluster's users: "abc" of "abc.app". */
  readonly userPrefix: string;
  /** With the prefix. */
  readonly fullUserName: string;
}

/** Path of a cluster's users at the IAM API. */
export function sqlUsersPath(clusterId: string): string {
  return `${clusterPath(clusterId)}/sqlUsers`;
}

/** Path of a user at the IAM API. */
export function userPath({ clusterId, fullUserName }: SqlUserKey): string {
  return `${sqlUsersPath(clusterId)}/${encodeURIComponent(fullUserName)}`;
}

/** The text without the cluster's prefix. */
export function withoutPrefix(text: string, userPrefix: string): string {
  return text.startsWith(`${userPrefix}.`) ? text.slice(userPrefix.length + 1) : text;
}

/** Throws E_VENDOR for the root user, which is the cluster's own. */
export function refuseRoot({ userPrefix, fullUserName }: Pick<SqlUserKey, "userPrefix" | "fullUserName">): void {
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

async function isUnlisted(
  { clusterId, fullUserName }: SqlUserKey,
  { api, limits }: ManagedCall<TidbCloudApi>,
): Promise<boolean> {
  if (await clusterHandle(api, clusterId, limits).isUnlisted()) return true;
  const users = await api.iam.list({ path: sqlUsersPath(clusterId), items: "sqlUsers", ...requestOf(limits) });
  return !users.some(({ userName }) => userName === fullUserName);
}

/**
 * Whether a response means that there is no such user. The one refusal that the API documents is 400 (iam.swagger.json of
 * tidbcloud-cli 19aea6a, 2026-05), so that for all but a plain 404 the list decides. Throws what the response says.
 */
export async function isUserGone(
  response: HttpResponse,
  key: SqlUserKey,
  call: ManagedCall<TidbCloudApi>,
): Promise<boolean> {
  if (saysGone(response)) return true;
  if (![400, 403, 404].includes(response.status)) return false;
  if (await isUnlisted(key, call)) return true;
  throw call.api.iam.errorOf(response);
}

/** What has to be patched to make a user what it is to be; undefined: nothing. `password`: it has to be set. */
export function changeOf(
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
