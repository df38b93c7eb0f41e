import { objectField, textField } from "../kit/json-fields.js";
import { Refusal } from "../kit/refusal.js";
import type { Answer } from "../kit/sandbox-vendor.js";
import {
  clusterOf,
  clusterRoute,
  type DigitalOceanRoute,
  noContent,
  onlineClusterOf,
  type Request,
} from "./account-request.js";
import { userAnswer } from "./cluster-answer.js";
import { isCaching } from "./engines.js";
import { listAnswer } from "./list-answer.js";
import { messages } from "./messages.js";
import { newPassword, newUser } from "./new-user.js";
import type { Cluster, DatabaseUser } from "./state.js";

const authPlugins = ["mysql_native_password", "caching_sha2_password"];

/** `/v2/databases/:cluster/users`; refused with 422 for caching engines, as DigitalOcean has no users there. */
export const databaseUserRoutes: readonly DigitalOceanRoute[] = [
  clusterRoute("GET", "/users", (request) => {
    const cluster = withUsers(clusterOf(request));
    return listAnswer(
      request,
      "users",
      cluster.users.map((user) => shown(user, cluster, request)),
    );
  }),
  clusterRoute("POST", "/users", create),
  clusterRoute("GET", "/users/:user", (request) => {
    const cluster = withUsers(clusterOf(request));
    return { status: 200, body: { user: shown(userOf(cluster, request), cluster, request) } };
  }),
  clusterRoute("PUT", "/users/:user", (request) => {
    const cluster = withUsers(onlineClusterOf(request));
    const user = userOf(cluster, request);
    const settings = objectField(request.body, "settings");
    if (settings !== undefined) user.settings = settings;
    return { status: 201, body: { user: withSettings(user, request) } };
  }),
  clusterRoute("DELETE", "/users/:user", (request) => {
    const cluster = withUsers(onlineClusterOf(request));
    const user = userOf(cluster, request);
    if (user.role === "primary") throw new Refusal(422, messages.userPrimary);
    cluster.users = cluster.users.filter((entry) => entry !== user);
    return noContent;
  }),
  clusterRoute("POST", "/users/:user/reset_auth", (request) => {
    const cluster = withUsers(onlineClusterOf(request));
    const user = userOf(cluster, request);
    const plugin = authPlugin(cluster, request);
    if (plugin !== undefined) user.authPlugin = plugin;
    user.password = newPassword(request);
    return { status: 200, body: { user: withSettings(user, request) } };
  }),
];

function create(request: Request): Answer {
  const cluster = withUsers(onlineClusterOf(request));
  const name = textField(request.body, "name");
  if (!/^[A-Za-z0-9_.@-]{1,63}$/.test(name)) throw new Refusal(422, messages.userName);
  if (cluster.users.some((user) => user.name === name)) throw new Refusal(409, messages.userExists);
  const plugin = authPlugin(cluster, request);
  const settings = objectField(request.body, "settings");
  const user = newUser(request, {
    engine: cluster.engine,
    name,
    role: "normal",
    ...(plugin === undefined ? {} : { authPlugin: plugin }),
    ...(settings === undefined ? {} : { settings }),
  });
  cluster.users.push(user);
  return { status: 201, body: { user: withSettings(user, request) } };
}

function authPlugin(cluster: Cluster, request: Request): string | undefined {
  const plugin = textField(objectField(request.body, "mysql_settings") ?? {}, "auth_plugin");
  if (plugin === "") return undefined;
  if (cluster.engine !== "mysql" && cluster.engine !== "advanced_mysql") throw new Refusal(422, messages.unsupported);
  if (!authPlugins.includes(plugin)) throw new Refusal(422, messages.authPlugin);
  return plugin;
}

function withUsers(cluster: Cluster): Cluster {
  if (isCaching(cluster.engine)) throw new Refusal(422, messages.unsupported);
  return cluster;
}

function userOf(cluster: Cluster, request: Request): DatabaseUser {
  const user = cluster.users.find(({ name }) => name === request.params["user"]);
  if (user === undefined) throw new Refusal(404, messages.userNotFound);
  return user;
}

function shown(user: DatabaseUser, cluster: Cluster, request: Request): Readonly<Record<string, unknown>> {
  return userAnswer(user, request, cluster.engine === "mongodb");
}

/** With its settings, which only answers to changes have. */
function withSettings(user: DatabaseUser, request: Request): Readonly<Record<string, unknown>> {
  const settings = user.settings === undefined ? {} : { settings: user.settings };
  return { ...userAnswer(user, request), ...settings };
}
