import { type Output, output } from "@pulumi/pulumi";
import type { DigitalOceanDatabaseUserStackOutputs } from "../../../apis/gen/es/planton/digitalocean/v1/digital_ocean_database_user_pb.js";
import type { OutputsOf } from "../../../contract/module.js";
import { asNonEmptyString } from "../../../http/json.js";
import type { DatabaseUserLocals } from "./locals.js";
import type { DatabaseUserResources } from "./resources.js";

/** The stack outputs of a database user. */
export function outputs(
  { user }: DatabaseUserResources,
  { cluster }: DatabaseUserLocals,
): OutputsOf<DigitalOceanDatabaseUserStackOutputs> {
  // Only Kafka has them; for other engines a preview would announce outputs that never come.
  const ofKafka = (text: Output<string>): Output<string | undefined> =>
    output(cluster.engine).apply((engine) =>
      engine === undefined || engine === "kafka" ? text.apply(asNonEmptyString) : output(undefined),
    );
  return {
    clusterId: user.clusterId,
    username: user.name,
    password: user.password.apply(asNonEmptyString),
    role: user.role,
    accessCert: ofKafka(user.accessCert),
    accessKey: ofKafka(user.accessKey),
  };
}
