import { isPlantonError, PlantonError } from "../../contract/planton-error.js";
import type { HttpResponse } from "../../http/http-message.js";
import { asObject, asText, type JsonObject } from "../../http/json.js";
import { isRefused, requestOf, type WorkLimits } from "../kit/work-limits.js";
import { type DopplerApi, saysNoConfig } from "./doppler-api.js";
import { type SecretId, secretIdText } from "./secret-id.js";

/** One operation of the engine on one secret. */
export interface SecretHandle {
  readonly api: DopplerApi;
  readonly urn: string;
  readonly secret: SecretId;
  readonly limits: WorkLimits;
}

/** A secret as Doppler tells it. */
export interface SeenSecret {
  /** The value as written; undefined: the token may not read it. */
  readonly raw: string | undefined;
  readonly visibility: string | undefined;
}

/** One entry of `change_requests` beside the names. */
export interface SecretChange {
  readonly value?: string;
  readonly visibility?: string;
  /** The value that is to be replaced; Doppler does nothing when it is another one. */
  readonly originalValue?: string;
  readonly shouldDelete?: true;
}

/** What came of a change: it was answered with a success, or why it is not known whether it was made. */
export type ChangeOutcome = "answered" | { readonly lost: PlantonError };

const factNames = [...["raw", "computed", "rawVisibility", "computedVisibility", "rawValueType", "computedValueType"]];

/**
 * The secret in an answer to a reading or a change; undefined when there is none. Doppler answers nulls for a secret that is
 * not there, and a null value with a visibility for one that the token may not read (DopplerHQ/terraform-provider-doppler
 * #138, 2025-05).
 */
export function secretIn(body: JsonObject, { name }: SecretId): SeenSecret | undefined {
  const value = asObject(body["value"]) ?? asObject(asObject(body["secrets"])?.[name]);
  if (value === undefined || factNames.every((fact) => (value[fact] ?? null) === null)) return undefined;
  return {
    raw: asText(value["raw"]),
    visibility: asText(value["rawVisibility"]) ?? asText(value["computedVisibility"]),
  };
}

function lookFor({ api, secret, limits }: SecretHandle): Promise<HttpResponse> {
  const { project, config, name } = secret;
  const query = new URLSearchParams({ project, config, name });
  return api.send({ method: "GET", path: `/v3/configs/config/secret?${query}`, ...requestOf(limits) });
}

/** Doppler's answer about a secret, there or not. Throws E_VENDOR and the like. */
async function bodyOf({ api }: SecretHandle, answer: HttpResponse): Promise<JsonObject> {
  const body = api.bodyOf(answer);
  if (asObject(body["value"]) !== undefined) return body;
  throw new PlantonError({ code: "E_VENDOR", message: `${answer.method} ${answer.url}: the answer holds no value` });
}

/** The answer that holds the secret; undefined when there is none. Throws E_VENDOR, also when there is no such config. */
export async function readSecretBody(handle: SecretHandle): Promise<JsonObject | undefined> {
  const body = await bodyOf(handle, await lookFor(handle));
  return secretIn(body, handle.secret) === undefined ? undefined : body;
}

/** The secret; undefined when there is none. Throws E_VENDOR, also when there is no such config. */
export async function readSecret(handle: SecretHandle): Promise<SeenSecret | undefined> {
  const body = await readSecretBody(handle);
  return body && secretIn(body, handle.secret);
}

/** The secret; undefined when there is none, "hidden" when Doppler shows no such config. Throws E_VENDOR. */
export async function readSecretIfSeen(handle: SecretHandle): Promise<SeenSecret | undefined | "hidden"> {
  const answer = await lookFor(handle);
  return saysNoConfig(answer) ? "hidden" : secretIn(await bodyOf(handle, answer), handle.secret);
}

/** Sends one change of a secret, once. `originalName`: null makes a new one. */
export function postChange(
  handle: SecretHandle,
  originalName: string | null,
  change: SecretChange,
): Promise<HttpResponse> {
  const { project, config, name } = handle.secret;
  const body = { project, config, change_requests: [{ name, originalName, ...change }] };
  return handle.api.send({ method: "POST", path: "/v3/configs/config/secrets", body, ...requestOf(handle.limits) });
}

/** Sends one change of a secret that is there, once. Throws E_VENDOR and the like when it was surely not made. */
export async function changeSecret(handle: SecretHandle, change: SecretChange): Promise<ChangeOutcome> {
  const { api, secret } = handle;
  const { value = "", originalValue = "" } = change;
  const secrets = [value, originalValue].filter((text) => text !== "");
  let answer: HttpResponse;
  try {
    answer = await postChange(handle, secret.name, change);
  } catch (error) {
    if (isPlantonError(error) && error.code === "E_VENDOR_UNREACHABLE") return { lost: error };
    throw error;
  }
  if (isRefused(answer)) throw api.errorOf(answer, secrets);
  return answer.status < 300 ? "answered" : { lost: api.errorOf(answer, secrets) };
}

// As often as the client repeats a call that it may repeat by itself.
const maxTries = 5;
// Once more than needed, as what is read may lag behind what was written.
const maxAnswers = 2;

/**
 * Looks and changes until `step` sees nothing more to do and gives undefined. It gives the outcome of a change otherwise: a
 * change counts when it can be seen, whatever its answer says, and one whose answer was lost is looked for before it is sent
 * again. Throws E_VENDOR when answered changes are not to be seen.
 */
export async function untilDone(handle: SecretHandle, step: () => Promise<ChangeOutcome | undefined>): Promise<void> {
  const { api, limits } = handle;
  let answers = 0;
  for (let tries = 1; ; tries += 1) {
    const outcome = await step();
    if (outcome === undefined) return;
    if (outcome === "answered") answers += 1;
    const isLast = tries === maxTries || answers > maxAnswers || api.clock.nowMs() > limits.deadlineMs;
    if (isLast) throw outcome === "answered" ? unseenError(handle) : outcome.lost;
    const isFresh = outcome === "answered" && answers === 1;
    if (!isFresh) await api.clock.sleep(api.pace.firstIntervalMs, limits.signal, limits.cancelled);
  }
}

function unseenError({ secret }: SecretHandle): PlantonError {
  return new PlantonError({
    code: "E_VENDOR",
    message: `Doppler answered with a success, but the secret "${secretIdText(secret)}" is not what was sent`,
    hint: "somebody may change it at the same time: run up again; see the config's log of changes at Doppler",
  });
}

/** Deletes a secret; one that is gone is fine. Throws E_VENDOR, also when Doppler shows no such config. */
export function deleteSecret(handle: SecretHandle): Promise<void> {
  return untilDone(handle, async () => {
    const seen = await readSecretIfSeen(handle);
    if (seen === "hidden") throw hiddenError(handle);
    return seen && changeSecret(handle, { shouldDelete: true });
  });
}

/** That there is no such config for the token, which proves nothing of the secret. */
function hiddenError({ urn, secret: { project, config, name } }: SecretHandle): PlantonError {
  return new PlantonError({
    code: "E_VENDOR",
    message: `Doppler shows no config "${config}" of project "${project}", so that "${name}" was not deleted`,
    hint: `use a token that may see it; if the config was deleted, take the secret out of the state: pulumi state delete '${urn}'`,
  });
}

/** The error for a secret that was deleted by somebody else. */
export function goneError({ secret }: SecretHandle): PlantonError {
  return new PlantonError({
    code: "E_VENDOR",
    message: `the secret "${secretIdText(secret)}" is gone: it was deleted outside of this stack`,
    hint: "refresh the stack (planton pulumi refresh), then run up again to make a new one",
  });
}
