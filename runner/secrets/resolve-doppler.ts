import { findExecutable } from "../engine/find-executable.js";
import { missing, resolveByDopplerApi } from "./doppler-api.js";
import type { SecretSurroundings } from "./secret-parts.js";
import { secretText } from "./secret-text.js";
import type { DopplerUri } from "./secret-uri.js";
import { secretUriError } from "./secret-uri-error.js";
import { shownMessage } from "./shown-message.js";

type Uri = DopplerUri & { readonly shown: string };

/**
 * A secret at Doppler: by its REST API with the token in DOPPLER_TOKEN, without one by its program `doppler` when that is
 * installed and logged in. Throws E_SECRET_URI.
 */
export async function resolveDoppler(uri: Uri, parts: SecretSurroundings): Promise<string> {
  const token = parts.env["DOPPLER_TOKEN"]?.trim();
  if (!token) return resolveByDopplerCli(uri, parts);
  if (/^[\x21-\x7e]+$/.test(token)) return resolveByDopplerApi(uri, token, parts);
  const problem = "what DOPPLER_TOKEN holds is no token: it has spaces or other characters that none has";
  throw secretUriError({ shown: uri.shown, problem, hint: "set DOPPLER_TOKEN to a service token (dp.st....)" });
}

async function resolveByDopplerCli(uri: Uri, parts: SecretSurroundings): Promise<string> {
  const { shown, project, config, name } = uri;
  const path = findExecutable("doppler", parts.env);
  const ways = "set DOPPLER_TOKEN to a service token of the config, or log in with Doppler's program: doppler login";
  if (path === undefined) {
    const problem = "DOPPLER_TOKEN is not set, and Doppler's program doppler is not on PATH";
    throw secretUriError({ shown, problem, hint: ways });
  }
  const run = (args: readonly string[]): ReturnType<SecretSurroundings["runCommand"]> =>
    parts.runCommand({
      path,
      args: [...args, "--project", project, "--config", config],
      // Keeps it from looking for a newer version of itself.
      env: { ...parts.env, DOPPLER_ENABLE_VERSION_CHECK: "false" },
      cwd: parts.baseDir,
      timeoutMs: parts.timeoutMs,
    });
  const result = await run(["secrets", "get", name, "--plain"]);
  if (result.code === 0) return secretText({ shown, bytes: result.stdout, from: "doppler secrets get" });
  if (/could not find requested secret/i.test(result.stderr)) {
    const names = await run(["secrets", "--only-names", "--json"]);
    throw missing(uri, names.code === 0 ? keysOf(names.stdout) : []);
  }
  const printed = new TextDecoder().decode(result.stdout).trim();
  const said = shownMessage({ text: result.stderr, env: parts.env, secrets: [printed] });
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
    // Names are a courtesy of an error: without them it is told all the same.
    return [];
  }
}
