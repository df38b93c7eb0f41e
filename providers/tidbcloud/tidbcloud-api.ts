import type { TidbCloudClient } from "../../clients/tidbcloud.js";
import type { CreatingApi } from "../kit/create-once.js";
import { createKeyedLock } from "../kit/keyed-lock.js";
import type { Warn } from "../kit/provider.js";

/** What the resources call: the serverless API, and the IAM API on a host of its own. */
export interface TidbCloudApi extends TidbCloudClient, CreatingApi {
  readonly iam: TidbCloudClient;
  readonly warn: Warn;
}

/** Makes the API of a client for each of the vendor's hosts. */
export function createTidbCloudApi(
  { serverless, iam }: { readonly serverless: TidbCloudClient; readonly iam: TidbCloudClient },
  parts: Pick<TidbCloudApi, "clock" | "pace" | "intents" | "warn">,
): TidbCloudApi {
  return { ...parts, ...serverless, iam, claimed: new Set(), oneByOne: createKeyedLock() };
}
