import { asObject, asString, type JsonObject } from "../../../http/json.js";
import { apiName, fromApi, toApi } from "../../kit/bridged/api-names.js";
import { definedValues, isMap, type PropertyMap, type PropertyValue } from "../../kit/schema/property-value.js";
import { bindingMaps, configProperties } from "./config-properties.js";
import { isSameSecret } from "./secret-hash.js";

/** The two environments, as the API and the inputs call them. */
export const environments = ["production", "preview"] as const;
/** One of them. */
export type EnvironmentName = (typeof environments)[number];

/** The input with an environment's secrets. */
export const secretsOf = { production: "productionSecrets", preview: "previewSecrets" } as const;

const mapNames = Object.keys(bindingMaps);

/** What the API shows of an environment: its configuration, and the names of its secrets. */
export function readConfig(shown: JsonObject | undefined): {
  readonly config: PropertyMap;
  readonly secretNames: readonly string[];
} {
  const variables = Object.entries(asObject(shown?.["env_vars"]) ?? {}).map(([name, one]) => {
    const { type, value } = asObject(one) ?? {};
    return { name, isSecret: type === "secret_text", value: asString(value) ?? "" };
  });
  const plain = variables.filter(({ isSecret }) => !isSecret).map(({ name, value }) => [name, value] as const);
  const named = fromApi(shown ?? {}, configProperties);
  const bindings = Object.fromEntries(mapNames.map((name) => [name, withoutDefaults(named[name])]));
  const read = { ...named, ...bindings, envVars: Object.fromEntries(plain) };
  const isNothing = (value: PropertyValue | undefined): boolean =>
    (isMap(value) && Object.keys(value).length === 0) || (Array.isArray(value) && value.length === 0);
  const kept = Object.entries(read).filter(([, value]) => !isNothing(value));
  return {
    config: definedValues(Object.fromEntries(kept)),
    secretNames: variables.filter(({ isSecret }) => isSecret).map(({ name }) => name),
  };
}

/** Bindings without fields that say the same as their absence. */
function withoutDefaults(bindings: PropertyValue | undefined): PropertyValue | undefined {
  if (!isMap(bindings)) return bindings;
  const entries = Object.entries(bindings).map(([name, one]) => {
    const fields = Object.entries(isMap(one) ? one : {});
    const kept = fields.filter(([field, value]) => value !== "" && !(field === "jurisdiction" && value === "default"));
    return [name, Object.fromEntries(kept)] as const;
  });
  return Object.fromEntries(entries);
}

/** Whether an environment has nothing that somebody has set, but for what every new project has. */
export function isUntouched(shown: JsonObject | undefined): boolean {
  const { config, secretNames } = readConfig(shown);
  const set = ["envVars", ...mapNames, "compatibilityFlags", "placement", "limits"];
  return secretNames.length === 0 && set.every((name) => config[name] === undefined);
}

/** What an environment is to be: its configuration and its secrets with their values. */
interface Wanted {
  readonly config: PropertyMap;
  readonly secrets: PropertyMap;
  /** Key of the hashes of secrets. */
  readonly hashKey: PropertyValue | undefined;
}

/** What is known of an environment; secrets by their hashes. */
type Known = Pick<Wanted, "config" | "secrets">;

/**
 * The merge patch that makes an environment what is wanted; undefined when it is. Every variable and binding is in it as a
 * whole object, those that are to go as null: a PATCH merges by name, and one that lacks a field of a binding is refused
 * or drops it.
 */
export function patchOf(wanted: Wanted, known: Known): JsonObject | undefined {
  const patch: Record<string, unknown> = { ...mapsOf(wanted, known), ...settingsOf(wanted.config, known.config) };
  return isDifferent(wanted, known) ? patch : undefined;
}

/** The patch that takes everything away that somebody has set. */
export function clearingPatch(shown: JsonObject | undefined): JsonObject {
  const { config, secretNames } = readConfig(shown);
  const secrets = Object.fromEntries(secretNames.map((name) => [name, ""]));
  const wanted = { config: {}, secrets: {}, hashKey: undefined };
  return { ...mapsOf(wanted, { config, secrets }), ...settingsOf({}, config) };
}

function mapsOf(wanted: Wanted, known: Known): JsonObject {
  const bindings = toApi(wanted.config, bindingMaps);
  const maps = mapNames.map((name) => {
    const key = apiName(name);
    return [key, withNulls(asObject(bindings[key]) ?? {}, namesIn(known.config[name]))] as const;
  });
  const variables = {
    ...typed(wanted.config["envVars"], "plain_text"),
    ...typed(wanted.secrets, "secret_text"),
  };
  const knownNames = [...namesIn(known.config["envVars"]), ...Object.keys(known.secrets)];
  const all = [["env_vars", withNulls(variables, knownNames)] as const, ...maps];
  return Object.fromEntries(all.filter(([, entries]) => Object.keys(entries).length > 0));
}

const namesIn = (value: PropertyValue | undefined): readonly string[] => (isMap(value) ? Object.keys(value) : []);

function withNulls(entries: JsonObject, known: readonly string[]): JsonObject {
  const gone = known.filter((name) => !(name in entries)).map((name) => [name, null] as const);
  return { ...entries, ...Object.fromEntries(gone) };
}

function typed(values: PropertyValue | undefined, type: string): JsonObject {
  if (!isMap(values)) return {};
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { type, value }]));
}

/** What is no map: given values, and what is set where nothing is given. */
function settingsOf(wanted: PropertyMap, known: PropertyMap): JsonObject {
  const given = toApi(
    Object.fromEntries(Object.entries(wanted).filter(([name]) => name !== "envVars" && !mapNames.includes(name))),
    configProperties,
  );
  const isDropped = (name: string): boolean => wanted[name] === undefined && known[name] !== undefined;
  return {
    ...given,
    ...(isDropped("compatibilityFlags") ? { compatibility_flags: [] } : {}),
    ...(isDropped("placement") ? { placement: null } : {}),
    ...(isDropped("limits") ? { limits: null } : {}),
  };
}

function isDifferent(wanted: Wanted, known: Known): boolean {
  const names = [...new Set([...Object.keys(wanted.secrets), ...Object.keys(known.secrets)])];
  const isKept = (name: string): boolean => {
    const value = wanted.secrets[name];
    return value !== undefined && isSameSecret(known.secrets[name], { key: wanted.hashKey, name, value });
  };
  if (!names.every(isKept)) return true;
  return Object.entries(configProperties).some(([name, declaration]) => {
    const next: PropertyValue | undefined = wanted.config[name];
    const old: PropertyValue | undefined = known.config[name];
    if (next === undefined) return old !== undefined && !("computed" in declaration);
    return orderless(next) !== orderless(old);
  });
}

/** A value as a string that is the same for equal ones, whatever the order of names and flags; {} and [] are nothing. */
export function orderless(value: PropertyValue | undefined): string {
  if (Array.isArray(value)) return value.length === 0 ? "" : JSON.stringify([...value].map(orderless).sort());
  if (!isMap(value)) return value === undefined ? "" : JSON.stringify(value);
  const entries = Object.entries(value).map(([name, one]) => [
    name,
    isMap(one) ? `{${orderless(one)}}` : orderless(one),
  ]);
  return entries.length === 0
    ? ""
    : JSON.stringify(entries.sort(([left = ""], [right = ""]) => (left < right ? -1 : 1)));
}
