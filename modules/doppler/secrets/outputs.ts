import { all } from "@pulumi/pulumi";
import type { DopplerSecretsStackOutputs } from "../../../apis/gen/es/planton/doppler/v1/doppler_secrets_pb.js";
import type { OutputsOf } from "../../../contract/module.js";
import type { SecretsResources } from "./resources.js";

/** The stack outputs of a set of secrets. */
export function outputs({ set }: SecretsResources): OutputsOf<DopplerSecretsStackOutputs> {
  return {
    project: set.project,
    config: set.config,
    names: set.names.apply((names) => [...names]),
    visibility: set.visibility,
    secretUris: all([set.project, set.config, set.names]).apply(([project, config, names]) =>
      Object.fromEntries(names.map((name) => [name, `doppler://${project}/${config}/${name}`])),
    ),
    adopted: set.adopted,
  };
}
