import { isJsonObject, type JsonObject, parseJson } from "../../../contract/json-object.js";
import { PlantonError } from "../../../contract/planton-error.js";
import { isSecureUrl } from "../../../contract/secure-url.js";
import type { VendorSurroundings } from "../../../contract/vendor.js";

const defaultHost = "https://api.doppler.com";
const requestTimeoutMs = 30_000;
const refusedHint =
  "check DOPPLER_TOKEN or the credential, or make a new token at Doppler: in the project's config, Access, with read and write";

/**
 * Reads one object of Doppler's API. "absent": there is no such project or config (404). Undefined: the token may not read
 * it (400 for a service token of another config, 403). Throws E_CREDENTIALS_MISSING, E_CREDENTIALS_REFUSED, E_VENDOR,
 * E_VENDOR_UNREACHABLE.
 */
export async function findDoppler(
  path: string,
  surroundings: VendorSurroundings,
): Promise<JsonObject | "absent" | undefined> {
  const url = `${apiBase(surroundings)}${path}`;
  const { status, body } = await send(url, tokenOf(surroundings), surroundings);
  if (status === 403 || (status === 400 && isAboutAccess(messageOf(body)))) return undefined;
  if (status === 404) return "absent";
  if (status === 200 && isJsonObject(body)) return body;
  if (status === 401) {
    throw new PlantonError({
      code: "E_CREDENTIALS_REFUSED",
      message: `Doppler refuses the token: "${messageOf(body)}"`,
      hint: refusedHint,
    });
  }
  const [plainPath] = path.split("?");
  throw new PlantonError({
    code: "E_VENDOR",
    message: `Doppler answered GET ${plainPath} with status ${status}: "${messageOf(body)}"`,
  });
}

function tokenOf({ credentials }: VendorSurroundings): string {
  const token = credentials["token"]?.trim();
  if (!token) throw new PlantonError({ code: "E_CREDENTIALS_MISSING", message: "no token for Doppler" });
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new PlantonError({
    code: "E_CREDENTIALS_REFUSED",
    message: "what is given as Doppler's token is none: it has spaces or other characters that no token has",
    hint: refusedHint,
  });
}

function apiBase({ env }: VendorSurroundings): string {
  const base = (env["DOPPLER_API_HOST"] || defaultHost).replace(/\/+$/, "");
  if (isSecureUrl(base)) return base;
  throw new PlantonError({
    code: "E_VENDOR",
    message: `"${base}" is no address for Doppler's API: https is expected, http only on this machine`,
    hint: `correct DOPPLER_API_HOST, or unset it to use ${defaultHost}`,
  });
}

async function send(
  url: string,
  token: string,
  { fetch }: VendorSurroundings,
): Promise<{ readonly status: number; readonly body: unknown }> {
  try {
    const answer = await fetch(url, {
      headers: { accept: "application/json", authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(requestTimeoutMs),
    });
    return { status: answer.status, body: parseJson(await answer.text()) };
  } catch (cause) {
    throw new PlantonError({
      code: "E_VENDOR_UNREACHABLE",
      message: `"${new URL(url).origin}" does not answer`,
      hint: "check the network and DOPPLER_API_HOST",
      cause,
    });
  }
}

/** What a token that belongs to one config says of every other one (DopplerHQ/vscode #31, read 2026-11). */
const isAboutAccess = (message: string): boolean => /does not have access/i.test(message);

/** Doppler's errors are `{"messages": [...], "success": false}`. */
function messageOf(body: unknown): string {
  const messages = isJsonObject(body) ? body["messages"] : undefined;
  return Array.isArray(messages) && messages.length > 0 ? messages.join("; ") : "no message";
}
