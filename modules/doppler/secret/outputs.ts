import type { DopplerSecretStackOutputs } from "../../../apis/gen/es/planton/doppler/v1/doppler_secret_pb.js";
import type { OutputsOf } from "../../../contract/module.js";
import type { SecretResources } from "./resources.js";

/** The stack outputs of a secret. */
export function outputs({ secret }: SecretResources): OutputsOf<DopplerSecretStackOutputs> {
  return {
    project: secret.project,
    config: secret.config,
    secretName: secret.name,
    visibility: secret.visibility,
    secretUri: secret.uri,
    adopted: secret.adopted,
  };
}
