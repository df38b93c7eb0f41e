import { setTimeout as wait } from "node:timers/promises";
import { isJsonObject, type JsonObject, objectOf, parseJson } from "../../contract/json-object.js";
import { isSecureUrl } from "../../contract/secure-url.js";
import type { SecretSurroundings } from "./secret-parts.js";
import { nonEmpty } from "./secret-text.js";
import type { DopplerUri } from "./secret-uri.js";
import { otherNames, secretUriError } from "./secret-uri-error.js";
import { shownMessage } from "./shown-message.js";

const defaultHost = "https://api.doppler.com";
const tooManyRequests = 429;

interface DopplerRequest {
  readonly uri: DopplerUri & { readonly shown: string };
  readonly token: string;
  readonly base: string;
  readonly parts: SecretSurroundings;
}

interface DopplerAnswer {
  readonly status: number;
  /** Empty when the answer is no JSON object, such as a proxy's error page. */
  readonly body: JsonObject;
}

/**
 * A secret by Doppler's REST API and a token, with references to other secrets filled in (`computed`). Failures that pass
 * are tried again. A secret that is not there is an answer with nulls (DopplerHQ/terraform-provider-doppler #138, 2025-05).
 * Throws E_SECRET_URI.
 */
export async function resolveByDopplerApi(
  uri: DopplerRequest["uri"],
  token: string,
  parts: SecretSurroundings,
): Promise<string> {
  const { shown, project, config, name } = uri;
  const request: DopplerRequest = { uri, token, base: apiBase(shown, parts), parts };
  const { status, body } = await get(request, "secret", { project, config, name });
  if (status !== 200) throw refusal(request, status, body);
  const { value } = body;
  const computed = isJsonObject(value) ? value["computed"] : undefined;
  if (typeof computed === "string") return nonEmpty({ shown, value: computed, from: "Doppler" });
  if (isJsonObject(value) && typeof value["computedVisibility"] === "string") {
    const problem = "its visibility at Doppler is restricted, and this token may not read it";
    throw secretUriError({ shown, problem, hint: "use a service token of its config, or make it masked" });
  }
  throw missing(uri, await secretNames(request));
}

/** That Doppler has no secret of that name, with the names that it has. */
export function missing(uri: DopplerRequest["uri"], names: readonly string[]): Error {
  const { shown, project, config, name } = uri;
  return secretUriError({
    shown,
    problem: `Doppler has no secret "${name}" in config "${config}" of project "${project}"`,
    hint: otherNames(name, names) ?? `see what there is: doppler secrets --only-names -p ${project} -c ${config}`,
  });
}

/** DOPPLER_API_HOST is the variable of Doppler's own CLI and Terraform provider. */
function apiBase(shown: string, parts: SecretSurroundings): string {
  const base = (parts.env["DOPPLER_API_HOST"] || defaultHost).replace(/\/+$/, "");
  if (isSecureUrl(base)) return base;
  const problem = "DOPPLER_API_HOST is no https:// address, and the token is sent there";
  throw secretUriError({ shown, problem, hint: `unset it to use ${defaultHost}` });
}

async function get(
  { uri, token, base, parts }: DopplerRequest,
  what: "secret" | "secrets/names",
  query: Readonly<Record<string, string>>,
): Promise<DopplerAnswer> {
  const url = `${base}/v3/configs/config/${what}?${new URLSearchParams(query)}`;
  const headers = { authorization: `Bearer ${token}`, accept: "application/json" };
  for (const delayMs of [...parts.retryDelaysMs, undefined]) {
    let answer: DopplerAnswer | undefined;
    try {
      const { status, text } = await fetchOnce(parts, url, headers);
      answer = { status, body: objectOf(parseJson(text)) };
    } catch {
      // Whatever kept the answer away, the next try shows whether it stays; its text may quote headers.
    }
    const mayPass = answer === undefined || answer.status === tooManyRequests || answer.status >= 500;
    if (answer !== undefined && (!mayPass || delayMs === undefined)) return answer;
    if (delayMs !== undefined) await wait(delayMs);
  }
  const hint = "check the network and DOPPLER_API_HOST";
  throw secretUriError({ shown: uri.shown, problem: `Doppler does not answer at ${new URL(base).host}`, hint });
}

async function fetchOnce(
  parts: SecretSurroundings,
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly text: string }> {
  const answer = await parts.fetch(url, { headers, signal: AbortSignal.timeout(parts.timeoutMs) });
  return { status: answer.status, text: await answer.text() };
}

/** Doppler's errors: 401 for an unknown token, 400 or 403 for one of another config, 404 for what is not there. */
function refusal({ uri, token, parts }: DopplerRequest, status: number, body: JsonObject): Error {
  const { shown, project, config } = uri;
  const messages = Array.isArray(body["messages"]) ? body["messages"].join("; ") : "";
  const said = shownMessage({ text: messages, env: parts.env, secrets: [token] });
  const quoted = said === undefined ? "" : `: "${said}"`;
  const access = `make a service token for it at Doppler: project ${project}, config ${config}, Access; then set DOPPLER_TOKEN`;
  if (status === 401) {
    const problem = `Doppler refuses the token in DOPPLER_TOKEN${quoted}`;
    return secretUriError({ shown, problem, hint: access });
  }
  const problem = `Doppler answers with status ${status}${quoted}`;
  if (status === 400 || status === 403) return secretUriError({ shown, problem, hint: access });
  if (status === 404) return secretUriError({ shown, problem, hint: "check project and config: doppler configs" });
  return secretUriError({ shown, problem, hint: "try again later, or see https://www.dopplerstatus.com" });
}

/** Names are a courtesy of an error: without them it is told all the same. */
async function secretNames(request: DopplerRequest): Promise<readonly string[]> {
  const { project, config } = request.uri;
  try {
    const { body } = await get(request, "secrets/names", { project, config });
    const { names } = body;
    return Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
  } catch {
    // The error that asks for the names is the one that counts.
    return [];
  }
}
