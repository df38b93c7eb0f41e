import type { CloudflareD1DatabaseStackOutputs } from "../../../apis/gen/es/planton/cloudflare/v1/cloudflare_d1_database_pb.js";
import type { OutputsOf } from "../../../contract/module.js";
import type { D1DatabaseResources } from "./resources.js";

/** The stack outputs of a database. */
export function outputs({ database }: D1DatabaseResources): OutputsOf<CloudflareD1DatabaseStackOutputs> {
  return { databaseId: database.uuid, databaseName: database.name, accountId: database.accountId };
}
