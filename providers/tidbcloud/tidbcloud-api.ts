import type { TidbCloudClient } from "../../clients/tidbcloud.js";
import type { CreatingApi } from "../kit/creation/create-once.js";
import type { Warn } from "../kit/resource/provider.js";

/** What the resources call: the serverless API, and the IAM API on a host of its own. */
export interface TidbCloudApi extends TidbCloudClient, CreatingApi {
  readonly iam: TidbCloudClient;
  readonly warn: Warn;
}
