import { Refusal } from "../kit/base/refusal.js";
import { collection } from "../kit/vendor/collection.js";
import { cutPage } from "../kit/vendor/paging.js";
import { booleanAt, stringAt, stringsAt } from "./body-fields.js";
import { hasFields } from "./database.js";
import { acceptPassword } from "./root-password.js";
import { type Cluster, organizationId, type Project, type SqlUser } from "./state.js";
import {
  clusterOf,
  iamResponseForm,
  paging,
  presentClusters,
  type TidbRequest,
  type TidbRoute,
} from "./tidb-request.js";

/** Start of the paths under which the sandbox serves the IAM service, which has a host of its own at the vendor. */
export const iamPrefix = "/tidbcloud-iam";

/**
 * True for the paths of the IAM service. They are served without the prefix too, for the official tools: those take only
 * the host of an endpoint.
 */
export function isIamPath(path: string): boolean {
  return (
    path.startsWith(`${iamPrefix}/`) || /^\/v1beta1\/(projects|clusters\/[^/]+\/(sqlUsers|dbuser))(\/|$)/.test(path)
  );
}

const authMethod = "mysql_native_password";
/** Users on a page when the query names no size, or 0 (iam.swagger.json of tidbcloud-cli 19aea6a, 2026-05). */
const pageSize = 100;
/** Roles that carry the prefix of the cluster. */
const prefixedRoles = ["role_readonly", "role_readwrite"];

const sqlUsers = collection<TidbRequest, SqlUser>({
  path: "/v1beta1/clusters/:cluster/sqlUsers/:user",
  keys: ["sqlUser", "sqlUsers"],
  form: { ...iamResponseForm, paging: { ...paging, preset: pageSize } },
  items: (request) => readyClusterOf(request).sqlUsers,
  present: (stored, request) => [rootUser(readyClusterOf(request)), ...stored],
  id: ({ userName }) => userName,
  view: ({ userName, builtinRole, customRoles }) => ({ userName, builtinRole, customRoles, authMethod }),
  build(body, request) {
    const cluster = readyClusterOf(request);
    const method = stringAt(body, "authMethod") ?? authMethod;
    if (method !== authMethod) throw new Refusal(400, `authMethod "${method}" is not supported`);
    const autoPrefix = booleanAt(body, "autoPrefix") ?? false;
    const userName = prefixedName(cluster, stringAt(body, "userName") ?? "", autoPrefix);
    const customRoles = stringsAt(body, "customRoles") ?? [];
    const role = stringAt(body, "builtinRole") ?? "";
    if (role === "" && customRoles.length === 0) throw new Refusal(400, "a role is needed");
    const builtinRole = role === "" ? "" : prefixedRole(cluster, role, autoPrefix);
    const password = acceptPassword(stringAt(body, "password") ?? "", request.settings);
    return { userName, builtinRole, customRoles, password };
  },
  unique: {
    key: ({ userName }) => userName,
    taken: (userName) => new Refusal(409, `SQL user "${userName}" already exists`),
  },
  notFound: (userName) => new Refusal(404, `SQL user "${userName}" not found`),
  // The root user is not the IAM service's to change.
  fixed: (userName) => new Refusal(400, `SQL user "${userName}" cannot be changed`),
  changes: { PATCH: change },
  respond: { delete: () => ({ status: 200, body: { code: 200, message: "success" } }) },
});

/** `/v1beta1/clusters/{clusterId}/sqlUsers` of the IAM service: list, create, get, change, delete. */
const sqlUserRoutes: readonly TidbRoute[] = sqlUsers.routes;

function readyClusterOf(request: TidbRequest): Cluster {
  const cluster = clusterOf(request);
  if (!hasFields(cluster, request.nowMs)) throw new Refusal(400, `cluster ${cluster.clusterId} is not ready`);
  return cluster;
}

function rootUser({ userPrefix, rootPassword }: Cluster): SqlUser {
  return { userName: `${userPrefix}.root`, builtinRole: "role_admin", customRoles: [], password: rootPassword };
}

function prefixedName({ userPrefix }: Cluster, name: string, autoPrefix: boolean): string {
  const full = autoPrefix ? `${userPrefix}.${name}` : name;
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

function change(user: SqlUser, request: TidbRequest): void {
  const { body } = request;
  const role = stringAt(body, "builtinRole");
  // A change has no autoPrefix, and official clients send the prefix (update.go of tidbcloud-cli's sqluser, 2024).
  if (role !== undefined && role !== "") user.builtinRole = prefixedRole(readyClusterOf(request), role, false);
  user.customRoles = stringsAt(body, "customRoles") ?? user.customRoles;
  const password = stringAt(body, "password") ?? "";
  if (password !== "") user.password = acceptPassword(password, request.settings);
}

const projectRoute: TidbRoute = {
  method: "GET",
  path: "/v1beta1/projects",
  handle: (request) => {
    const page = cutPage(request.state.projects, request, paging);
    const items = page.items.map((project) => projectResponse(project, request));
    return { status: 200, ...iamResponseForm.list("projects", { ...page, items }, request) };
  },
};

/** The IAM service: SQL users and projects, with its prefix and without. */
export const iamRoutes: readonly TidbRoute[] = [projectRoute, ...sqlUserRoutes].flatMap((route) => [
  route,
  { ...route, path: `${iamPrefix}${route.path}` },
]);

function projectResponse({ id, name, createTimeMs }: Project, request: TidbRequest): unknown {
  return {
    id,
    org_id: organizationId,
    name,
    cluster_count: presentClusters(request).filter(({ projectId }) => projectId === id).length,
    user_count: 1,
    create_timestamp: String(Math.floor(createTimeMs / 1000)),
    aws_cmek_enabled: false,
  };
}
