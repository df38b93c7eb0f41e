import type { Output } from "@pulumi/pulumi";
import {
  DopplerSecretSpec_AdoptionPolicy as AdoptionPolicy,
  type DopplerSecretStackInput,
  DopplerSecretSpec_Visibility as Visibility,
} from "../../../apis/gen/es/planton/doppler/v1/doppler_secret_pb.js";
import type { ModuleContext } from "../../../contract/module.js";
import { present } from "../../../contract/present.js";

/** The plain values of a secret. */
export interface SecretLocals {
  readonly project: string;
  readonly config: string;
  /** Upper case. */
  readonly name: string;
  /** A Pulumi secret. */
  readonly value: Output<string>;
  /** In Doppler's words. */
  readonly visibility: string;
  /** In the plugin's words. */
  readonly adoptionPolicy: string;
  readonly owner: string;
}

const policyNames: Readonly<Record<AdoptionPolicy, string | undefined>> = {
  [AdoptionPolicy.adoption_policy_unspecified]: undefined,
  [AdoptionPolicy.fail_if_found]: "failIfFound",
  [AdoptionPolicy.adopt_if_found]: "adopt",
};

/** The plain values of a secret manifest. */
export function locals(input: DopplerSecretStackInput, context: ModuleContext): SecretLocals {
  const spec = present(input.target?.spec, "target.spec");
  const visibility = present(spec.visibility, "target.spec.visibility");
  const policy = present(spec.adoptionPolicy, "target.spec.adoption_policy");
  return {
    project: spec.project,
    config: spec.config,
    name: spec.secretName ?? nameFrom(context.resourceName),
    value: present(context.input(spec.value), "target.spec.value"),
    visibility: Visibility[visibility],
    adoptionPolicy: present(policyNames[policy], "target.spec.adoption_policy"),
    owner: context.owner,
  };
}

/** "shop-database-url" -> "SHOP_DATABASE_URL". */
const nameFrom = (name: string): string => name.toUpperCase().replaceAll(/[^A-Z0-9_]/g, "_");
