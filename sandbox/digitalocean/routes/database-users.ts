import { type JsonObject, objectField, objectList, stringField } from "../../kit/base/json-fields.js";
import { Refusal } from "../../kit/base/refusal.js";
import { collection } from "../../kit/vendor/collection.js";
import { clusterOf, clusterRoute, type DigitalOceanRoute, inhabitedCluster, type Request } from "../account-request.js";
import { userResponse } from "../clusters/cluster-response.js";
import { newPassword, newUser } from "../clusters/new-user.js";
import { messages } from "../messages.js";
import { responseForm } from "../response-form.js";
import type { DatabaseUser } from "../state.js";

const authPlugins = ["mysql_native_password", "caching_sha2_password"];

/** The users of a cluster. */
export const users = collection<Request, DatabaseUser>({
  path: "/v2/databases/:cluster/users/:user",
  keys: ["user", "users"],
  form: { ...responseForm, statuses: { ...responseForm.statuses, change: 201 } },
  items: (request) => inhabitedCluster(request).users,
  id: ({ name }) => name,
  view(user, request, { operation }) {
    if (operation === "create" || operation === "change") return withSettings(user, request);
    return userResponse(user, request, clusterOf(request).engine === "mongodb");
  },
  build(body, request) {
    const { engine } = clusterOf(request);
    const name = stringField(body, "name");
    if (!/^[A-Za-z0-9_.@-]{1,63}$/.test(name)) throw new Refusal(422, messages.userName);
    const plugin = authPlugin(engine, body);
    const settings = userSettings(engine, body, request);
    return newUser(request, {
      engine,
      name,
      role: "normal",
      ...(plugin === undefined ? {} : { authPlugin: plugin }),
      ...(settings === undefined ? {} : { settings }),
    });
  },
  unique: { key: ({ name }) => name, taken: () => new Refusal(409, messages.userExists) },
  notFound: () => new Refusal(404, messages.userNotFound),
  changes: {
    PUT(user, request) {
      user.settings = userSettings(clusterOf(request).engine, request.body, request) ?? user.settings;
    },
  },
  beforeDelete({ role }) {
    if (role === "primary") throw new Refusal(422, messages.userPrimary);
  },
});

/** `/v2/databases/:cluster/users`; refused with 422 for caching engines, as DigitalOcean has no users there. */
export const databaseUserRoutes: readonly DigitalOceanRoute[] = [
  ...users.routes,
  clusterRoute("POST", "/users/:user/reset_auth", (request) => {
    const user = users.item(request);
    const plugin = authPlugin(clusterOf(request).engine, request.body);
    if (plugin !== undefined) user.authPlugin = plugin;
    user.password = newPassword(request);
    return { status: 200, body: { user: withSettings(user, request) } };
  }),
];

function authPlugin(engine: string, body: JsonObject): string | undefined {
  const plugin = stringField(objectField(body, "mysql_settings") ?? {}, "auth_plugin");
  if (plugin === "") return undefined;
  if (engine !== "mysql" && engine !== "advanced_mysql") throw new Refusal(422, messages.unsupported);
  if (!authPlugins.includes(plugin)) throw new Refusal(422, messages.authPlugin);
  return plugin;
}

/** Settings that one engine alone has, and the values of their permissions (digitalocean/openapi 7c1300c4). */
const engineSettings: Readonly<Record<string, readonly [engine: string, permissions?: readonly string[]]>> = {
  acl: ["kafka", ["admin", "consume", "produce", "produceconsume"]],
  opensearch_acl: ["opensearch", ["deny", "admin", "read", "readwrite", "write"]],
  mongo_user_settings: ["mongodb"],
  pg_allow_replication: ["pg"],
};

/** The settings of a request; rules of Kafka get ids. Refuses those of another engine, and what is no rule. */
function userSettings(engine: string, body: JsonObject, request: Request): JsonObject | undefined {
  const settings = objectField(body, "settings");
  if (settings === undefined) return undefined;
  const entries = Object.entries(settings).map(([name, value]): readonly [string, unknown] => {
    const [owner = "", permissions] = engineSettings[name] ?? [];
    if (Array.isArray(value) && value.length === 0) return [name, value];
    if (owner !== engine.replace("advanced_", "")) throw new Refusal(422, messages.unsupported);
    if (permissions === undefined) return [name, value];
    const rules = objectList(settings, name) ?? [];
    const subject = name === "acl" ? "topic" : "index";
    if (
      rules.some((rule) => stringField(rule, subject) === "" || !permissions.includes(stringField(rule, "permission")))
    )
      throw new Refusal(422, messages.userSettings);
    return [name, name === "acl" ? rules.map((rule) => ({ ...rule, id: `acl${request.randomText(8)}` })) : rules];
  });
  return Object.fromEntries(entries);
}

/** With its settings, which only responses to changes have. */
function withSettings(user: DatabaseUser, request: Request): Readonly<Record<string, unknown>> {
  const settings = user.settings === undefined ? {} : { settings: user.settings };
  return { ...userResponse(user, request), ...settings };
}
