import { asFilledText, asObject, asObjects, asText, type JsonObject } from "../../http/json.js";
import { defineBridgedResource } from "../kit/bridged/bridged-resource.js";
import type { Comparison } from "../kit/property-declaration.js";
import { notEmpty, oneOf } from "../kit/property-rules.js";
import { list, object, text } from "../kit/property-types.js";
import { definedValues, isEmpty } from "../kit/property-value.js";
import { clusterPath, importPart, partInputs, partPath } from "./cluster-part.js";

const defaultPlugin = "caching_sha2_password";
const rule = { type: text, required: true, check: notEmpty } as const;
const kafkaRule = object({
  id: { type: text, computed: true },
  permission: { type: text, required: true, check: oneOf(["admin", "consume", "produce", "produceconsume"]) },
  topic: rule,
});
const opensearchRule = object({
  index: rule,
  permission: { type: text, required: true, check: oneOf(["deny", "admin", "read", "write", "readwrite"]) },
});

interface Settings {
  readonly acls?: readonly { readonly topic: string; readonly permission: string }[] | undefined;
  readonly opensearchAcls?: readonly { readonly index: string; readonly permission: string }[] | undefined;
}

/** The first of the settings, without ids of rules and without empty lists: as godo v1.202.0 sends them. */
function settingsBody([settings]: readonly Settings[] = []) {
  if (settings === undefined) return undefined;
  const { acls = [], opensearchAcls = [] } = settings;
  return {
    acl: acls.length === 0 ? undefined : acls.map(({ topic, permission }) => ({ topic, permission })),
    opensearch_acl:
      opensearchAcls.length === 0 ? undefined : opensearchAcls.map(({ index, permission }) => ({ index, permission })),
  };
}

function permissionOf(rule: JsonObject): string {
  return (asText(rule["permission"]) ?? "").toLowerCase().replace("_", "");
}

/** What a response says of a user; only that to a creation holds settings, and MongoDB's holds the password. */
function userProperties(user: JsonObject) {
  return {
    role: asFilledText(user["role"]) ?? "normal",
    password: asFilledText(user["password"]),
    mysqlAuthPlugin: asText(asObject(user["mysql_settings"])?.["auth_plugin"]),
    accessCert: asFilledText(user["access_cert"]),
    accessKey: asFilledText(user["access_key"]),
  };
}

function settingsProperties(settings: JsonObject) {
  return {
    acls: asObjects(settings["acl"]).map((rule) => ({
      id: asText(rule["id"]) ?? "",
      topic: asText(rule["topic"]) ?? "",
      permission: permissionOf(rule),
    })),
    opensearchAcls: asObjects(settings["opensearch_acl"]).map((rule) => ({
      index: asText(rule["index"]) ?? "",
      permission: permissionOf(rule),
    })),
  };
}

/** `digitalocean.DatabaseUser`. A change of the plugin makes a new password as well. */
export const databaseUserResource = defineBridgedResource({
  type: "digitalocean:index/databaseUser:DatabaseUser",
  description: "A user of a database cluster.",
  noun: "Database User",
  inputs: {
    ...partInputs,
    mysqlAuthPlugin: {
      type: text,
      check: oneOf(["mysql_native_password", defaultPlugin]),
      // The vendor's default is no difference from none.
      managed: ({ state, inputs }: Comparison) =>
        !(isEmpty(inputs["mysqlAuthPlugin"]) && state["mysqlAuthPlugin"] === defaultPlugin),
    },
    settings: {
      type: list(object({ acls: { type: list(kafkaRule) }, opensearchAcls: { type: list(opensearchRule) } })),
    },
  },
  outputs: {
    accessCert: { type: text, secret: true },
    accessKey: { type: text, secret: true },
    password: { type: text, secret: true },
    role: { type: text },
  },
  outputsChangedBy: { mysqlAuthPlugin: ["password"] },
  path: partPath("users"),
  key: "user",
  lock: ({ clusterId = "" }) => `${clusterId}/users`,
  locksDeletions: true,
  create: {
    send: ({ clusterId, name, mysqlAuthPlugin, settings }) => ({
      method: "POST",
      path: clusterPath(clusterId, "users"),
      body: {
        name,
        mysql_settings: mysqlAuthPlugin && { auth_plugin: mysqlAuthPlugin },
        settings: settingsBody(settings),
      },
    }),
    id: (user, { clusterId }) => `${clusterId}/user/${asText(user["name"]) ?? ""}`,
    keep(user) {
      const settings = asObject(user["settings"]);
      return { ...userProperties(user), settings: settings === undefined ? [] : [settingsProperties(settings)] };
    },
    isWhole: true,
  },
  state: (user, { known }) => ({ ...known, ...definedValues(userProperties(user)) }),
  importing: importPart("/user/"),
  update: [
    {
      doing: "updating mysql_auth_plugin for DatabaseUser",
      on: ["mysqlAuthPlugin"],
      send: ({ known: { clusterId = "", name = "" }, inputs: { mysqlAuthPlugin = defaultPlugin } }) => ({
        method: "POST",
        path: clusterPath(clusterId, "users", name, "reset_auth"),
        body: { mysql_settings: { auth_plugin: mysqlAuthPlugin } },
      }),
    },
    {
      doing: "updating settings for DatabaseUser",
      on: ["settings"],
      send: ({ known: { clusterId = "", name = "" }, inputs: { settings } }) => ({
        method: "PUT",
        path: clusterPath(clusterId, "users", name),
        body: { settings: settingsBody(settings) },
      }),
    },
  ],
});
