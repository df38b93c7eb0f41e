import { Refusal } from "../kit/refusal.js";
import type { Answer } from "../kit/sandbox-vendor.js";
import { booleanAt, textAt, textsAt } from "./body-fields.js";
import { hasFields } from "./database-state.js";
import { listPage } from "./list-page.js";
import { acceptPassword } from "./root-password.js";
import type { Cluster, SqlUser } from "./state.js";
import { clusterOf, clusterRoute, type TidbRequest, type TidbRoute } from "./tidb-request.js";

const authMethod = "mysql_native_password";
/** Users on a page when the query names no size, or 0 (iam.swagger.json of tidbcloud-cli 19aea6a, 2026-05). */
const pageSize = 100;
/** Roles that carry the prefix of the cluster. */
const prefixedRoles = ["role_readonly", "role_readwrite"];

/** `/v1beta1/clusters/{clusterId}/sqlUsers` of the IAM service: list, create, get, change, delete. */
export const sqlUserRoutes: readonly TidbRoute[] = [
  clusterRoute("GET", "/sqlUsers", list),
  clusterRoute("POST", "/sqlUsers", create),
  clusterRoute("GET", "/sqlUsers/:user", (request) => ({ status: 200, body: userAnswer(userOf(request)) })),
  clusterRoute("PATCH", "/sqlUsers/:user", change),
  clusterRoute("DELETE", "/sqlUsers/:user", remove),
];

function readyClusterOf(request: TidbRequest): Cluster {
  const cluster = clusterOf(request);
  if (!hasFields(cluster, request.nowMs)) throw new Refusal(400, `cluster ${cluster.clusterId} is not ready`);
  return cluster;
}

type Shown = Pick<SqlUser, "userName" | "builtinRole" | "customRoles">;

function usersOf(cluster: Cluster): readonly Shown[] {
  const root = { userName: `${cluster.userPrefix}.root`, builtinRole: "role_admin", customRoles: [] };
  return [root, ...cluster.sqlUsers];
}

function userOf(request: TidbRequest): Shown {
  const name = request.params["user"] ?? "";
  const found = usersOf(readyClusterOf(request)).find(({ userName }) => userName === name);
  if (found === undefined) throw new Refusal(404, `SQL user "${name}" not found`);
  return found;
}

/** The user that the path names, to be changed. Refuses the root user, which is not the IAM service's to change. */
function ownUserOf(request: TidbRequest): SqlUser {
  const { userName } = userOf(request);
  const found = readyClusterOf(request).sqlUsers.find((user) => user.userName === userName);
  if (found === undefined) throw new Refusal(400, `SQL user "${userName}" cannot be changed`);
  return found;
}

function userAnswer({ userName, builtinRole, customRoles }: Shown): unknown {
  return { userName, builtinRole, customRoles, authMethod };
}

function list(request: TidbRequest): Answer {
  const { items, nextPageToken } = listPage(usersOf(readyClusterOf(request)), request.query, pageSize);
  return { status: 200, body: { sqlUsers: items.map(userAnswer), nextPageToken } };
}

function create(request: TidbRequest): Answer {
  const { body } = request;
  const cluster = readyClusterOf(request);
  const method = textAt(body, "authMethod") ?? authMethod;
  if (method !== authMethod) throw new Refusal(400, `authMethod "${method}" is not supported`);
  const autoPrefix = booleanAt(body, "autoPrefix") ?? false;
  const userName = prefixedName(cluster, textAt(body, "userName") ?? "", autoPrefix);
  if (usersOf(cluster).some((user) => user.userName === userName))
    throw new Refusal(409, `SQL user "${userName}" already exists`);
  const customRoles = textsAt(body, "customRoles") ?? [];
  const role = textAt(body, "builtinRole") ?? "";
  if (role === "" && customRoles.length === 0) throw new Refusal(400, "a role is needed");
  const user: SqlUser = {
    userName,
    builtinRole: role === "" ? "" : prefixedRole(cluster, role, autoPrefix),
    customRoles,
    password: acceptPassword(textAt(body, "password") ?? "", request.settings),
  };
  cluster.sqlUsers.push(user);
  return { status: 200, body: userAnswer(user) };
}

function prefixedName({ userPrefix }: Cluster, name: string, autoPrefix: boolean): string {
  const full = autoPrefix && !name.startsWith(`${userPrefix}.`) ? `${userPrefix}.${name}` : name;
  const own = full.slice(userPrefix.length + 1);
  if (!full.startsWith(`${userPrefix}.`)) throw new Refusal(400, `userName must start with "${userPrefix}."`);
  if (!/^[A-Za-z0-9_.-]{1,64}$/.test(own)) throw new Refusal(400, `userName "${own}" is invalid`);
  return full;
}

function prefixedRole({ userPrefix }: Cluster, role: string, autoPrefix: boolean): string {
  const plain = role.startsWith(`${userPrefix}.`) ? role.slice(userPrefix.length + 1) : role;
  if (plain === "role_admin") return plain;
  if (!prefixedRoles.includes(plain)) throw new Refusal(400, `builtinRole "${role}" is unknown`);
  if (plain === role && !autoPrefix) throw new Refusal(400, `builtinRole must start with "${userPrefix}."`);
  return `${userPrefix}.${plain}`;
}

function change(request: TidbRequest): Answer {
  const { body } = request;
  const user = ownUserOf(request);
  const role = textAt(body, "builtinRole");
  // A change says nothing of prefixes (iam.swagger.json): both forms are taken.
  if (role !== undefined && role !== "") user.builtinRole = prefixedRole(readyClusterOf(request), role, true);
  user.customRoles = textsAt(body, "customRoles") ?? user.customRoles;
  const password = textAt(body, "password") ?? "";
  if (password !== "") user.password = acceptPassword(password, request.settings);
  return { status: 200, body: userAnswer(user) };
}

function remove(request: TidbRequest): Answer {
  const cluster = readyClusterOf(request);
  const user = ownUserOf(request);
  cluster.sqlUsers = cluster.sqlUsers.filter((entry) => entry !== user);
  return { status: 200, body: { code: 200, message: "success" } };
}
