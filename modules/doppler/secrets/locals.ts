import { all, type Output } from "@pulumi/pulumi";
import {
  DopplerSecretsSpec_AdoptionPolicy as AdoptionPolicy,
  type DopplerSecretsStackInput,
  DopplerSecretsSpec_Visibility as Visibility,
} from "../../../apis/gen/es/planton/doppler/v1/doppler_secrets_pb.js";
import type { ModuleContext } from "../../../contract/module.js";
import { present } from "../../../contract/present.js";

/** The plain values of a set of secrets. */
export interface SecretsLocals {
  readonly project: string;
  readonly config: string;
  /** By name; a Pulumi secret. */
  readonly values: Output<Record<string, string>>;
  /** In Doppler's words. */
  readonly visibility: string;
  /** In the plugin's words. */
  readonly adoptionPolicy: string;
  readonly owner: string;
}

/** The plain values of a manifest. */
export function locals(input: DopplerSecretsStackInput, context: ModuleContext): SecretsLocals {
  const spec = present(input.target?.spec, "target.spec");
  const values = Object.entries(spec.secrets).map(
    ([name, field]) => [name, present(context.input(field), "target.spec.secrets")] as const,
  );
  const policy = present(spec.adoptionPolicy, "target.spec.adoption_policy");
  return {
    project: spec.project,
    config: spec.config,
    values: all(Object.fromEntries(values)),
    visibility: Visibility[present(spec.visibility, "target.spec.visibility")],
    adoptionPolicy: policy === AdoptionPolicy.adopt_if_found ? "adopt" : "failIfFound",
    owner: context.owner,
  };
}
