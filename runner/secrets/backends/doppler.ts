import { dopplerApi, openDoppler } from "../../../clients/doppler.js";
import { systemClock } from "../../../contract/clock.js";
import { isPlantonError } from "../../../contract/planton-error.js";
import type { HttpResponse } from "../../../http/http-message.js";
import { asObject, asString, asStrings } from "../../../http/json.js";
import { findExecutable } from "../../system/find-executable.js";
import { withoutVariables } from "../../system/planton-home.js";
import { nonEmpty, otherNames, redactMessage, secretText, secretUriError } from "../secret-error.js";
import type { ResolveContext } from "../secret-parts.js";
import type { DopplerUri } from "../secret-uri.js";

type Uri = DopplerUri & { readonly shown: string };

/**
 * A secret at Doppler: by its REST API with the token in DOPPLER_TOKEN, without one by its program `doppler` when that is
 * installed and logged in. Throws E_SECRET_URI.
 */
export async function resolveDoppler(uri: Uri, parts: ResolveContext): Promise<string> {
  const token = parts.env["DOPPLER_TOKEN"]?.trim();
  return token ? resolveByDopplerApi({ uri, token, parts }) : resolveByDopplerCli(uri, parts);
}

interface Lookup {
  readonly uri: Uri;
  readonly token: string;
  readonly parts: ResolveContext;
}

/**
 * With references to other secrets filled in (`computed`). A secret that is not there is a response with nulls
 * (DopplerHQ/terraform-provider-doppler #138, 2025-05).
 */
async function resolveByDopplerApi(lookup: Lookup): Promise<string> {
  const { shown, project, config, name } = lookup.uri;
  const response = await get(lookup, "secret", { project, config, name });
  if (response.status !== 200) throw refusal(lookup, response);
  const value = asObject(asObject(response.body)?.["value"]);
  const computed = asString(value?.["computed"]);
  if (computed !== undefined) return nonEmpty({ shown, value: computed, from: "Doppler" });
  if (asString(value?.["computedVisibility"]) !== undefined) {
    const problem = "its visibility at Doppler is restricted, and this token may not read it";
    throw secretUriError({ shown, problem, hint: "use a service token of its config, or make it masked" });
  }
  // Names are a courtesy of the error: without them it is thrown all the same.
  const names = await get(lookup, "secrets/names", { project, config }).catch(() => undefined);
  throw missingSecret(lookup.uri, asStrings(asObject(names?.body)?.["names"]));
}

async function get(
  { uri: { shown }, token, parts }: Lookup,
  what: "secret" | "secrets/names",
  query: Readonly<Record<string, string>>,
): Promise<HttpResponse> {
  const { env, fetch, timeoutMs, retryDelaysMs } = parts;
  const [retryWaitMinMs = 0] = retryDelaysMs;
  const retryWaitMaxMs = Math.max(retryWaitMinMs, ...retryDelaysMs);
  const retry = { retryMax: retryDelaysMs.length, retryWaitMinMs, retryWaitMaxMs, retryAfterMaxMs: timeoutMs };
  try {
    const client = openDoppler(token, { env, fetch, clock: systemClock, timeoutMs, retry });
    return await client.send({ method: "GET", path: `/v3/configs/config/${what}?${new URLSearchParams(query)}` });
  } catch (error) {
    if (!isPlantonError(error)) throw error;
    const isUnreachable = error.code === "E_VENDOR_UNREACHABLE";
    // Without the cause, which may quote what was sent.
    throw secretUriError({
      shown,
      problem: isUnreachable ? `Doppler does not respond: ${error.message}` : error.message,
      hint: isUnreachable ? `check the network and ${dopplerApi.variable}` : error.hint,
    });
  }
}

/** Doppler's errors: 401 for an unknown token, 400 or 403 for one of another config, 404 for what is not there. */
function refusal({ uri, token, parts }: Lookup, { status, body }: HttpResponse): Error {
  const { shown, project, config } = uri;
  const quoted = redactMessage({ text: dopplerApi.errorText(body), env: parts.env, secrets: [token] });
  const access = `make a service token for it at Doppler: project ${project}, config ${config}, Access; then set DOPPLER_TOKEN`;
  const unknown = "check project and config: doppler configs";
  const hints: Readonly<Record<number, string>> = { 400: access, 401: access, 403: access, 404: unknown };
  const what = status === 401 ? "Doppler refuses the token in DOPPLER_TOKEN" : `Doppler responds with status ${status}`;
  return secretUriError({
    shown,
    problem: quoted === undefined ? what : `${what}: "${quoted}"`,
    hint: hints[status] ?? "try again later, or see https://www.dopplerstatus.com",
  });
}

function missingSecret({ shown, project, config, name }: Uri, names: readonly string[]): Error {
  return secretUriError({
    shown,
    problem: `Doppler has no secret "${name}" in config "${config}" of project "${project}"`,
    hint: otherNames(name, names) ?? `see what there is: doppler secrets --only-names -p ${project} -c ${config}`,
  });
}

async function resolveByDopplerCli(uri: Uri, parts: ResolveContext): Promise<string> {
  const { shown, project, config, name } = uri;
  const path = findExecutable("doppler", parts.env);
  const ways = "set DOPPLER_TOKEN to a service token of the config, or log in with Doppler's program: doppler login";
  if (path === undefined) {
    const problem = "DOPPLER_TOKEN is not set, and Doppler's program doppler is not on PATH";
    throw secretUriError({ shown, problem, hint: ways });
  }
  const run = (args: readonly string[]): ReturnType<ResolveContext["runCommand"]> =>
    parts.runCommand({
      path,
      args: [...args, "--project", project, "--config", config],
      // Keeps it from looking for a newer version of itself.
      env: { ...withoutVariables(parts.env, parts.withheld), DOPPLER_ENABLE_VERSION_CHECK: "false" },
      cwd: parts.baseDir,
      timeoutMs: parts.timeoutMs,
    });
  const result = await run(["secrets", "get", name, "--plain"]);
  if (result.code === 0) return secretText({ shown, bytes: result.stdout, from: "doppler secrets get" });
  if (/could not find requested secret/i.test(result.stderr)) {
    const names = await run(["secrets", "--only-names", "--json"]);
    throw missingSecret(uri, names.code === 0 ? keysOf(names.stdout) : []);
  }
  const printed = new TextDecoder().decode(result.stdout).trim();
  const said = redactMessage({ text: result.stderr, env: parts.env, secrets: [printed] });
  const ended = result.failure ?? `ended with exit code ${result.code}`;
  const isUnknown = /could not find requested (?:project|config)/i.test(result.stderr);
  throw secretUriError({
    shown,
    problem: said === undefined ? `doppler secrets get ${ended}` : `doppler secrets get says: ${said}`,
    hint: isUnknown ? "check project and config: doppler configs" : ways,
  });
}

/** The keys of a JSON object: `{"NAME": {}, ...}` (DopplerHQ/cli, printer.SecretsNames, read 2026-11). */
function keysOf(bytes: Uint8Array): readonly string[] {
  try {
    return Object.keys(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    // Names are a courtesy of an error: without them it is reported all the same.
    return [];
  }
}
