import type { ModuleContext } from "../../../contract/module.js";
import { Secret } from "../../gen/resources/planton-doppler.js";
import type { SecretLocals } from "./locals.js";

/** The resources of the kind. */
export interface SecretResources {
  readonly secret: Secret;
}

/** Writes the secret. */
export function resources(locals: SecretLocals, context: ModuleContext): SecretResources {
  const { project, config, name, value, visibility, adoptionPolicy, owner } = locals;
  const args = { project, config, name, value, visibility, adoptionPolicy, owner };
  return { secret: new Secret(context.name, args, context.primary()) };
}
