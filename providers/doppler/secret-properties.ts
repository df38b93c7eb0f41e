import { ownerInput } from "../kit/schema/owner-input.js";
import type { PartialValuesOf, PropertyDeclarations, ValuesOf } from "../kit/schema/property-declaration.js";
import {
  atMostCharacters,
  matching,
  neverManaged,
  notEmpty,
  oneOf,
  type PropertyRule,
} from "../kit/schema/property-rules.js";
import { boolean, string } from "../kit/schema/property-types.js";

/** Secrets that Doppler itself keeps in every config (docs.doppler.com, "Secrets", read 2026-11). */
const managedNames: ReadonlySet<unknown> = new Set(["DOPPLER_PROJECT", "DOPPLER_ENVIRONMENT", "DOPPLER_CONFIG"]);

/** Refuses names that no secret may have. */
export const secretNameRule: PropertyRule = (value) => {
  if (managedNames.has(value)) return `"${String(value)}" is kept by Doppler itself`;
  const form = matching(/^[A-Z_][A-Z0-9_]*$/, "upper-case letters, digits and _, no digit first");
  return form(value) ?? atMostCharacters(200)(value);
};

/** The dot parts an id, and a slash a URI. */
const slugRule = matching(/^[A-Za-z0-9_][A-Za-z0-9_-]{0,99}$/, "letters, digits, - and _");

/** Who may see a value at Doppler when the program does not say it. */
export const defaultVisibility = "masked";

/** Inputs of `planton-doppler.Secret`. */
export const secretInputs = {
  project: {
    type: string,
    required: true,
    replace: true,
    description: "Name of the project. Another one replaces the secret.",
    check: slugRule,
  },
  config: {
    type: string,
    required: true,
    replace: true,
    description: 'Name of the config, such as "prd". Another one replaces the secret.',
    check: slugRule,
  },
  name: {
    type: string,
    required: true,
    replace: true,
    description: "Name of the secret: upper-case letters, digits and _. Another one replaces the secret.",
    check: secretNameRule,
  },
  value: {
    type: string,
    required: true,
    secret: true,
    // A restricted one is returned to service tokens alone.
    writeOnly: true,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Doppler's notation for references
    description: "The value as it is written at Doppler, where ${NAME} in it stands for another secret of the config.",
    check: notEmpty,
  },
  visibility: {
    type: string,
    description: `Who may see the value at Doppler: masked, unmasked or restricted. Default: ${defaultVisibility}.`,
    generate: () => defaultVisibility,
    check: oneOf(["masked", "unmasked", "restricted"]),
  },
  adoptionPolicy: {
    type: string,
    managed: neverManaged,
    description:
      "What to do when there is a secret of that name already: failIfFound, or adopt: take it over and set it. One with the " +
      "wanted value and visibility is taken either way, and without adopt it then keeps that value. " +
      "Adopted secrets stay at Doppler when the resource is deleted. Default: failIfFound.",
    check: oneOf(["failIfFound", "adopt"]),
  },
  owner: ownerInput,
} as const satisfies PropertyDeclarations;

/** Outputs of `planton-doppler.Secret`. */
export const secretOutputs = {
  adopted: {
    type: boolean,
    required: true,
    description: "True when the secret was there before and was taken over; it is then never deleted.",
  },
  uri: {
    type: string,
    required: true,
    description: "The secret as a URI that planton reads: doppler://<project>/<config>/<name>.",
  },
} as const satisfies PropertyDeclarations;

/** Checked inputs of a secret. */
export type SecretInputs = ValuesOf<typeof secretInputs>;

/** State of a secret, which may be partial. */
export type SecretState = PartialValuesOf<typeof secretInputs & typeof secretOutputs>;
