import { PlantonError } from "../../contract/planton-error.js";
import { asObject, asString, type JsonObject } from "../../http/json.js";
import type { ChangeFacts, ManagedApi, ManagedRequest } from "../kit/managed/managed-declaration.js";
import { defineManagedResource, parseId } from "../kit/managed/managed-resource.js";
import type { PartialValuesOf, PropertyDeclarations, ValuesOf } from "../kit/schema/property-declaration.js";
import { boolean, list, map, string } from "../kit/schema/property-types.js";
import { isMap, type PropertyValue } from "../kit/schema/property-value.js";
import { saysNoConfig } from "./doppler-api.js";
import { defaultVisibility, secretInputs, secretNameRule } from "./secret-properties.js";

/** The secrets of a set at Doppler. */
interface SetKey {
  readonly project: string;
  readonly config: string;
  /** Those that the set was made or imported with: its id, which stays. */
  readonly idNames: readonly string[];
  /** Those that are the set's own. */
  readonly own: readonly string[];
  /** Those that are asked for: its own, and those that an update adds. */
  readonly names: readonly string[];
}

/** Inputs of `planton-doppler.SecretSet`. */
const setInputs = {
  project: secretInputs.project,
  config: secretInputs.config,
  values: {
    type: map(string),
    required: true,
    secret: true,
    // Restricted ones are returned to service tokens alone.
    writeOnly: true,
    canonical: (value: PropertyValue) => (isMap(value) ? sorted(value) : value),
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Doppler's notation for references
    description: "Values by name, as they are written at Doppler, where ${NAME} in one stands for another secret.",
    check(value: PropertyValue) {
      const names = isMap(value) ? Object.keys(value) : [];
      if (names.length === 0) return "expected at least one secret";
      const empty = isMap(value) ? names.find((name) => value[name] === "") : undefined;
      if (empty !== undefined) return `expected a value for "${empty}" that is not empty`;
      return names.map(secretNameRule).find((reason) => reason !== undefined);
    },
  },
  visibility: secretInputs.visibility,
  adoptionPolicy: secretInputs.adoptionPolicy,
  owner: secretInputs.owner,
} as const satisfies PropertyDeclarations;

/** Outputs of `planton-doppler.SecretSet`. */
const setOutputs = {
  names: { type: list(string), required: true, description: "Names of the secrets, in the order of the alphabet." },
  adopted: {
    type: boolean,
    required: true,
    description: "True when secrets were there before and were taken over; none of the set is then ever deleted.",
  },
} as const satisfies PropertyDeclarations;

type Inputs = ValuesOf<typeof setInputs>;
type State = PartialValuesOf<typeof setInputs & typeof setOutputs>;

/** The same values in the order of their names, which proofs of them need. */
function sorted<Value>(values: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).sort(([left], [right]) => (left < right ? -1 : 1)));
}

const change = ({ project, config }: SetKey, body: JsonObject): ManagedRequest => ({
  method: "POST",
  path: "/v3/configs/config/secrets",
  body: { project, config, ...body },
});

/** The facts of each secret of the set in a response to a reading or a change; a change gives those of others as well. */
function secretsIn(body: JsonObject, key: SetKey | undefined): JsonObject | undefined | "invalid" {
  const all = asObject(body["secrets"]);
  if (all === undefined) return "invalid";
  // Null values with a visibility are those that the token may not read.
  const facts = (name: string): JsonObject =>
    Object.fromEntries(Object.entries(asObject(all[name]) ?? {}).filter(([, value]) => value !== null));
  const found = (key?.names ?? []).filter((name) => Object.keys(facts(name)).length > 0);
  return found.length === 0 ? undefined : Object.fromEntries(found.map((name) => [name, asObject(all[name])]));
}

