import { dopplerApi } from "../../clients/doppler.js";
import type { ApiClient } from "../../http/api-client.js";
import type { HttpResponse } from "../../http/http-message.js";
import { createKeyedLock } from "../kit/base/keyed-lock.js";
import type { CreatingApi } from "../kit/creation/create-once.js";
import type { Warn } from "../kit/resource/provider.js";

/** What the resources call. */
export interface DopplerApi extends CreatingApi, Pick<ApiClient, "send" | "errorOf" | "bodyOf"> {
  readonly warn: Warn;
}

/**
 * Whether Doppler itself says that there is no such project or config. It says so as well to a token that may not see them.
 */
export function saysNoConfig({ status, body }: HttpResponse): boolean {
  return status === 404 && /could not find requested (project|config|environment)/i.test(dopplerApi.errorText(body));
}

/** Makes the API of a client. */
export function createDopplerApi(
  { send, errorOf, bodyOf }: ApiClient,
  parts: Pick<DopplerApi, "clock" | "pace" | "intents" | "warn">,
): DopplerApi {
  return { ...parts, claimed: new Set(), oneByOne: createKeyedLock(), send, errorOf, bodyOf };
}
