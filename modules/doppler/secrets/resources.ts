import type { ModuleContext } from "../../../contract/module.js";
import { SecretSet } from "../../gen/resources/planton-doppler.js";
import type { SecretsLocals } from "./locals.js";

/** The resources of the kind. */
export interface SecretsResources {
  readonly set: SecretSet;
}

/** Writes the secrets. */
export function resources(locals: SecretsLocals, context: ModuleContext): SecretsResources {
  return { set: new SecretSet(context.name, { ...locals }, context.primary()) };
}
