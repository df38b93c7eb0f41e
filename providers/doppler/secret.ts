import { asObject, asString, type JsonObject } from "../../http/json.js";
import type { ManagedApi, ManagedRequest } from "../kit/managed/managed-declaration.js";
import { defineManagedResource, parseId } from "../kit/managed/managed-resource.js";
import type { CheckFailure } from "../kit/schema/check-properties.js";
import type { Comparison } from "../kit/schema/property-declaration.js";
import { saysNoConfig } from "./doppler-api.js";
import { defaultVisibility, secretInputs, secretOutputs } from "./secret-properties.js";

/** What names a secret at Doppler. */
interface SecretKey {
  readonly project: string;
  readonly config: string;
  readonly name: string;
}

const factNames = ["raw", "computed", "rawVisibility", "computedVisibility", "rawValueType", "computedValueType"];

/**
 * The secret in the response to a reading or a change. Doppler sends nulls for a secret that does not exist, and a null
 * value with a visibility for one that the token may not read (DopplerHQ/terraform-provider-doppler #138, 2025-05).
 */
function secretIn(body: JsonObject, key: SecretKey | undefined): JsonObject | undefined | "invalid" {
  const value = asObject(body["value"]) ?? asObject(asObject(body["secrets"])?.[key?.name ?? ""]);
  if (value === undefined) return "invalid";
  return factNames.every((fact) => (value[fact] ?? null) === null) ? undefined : value;
}

/** One change (OpenAPI 1.0.0 of DopplerHQ's documentation, read 2026-11). `originalName`: null creates a secret. */
function changeOf({ project, config, name }: SecretKey, change: JsonObject): ManagedRequest {
  const body = { project, config, change_requests: [{ name, originalName: name, ...change }] };
  return { method: "POST", path: "/v3/configs/config/secrets", body };
}

/** One that was taken because it had the wanted value is not this stack's to change, unless the policy says so. */
function refuseForeign({ state, inputs }: Comparison): readonly CheckFailure[] {
  const [old, wanted] = [state["value"], inputs["value"]];
  const isChange = typeof old === "string" && typeof wanted === "string" && old !== wanted;
  if (!isChange || state["adopted"] !== true || inputs["adoptionPolicy"] === "adopt") return [];
  const reason =
    "the secret existed before this stack, which took it as it had the wanted value; to give it another one, the policy has to be adopt (adoption_policy: adopt_if_found)";
  return [{ property: "adoptionPolicy", reason }];
}

/** `planton-doppler.Secret`. */
export const secretResource = defineManagedResource<ManagedApi, SecretKey>()({
  type: "planton-doppler:index/secret:Secret",
  description: "A secret in a config of a project at Doppler.",
  noun: "secret",
  inputs: secretInputs,
  outputs: secretOutputs,
  stableOutputs: ["adopted", "uri"],
  local: ["adoptionPolicy", "owner"],
  refuseChange: (comparison, replaces) => (replaces ? [] : refuseForeign(comparison)),
  id: {
    // As Doppler's Terraform provider writes it.
    text: ({ project, config, name }) => `${project}.${config}.${name}`,
    parse: (id) =>
      parseId<keyof SecretKey>(id, {
        pattern: /^(?<project>[\w-]+)\.(?<config>[\w-]+)\.(?<name>[A-Z_][A-Z0-9_]*)$/,
        noun: "secret",
        example: "<project>.<config>.<NAME>",
      }),
  },
  find: { by: "name", keyOf: ({ project, config, name }) => ({ project, config, name }), evidence: "value" },
  read: (key) => ({ method: "GET", path: `/v3/configs/config/secret?${new URLSearchParams({ ...key })}` }),
  presence: (response) => (saysNoConfig(response) ? "hidden" : "present"),
  container: ({ project, config }) => `config "${config}" of project "${project}"`,
  objectIn: secretIn,
  toState: ({ raw, rawVisibility, computedVisibility }, { key, known, adopted }) => ({
    ...key,
    // What the token may not read is what is known of it.
    value: asString(raw) ?? known.value,
    visibility: asString(rawVisibility) ?? asString(computedVisibility) ?? known.visibility,
    adopted,
    uri: `doppler://${key.project}/${key.config}/${key.name}`,
  }),
  withheld: ({ raw }) => (typeof raw === "string" ? undefined : "is restricted, so the token may not read its value"),
  create: ({ value, visibility = defaultVisibility, ...key }) =>
    changeOf(key, { originalName: null, value, visibility }),
  changes({ key, inputs, actual, foundAs }) {
    const { value, visibility = defaultVisibility } = inputs;
    if (actual.value === value && actual.visibility === visibility) return [];
    // Doppler does nothing when the value is no longer the one that was found.
    const guard = foundAs?.value === undefined ? {} : { originalValue: foundAs.value };
    return [{ ...changeOf(key, { value, visibility, ...guard }), sets: ["value", "visibility"] }];
  },
  remove: (key) => changeOf(key, { shouldDelete: true }),
  removal: "confirmed",
  foreign: ({ adoptionPolicy }) => (adoptionPolicy === "adopt" ? "adopt" : "take-equal"),
  foreignHint: "take another name, import it, or overwrite it by the adoption policy (adoption_policy, adoptionPolicy)",
});
