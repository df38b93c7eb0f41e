import { isJsonObject, type JsonObject, objectField, stringField } from "../../kit/base/json-fields.js";
import { refusal } from "../envelope.js";

/** What one environment of a project is deployed with; bindings by name, secrets with their values. */
export type DeploymentConfig = JsonObject;

/** The two environments. */
export interface DeploymentConfigs {
  readonly production: DeploymentConfig;
  readonly preview: DeploymentConfig;
}

/** Maps of bindings, each with the field that a binding cannot be without, and what messages call it. */
const bindingMaps: Readonly<Record<string, readonly [field: string, what: string]>> = {
  ai_bindings: ["", "AI binding"],
  analytics_engine_datasets: ["dataset", "Analytics Engine dataset name"],
  browsers: ["", "browser"],
  d1_databases: ["id", "D1 database ID"],
  durable_object_namespaces: ["namespace_id", "Durable Object namespace ID"],
  hyperdrive_bindings: ["id", "Hyperdrive ID"],
  kv_namespaces: ["namespace_id", "KV namespace ID"],
  mtls_certificates: ["certificate_id", "certificate ID"],
  queue_producers: ["name", "Queue name"],
  r2_buckets: ["name", "R2 bucket name"],
  services: ["service", "Service name"],
  vectorize_bindings: ["index_name", "Vectorize index name"],
};

/** What a project begins with; a new project's date is that of the day at Cloudflare, here one that stays. */
export const newConfigs: DeploymentConfigs = {
  production: startConfig(),
  preview: startConfig(),
};

function startConfig(): DeploymentConfig {
  return {
    always_use_latest_compatibility_date: false,
    build_image_major_version: 3,
    compatibility_date: "2026-01-02",
    compatibility_flags: [],
    fail_open: true,
    usage_model: "standard",
  };
}

/**
 * The configs after a PATCH: a merge patch for each name of a binding or variable, where null takes it away. Refuses a
 * binding that lacks what it is bound to with 8000022, "Invalid Service name ()." (terraform-provider-cloudflare #7305,
 * read 2026-11), also where the old one has it.
 */
export function mergeConfigs(old: DeploymentConfigs, patch: JsonObject): DeploymentConfigs {
  const merged = (environment: "production" | "preview"): DeploymentConfig =>
    mergeConfig(old[environment], objectField(patch, environment) ?? {});
  return { production: merged("production"), preview: merged("preview") };
}

function mergeConfig(old: DeploymentConfig, patch: JsonObject): DeploymentConfig {
  const config: Record<string, unknown> = { ...old };
  for (const [key, value] of Object.entries(patch)) {
    if (key === "env_vars" || key in bindingMaps) {
      const entries = mergeEntries(key, objectField(old, key) ?? {}, isJsonObject(value) ? value : {});
      if (value === null || Object.keys(entries).length === 0) delete config[key];
      else config[key] = entries;
    } else if (value === null) delete config[key];
    else config[key] = value;
  }
  return config;
}

function mergeEntries(key: string, old: JsonObject, patch: JsonObject): JsonObject {
  const entries: Record<string, unknown> = { ...old };
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete entries[name];
    else if (isJsonObject(value)) {
      const entry = Object.entries({ ...objectField(old, name), ...value }).filter(([, one]) => one !== null);
      entries[name] = key === "env_vars" ? variable(name, Object.fromEntries(entry)) : binding(key, value, entry);
    }
  }
  return entries;
}

function variable(name: string, value: JsonObject): JsonObject {
  if (typeof value["value"] !== "string") throw refusal(400, 8000022, `Invalid environment variable (${name}).`);
  const type = stringField(value, "type") || "plain_text";
  if (type !== "plain_text" && type !== "secret_text")
    throw refusal(400, 8000022, `Invalid environment variable type (${type}).`);
  return { type, value: value["value"] };
}

function binding(key: string, patch: JsonObject, entry: readonly (readonly [string, unknown])[]): JsonObject {
  const [field = "", what = ""] = bindingMaps[key] ?? [];
  if (field !== "" && stringField(patch, field) === "")
    throw refusal(400, 8000022, `Invalid ${what} (). Check your ${what} and try again.`);
  const whole = Object.fromEntries(entry);
  return key === "services" ? { environment: "production", ...whole } : whole;
}

/** The configs as responses show them: secrets without their values. */
export function shownConfigs({ production, preview }: DeploymentConfigs): JsonObject {
  return { preview: shownConfig(preview), production: shownConfig(production) };
}

/** One of them. */
export function shownConfig(config: DeploymentConfig): JsonObject {
  const variables = objectField(config, "env_vars");
  return variables === undefined ? config : { ...config, env_vars: shownVariables(variables) };
}

/** Variables as responses show them. */
export function shownVariables(variables: JsonObject): JsonObject {
  const entries = Object.entries(variables).map(([name, one]) => {
    const isSecret = isJsonObject(one) && one["type"] === "secret_text";
    return [name, isSecret ? { type: "secret_text", value: "" } : one] as const;
  });
  return Object.fromEntries(entries);
}

/** A request's body as the log keeps it: every value of a variable or binding of the type "secret_text" is "[secret]". */
export function withoutSecretTexts(body: JsonObject): JsonObject {
  const isSecret = body["type"] === "secret_text";
  const entries = Object.entries(body).map(([key, value]) => {
    if (isSecret && (key === "value" || key === "text")) return [key, "[secret]"] as const;
    return [key, isJsonObject(value) ? withoutSecretTexts(value) : value] as const;
  });
  return Object.fromEntries(entries);
}
