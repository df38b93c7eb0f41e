import { listAll } from "../../clients/digitalocean.js";
import { PlantonError } from "../../contract/planton-error.js";
import type { ApiClient } from "../../http/api-client.js";
import type { HttpResponse } from "../../http/http-message.js";
import type { JsonObject } from "../../http/json.js";
import { type BridgedApi, type BridgedApiInit, createBridgedApi } from "../kit/bridged/bridged-api.js";

/** What the resources and functions call. */
export interface DigitalOceanApi extends BridgedApi {
  /** All objects of a paged list: `list("/v2/vpcs", "vpcs")`. */
  list(path: string, key: string, signal: AbortSignal): Promise<readonly JsonObject[]>;
}

/** The error in the form of godo v1.202.0 (ErrorResponse.Error), which hints and users know. */
function godoError(response: HttpResponse, client: ApiClient): PlantonError {
  const { status, attempts } = response;
  const { code, message } = client.errorOf({ ...response, attempts: 1 });
  const isRepeatable = status === 429 || (status >= 500 && status !== 501);
  const givenUp = isRepeatable && attempts > 1 ? `; giving up after ${attempts} attempt(s)` : "";
  return new PlantonError({ code, message: message + givenUp });
}

/** Makes the API of a client. */
export function createDigitalOceanApi(
  client: ApiClient,
  times: Pick<BridgedApiInit, "clock" | "pace">,
): DigitalOceanApi {
  const api = createBridgedApi(client, { ...times, errorOf: (response) => godoError(response, client) });
  return { ...api, list: (path, key, signal) => listAll(api, { path, key, signal }) };
}
