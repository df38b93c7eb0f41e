import { PlantonError } from "../../../contract/planton-error.js";
import { isJsonObject, type JsonObject, stringField } from "../base/json-fields.js";
import type { SandboxRecord } from "../base/sandbox-record.js";
import { adminRequest } from "./admin-request.js";

/** Calls a route under `/_sandbox` of a running sandbox. Throws E_SANDBOX with the sandbox's reason when it refuses. */
export async function callAdmin(
  record: SandboxRecord,
  method: string,
  path: string,
  body?: JsonObject,
): Promise<JsonObject> {
  const { port, adminToken: token } = record;
  const response = await adminRequest({ port, token, method, path, ...(body === undefined ? {} : { body }) });
  const result = isJsonObject(response.body) ? response.body : {};
  if (response.status >= 200 && response.status < 300) return result;
  throw new PlantonError({
    code: "E_SANDBOX",
    message: stringField(result, "message") || `the sandbox responded with ${response.status}`,
  });
}
