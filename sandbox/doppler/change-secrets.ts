import { type JsonObject, objectField, objectList, stringField } from "../kit/base/json-fields.js";
import { Refusal } from "../kit/base/refusal.js";
import { messages, noSecret } from "./messages.js";
import { type DopplerState, managedNames, secretsOf, visibilities, writeSecret } from "./secrets.js";

/** Where a change is made. */
export interface ChangedConfig {
  readonly state: DopplerState;
  readonly config: string;
  /** What a request for a new secret does to one that is there; Doppler does not document it. */
  readonly newOverOld: "overwrites" | "refused";
}

function checkedName(name: string): string {
  if (!/^[A-Z_][A-Z0-9_]*$/.test(name)) throw new Refusal(400, messages.secretName);
  if (managedNames.includes(name)) throw new Refusal(400, messages.managed);
  return name;
}

function checkedVisibility(visibility: string): string {
  if (!visibilities.includes(visibility)) throw new Refusal(400, messages.visibility);
  return visibility;
}

/** One entry of `change_requests` (OpenAPI 1.0.0 of DopplerHQ's documentation, read 2026-11). */
function changeOne({ state, config, newOverOld }: ChangedConfig, request: JsonObject): void {
  const name = checkedName(stringField(request, "name"));
  const originalName = stringField(request, "originalName");
  const all = secretsOf(state, config);
  const old = all.get(originalName === "" ? name : originalName);
  if (originalName !== "" && old === undefined) throw new Refusal(400, noSecret(originalName));
  if (originalName === "" && old !== undefined && newOverOld === "refused")
    throw new Refusal(400, messages.secretThere);
  const { originalValue, value } = request;
  if (typeof originalValue === "string" && originalValue !== old?.raw) throw new Refusal(400, messages.changed);
  if (originalName !== "" && originalName !== name) writeSecret(state, { config, name: originalName }, null);
  if (request["shouldDelete"] === true) {
    writeSecret(state, { config, name }, null);
    return;
  }
  const raw = typeof value === "string" ? value : old?.raw;
  if (raw === undefined) throw new Refusal(400, messages.value);
  const visibility = checkedVisibility(stringField(request, "visibility") || (old?.visibility ?? "masked"));
  writeSecret(state, { config, name }, { raw, visibility });
}

/** Makes the changes that a body asks for, all or none. */
export function changeSecrets(changed: ChangedConfig, body: JsonObject): void {
  const values = objectField(body, "secrets");
  const requests = objectList(body, "change_requests");
  if ((values === undefined) === (requests === undefined)) throw new Refusal(400, messages.eitherOr);
  for (const request of requests ?? []) changeOne(changed, request);
  for (const [key, value] of Object.entries(values ?? {})) {
    const { state, config } = changed;
    const name = checkedName(key);
    const visibility = secretsOf(state, config).get(name)?.visibility ?? "masked";
    writeSecret(state, { config, name }, typeof value === "string" ? { raw: value, visibility } : null);
  }
}

const hide = (values: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value === null ? null : "[secret]"]));

function withoutValue(request: JsonObject): JsonObject {
  const { value, originalValue, ...rest } = request;
  return {
    ...rest,
    ...hide({ ...(value === undefined ? {} : { value }), ...(originalValue === undefined ? {} : { originalValue }) }),
  };
}

/** A body without its values, for the log. */
export function withoutValues(body: JsonObject): JsonObject {
  const values = objectField(body, "secrets");
  const requests = objectList(body, "change_requests");
  const { secrets: _secrets, change_requests: _requests, ...rest } = body;
  return {
    ...rest,
    ...(values === undefined ? {} : { secrets: hide(values) }),
    ...(requests === undefined ? {} : { change_requests: requests.map(withoutValue) }),
  };
}