function stateOf(secrets: JsonObject, key: SetKey, known: State, adopted: boolean): State {
  const sent = (known.names ?? []).filter((name) => key.names.includes(name));
  const ours = new Set([...key.own, ...sent, ...Object.keys(known.values ?? {})]);
  const names = Object.keys(secrets)
    .filter((name) => ours.has(name))
    .sort();
  const values = names.flatMap((name) => {
    const value = asString(asObject(secrets[name])?.["raw"]) ?? known.values?.[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const seen = new Set(names.map((name) => asString(asObject(secrets[name])?.["rawVisibility"])));
  const { project, config } = key;
  return {
    ...{ project, config, names, adopted },
    // Without any it is not known what they are, as after a change whose outcome is not known.
    values: values.length === 0 ? undefined : Object.fromEntries(values),
    // Several are no visibility that an input may have.
    visibility: seen.size > 1 ? [...seen].sort().join(", ") : ([...seen][0] ?? known.visibility),
  };
}

/** Throws E_VENDOR for names that are added to the set and that somebody else uses for other values. */
function refuseForeign(names: readonly string[], { project, config }: SetKey): void {
  if (names.length === 0) return;
  throw new PlantonError({
    code: "E_VENDOR",
    message: `secrets of these names exist already, and this stack did not make them: ${names.map((name) => `"${project}.${config}.${name}"`).join(", ")}`,
    hint: "take other names, or overwrite them by the adoption policy (adoption_policy, adoptionPolicy)",
  });
}

/** One request that makes all secrets what the inputs say; none when they are. */
function changesOf({ key, inputs, actual, object, foundAs }: ChangeFacts<Inputs, State, SetKey>) {
  const { values, visibility = defaultVisibility, adoptionPolicy } = inputs;
  const factsOf = (name: string): JsonObject | undefined => asObject(object[name]);
  const wanted = Object.entries(values).filter(
    ([name, value]) => actual.values?.[name] !== value || factsOf(name)?.["rawVisibility"] !== visibility,
  );
  const own = actual.names ?? key.own;
  const foreign = wanted.filter(([name]) => factsOf(name) !== undefined && !own.includes(name));
  if (adoptionPolicy !== "adopt")
    refuseForeign(
      foreign.map(([name]) => name),
      key,
    );
  const dropped = Object.keys(object).filter((name) => own.includes(name) && !(name in values));
  const requests = [
    ...wanted.map(([name, value]) => {
      const isThere = factsOf(name) !== undefined;
      // Doppler does nothing when the value is no longer the one that was found.
      const guard = isThere && foundAs?.values?.[name] !== undefined ? { originalValue: foundAs.values[name] } : {};
      return { name, originalName: isThere ? name : null, value, visibility, ...guard };
    }),
    ...dropped.map((name) => ({ name, originalName: name, shouldDelete: true })),
  ];
  if (requests.length === 0) return [];
  // Those that were not there and are sent are this set's own, whether a response says so or not.
  const meanwhile = { names: [...new Set([...own, ...wanted.map(([name]) => name)])].sort() };
  return [{ ...change(key, { change_requests: requests }), sets: ["values", "visibility"], meanwhile }];
}

/** `planton-doppler.SecretSet`. */
export const secretSetResource = defineManagedResource<ManagedApi, SetKey>()({
  type: "planton-doppler:index/secretSet:SecretSet",
  description: "Several secrets in a config of a project at Doppler, written by one request.",
  noun: "set of secrets",
  inputs: setInputs,
  outputs: setOutputs,
  outputsChangedBy: { values: ["names"] },
  stableOutputs: ["adopted"],
  local: ["adoptionPolicy", "owner"],
  id: {
    text: ({ project, config, idNames }) => `${project}.${config}.${idNames.join(",")}`,
    parse(id, { state, inputs }) {
      const parts = parseId<"project" | "config" | "names">(id, {
        pattern: /^(?<project>[\w-]+)\.(?<config>[\w-]+)\.(?<names>[A-Z_][A-Z0-9_]*(?:,[A-Z_][A-Z0-9_]*)*)$/,
        noun: "set of secrets",
        example: "<project>.<config>.<NAME>,<NAME>",
      });
      const { project, config } = parts;
      const idNames = parts.names.split(",");
      const wanted = inputs === undefined ? undefined : Object.keys(inputs.values);
      const had = state.names ?? idNames;
      // What was taken over and is no longer in the set is let go as it is.
      const own = wanted !== undefined && state.adopted === true ? had.filter((name) => wanted.includes(name)) : had;
      return { project, config, idNames, own, names: [...new Set([...own, ...(wanted ?? [])])].sort() };
    },
  },
  find: {
    by: "name",
    keyOf({ project, config, values }) {
      const names = Object.keys(values).sort();
      return { project, config, idNames: names, own: names, names };
    },
    evidence: "values",
  },
  read: ({ project, config, names }) => ({
    method: "GET",
    path: `/v3/configs/config/secrets?${new URLSearchParams({ project, config, secrets: names.join(",") })}`,
  }),
  presence: (response) => (saysNoConfig(response) ? "hidden" : "present"),
  container: ({ project, config }) => `config "${config}" of project "${project}"`,
  objectIn: secretsIn,
  toState: (secrets, { key, known, adopted }) => stateOf(secrets, key, known, adopted),
  withheld: (secrets) =>
    Object.values(secrets).every((facts) => typeof asObject(facts)?.["raw"] === "string")
      ? undefined
      : "has restricted secrets, so the token may not read their values",
  create: ({ project, config, values, visibility = defaultVisibility }) => {
    const requests = Object.entries(values).map(([name, value]) => ({ name, originalName: null, value, visibility }));
    const body = { project, config, change_requests: requests };
    return { method: "POST", path: "/v3/configs/config/secrets", body };
  },
  changes: changesOf,
  // Null deletes a secret, and does nothing about one that is gone (DopplerHQ/cli 3.76, secrets delete; read 2026-11).
  remove: (key) => change(key, { secrets: Object.fromEntries(key.own.map((name) => [name, null])) }),
  removal: "confirmed",
  foreign: ({ adoptionPolicy }) => (adoptionPolicy === "adopt" ? "adopt" : "take-equal"),
  foreignHint:
    "take other names, import them, or overwrite them by the adoption policy (adoption_policy, adoptionPolicy)",
});
