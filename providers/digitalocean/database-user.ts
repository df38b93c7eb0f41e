import { asNonEmptyString, asObject, asString } from "../../http/json.js";
import { defineBridgedResource } from "../kit/bridged/bridged-resource.js";
import { readObject } from "../kit/bridged/read-fields.js";
import type { Comparison, ValuesOf } from "../kit/schema/property-declaration.js";
import { notEmpty, oneOf } from "../kit/schema/property-rules.js";
import { list, object, string } from "../kit/schema/property-types.js";
import { isEmpty } from "../kit/schema/property-value.js";
import { clusterPart, filledList, partInputs } from "./cluster-part.js";

const defaultPlugin = "caching_sha2_password";
const users = clusterPart("users", "/user/");
const filled = { type: string, required: true, check: notEmpty } as const;
const kafkaPermissions = ["admin", "consume", "produce", "produceconsume"];
const searchPermissions = ["deny", "admin", "read", "write", "readwrite"];
const kafkaRule = {
  id: { type: string, computed: true },
  permission: { ...filled, check: oneOf(kafkaPermissions) },
  topic: filled,
} as const;
const searchRule = { index: filled, permission: { ...filled, check: oneOf(searchPermissions) } } as const;
const settingsInputs = {
  acls: { type: list(object(kafkaRule)) },
  opensearchAcls: { type: list(object(searchRule)) },
} as const;
const settingsKeys = { acls: "acl", opensearchAcls: "opensearch_acl" };

/** The first of the settings, without ids of rules and without empty lists: as godo v1.202.0 sends them. */
function settingsBody([settings]: readonly ValuesOf<typeof settingsInputs>[] = []) {
  if (settings === undefined) return undefined;
  const acl = settings.acls?.map(({ topic, permission }) => ({ topic, permission }));
  return { acl: filledList(acl), opensearch_acl: filledList(settings.opensearchAcls) };
}

/** `digitalocean.DatabaseUser`. A change of the plugin makes a new password as well. */
export const databaseUserResource = defineBridgedResource({
  type: "digitalocean:index/databaseUser:DatabaseUser",
  description: "A user of a database cluster.",
  noun: "Database User",
  inputs: {
    ...partInputs,
    mysqlAuthPlugin: {
      type: string,
      check: oneOf(["mysql_native_password", defaultPlugin]),
      // The vendor's default is no difference from none.
      managed: ({ state, inputs }: Comparison) =>
        !(isEmpty(inputs["mysqlAuthPlugin"]) && state["mysqlAuthPlugin"] === defaultPlugin),
    },
    settings: { type: list(object(settingsInputs)) },
  },
  outputs: {
    accessCert: { type: string, secret: true },
    accessKey: { type: string, secret: true },
    password: { type: string, secret: true },
    role: { type: string },
  },
  outputsChangedBy: { mysqlAuthPlugin: ["password"] },
  path: users.path,
  key: "user",
  lock: ({ clusterId = "" }) => `${clusterId}/users`,
  locksDeletions: true,
  create: {
    send: ({ clusterId, name, mysqlAuthPlugin, settings }) =>
      users.post(clusterId, {
        name,
        mysql_settings: mysqlAuthPlugin && { auth_plugin: mysqlAuthPlugin },
        settings: settingsBody(settings),
      }),
    id: users.id,
    keep(user) {
      const settings = asObject(user["settings"]);
      return { settings: settings === undefined ? [] : [readObject(settings, settingsInputs, settingsKeys)] };
    },
    isWhole: true,
  },
  state: (user, { known }) => ({
    role: asNonEmptyString(user["role"]) ?? "normal",
    // MongoDB's is in the response to the creation alone.
    password: asNonEmptyString(user["password"]) ?? known.password,
    mysqlAuthPlugin: asString(asObject(user["mysql_settings"])?.["auth_plugin"]) ?? known.mysqlAuthPlugin,
  }),
  importing: users.importing,
  update: [
    {
      doing: "updating mysql_auth_plugin for DatabaseUser",
      on: ["mysqlAuthPlugin"],
      send: (user) => ({
        method: "POST",
        path: `${users.path(user)}/reset_auth`,
        body: { mysql_settings: { auth_plugin: user.inputs.mysqlAuthPlugin ?? defaultPlugin } },
      }),
    },
    {
      doing: "updating settings for DatabaseUser",
      on: ["settings"],
      send: (user) => ({
        method: "PUT",
        path: users.path(user),
        body: { settings: settingsBody(user.inputs.settings) },
      }),
    },
  ],
});
