import { isJsonObject, type JsonObject, parseJson } from "../../../contract/json-object.js";
import { PlantonError } from "../../../contract/planton-error.js";
import type { VendorSurroundings } from "../../../contract/vendor.js";

const defaultApiUrl = "https://api.digitalocean.com";
const requestTimeoutMs = 30_000;
/** Most items per page that DigitalOcean gives (OpenAPI document, parameter per_page, revision 7c1300c4). */
const itemsPerPage = 200;

/**
 * Reads one object of DigitalOcean's API. Gives undefined when the token may not read it (403). Throws
 * E_CREDENTIALS_MISSING, E_CREDENTIALS_REFUSED, E_VENDOR, E_VENDOR_UNREACHABLE.
 */
export async function readApi(path: string, surroundings: VendorSurroundings): Promise<JsonObject | undefined> {
  const answer = await findApi(path, surroundings);
  if (answer !== "absent") return answer;
  throw new PlantonError({ code: "E_VENDOR", message: `DigitalOcean answered GET ${path} with status 404` });
}

/** Like {@link readApi}, for an object that may be gone: gives "absent" when there is none (404). */
export async function findApi(
  path: string,
  surroundings: VendorSurroundings,
): Promise<JsonObject | "absent" | undefined> {
  const token = surroundings.credentials["api_token"];
  if (token === undefined)
    throw new PlantonError({ code: "E_CREDENTIALS_MISSING", message: "no token for DigitalOcean" });
  const base = (surroundings.env["DIGITALOCEAN_API_URL"] || defaultApiUrl).replace(/\/+$/, "");
  const { status, body } = await get({ url: `${base}${path}`, token, fetch: surroundings.fetch });
  if (status === 403) return undefined;
  if (status === 404) return "absent";
  if (status === 200 && isJsonObject(body)) return body;
  const told = isJsonObject(body) && typeof body["message"] === "string" ? body["message"] : "no message";
  throw new PlantonError(
    status === 401
      ? {
          code: "E_CREDENTIALS_REFUSED",
          message: `DigitalOcean refuses the token: "${told}"`,
          hint: "make a new token with read and write scope: https://cloud.digitalocean.com/account/api/tokens",
        }
      : { code: "E_VENDOR", message: `DigitalOcean answered GET ${path} with status ${status}: "${told}"` },
  );
}

/**
 * All items of a list of DigitalOcean's API, page by page. Throws like {@link readApi}, and E_VENDOR when the token may
 * not read the list.
 */
export async function listApi(
  path: string,
  key: string,
  surroundings: VendorSurroundings,
): Promise<readonly JsonObject[]> {
  const items: JsonObject[] = [];
  for (let page = 1; ; page += 1) {
    const answer = await readApi(`${path}?page=${page}&per_page=${itemsPerPage}`, surroundings);
    if (answer === undefined) {
      throw new PlantonError({
        code: "E_VENDOR",
        message: `the token may not read ${path} at DigitalOcean`,
        hint: "use a token with read scope for it",
      });
    }
    const found = answer[key];
    if (Array.isArray(found)) items.push(...found.filter(isJsonObject));
    if (!hasNextPage(answer)) return items;
  }
}

function hasNextPage(answer: JsonObject): boolean {
  const links = answer["links"];
  const pages = isJsonObject(links) ? links["pages"] : undefined;
  return isJsonObject(pages) && typeof pages["next"] === "string";
}

async function get(request: {
  readonly url: string;
  readonly token: string;
  readonly fetch: VendorSurroundings["fetch"];
}): Promise<{ status: number; body: unknown }> {
  try {
    const answer = await request.fetch(request.url, {
      headers: { authorization: `Bearer ${request.token}`, accept: "application/json" },
      signal: AbortSignal.timeout(requestTimeoutMs),
    });
    return { status: answer.status, body: parseJson(await answer.text()) };
  } catch (cause) {
    throw new PlantonError({ code: "E_VENDOR_UNREACHABLE", message: `"${request.url}" does not answer`, cause });
  }
}
