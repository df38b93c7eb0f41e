import type { PlantonBed } from "./planton-bed.js";

/** What the sandbox's Cloudflare is asked. */
interface CloudflareRequest {
  /** Default: GET. */
  readonly method?: string;
  /** A form, or an object that is sent as JSON. Default: none. */
  readonly body?: FormData | object;
}

/** Asks the sandbox's Cloudflare: a path below the account, or one that begins with /zones. */
export function askCloudflare(
  bed: PlantonBed,
  path: string,
  { method = "GET", body }: CloudflareRequest = {},
): Promise<Response> {
  const { CLOUDFLARE_API_TOKEN: token, CLOUDFLARE_ACCOUNT_ID: account, CLOUDFLARE_BASE_URL: base } = bed.env;
  const place = path.startsWith("/zones") ? path : `/accounts/${account}${path}`;
  const authorization = `Bearer ${token}`;
  if (body === undefined || body instanceof FormData)
    return fetch(`${base}${place}`, { method, headers: { authorization }, ...(body === undefined ? {} : { body }) });
  const headers = { authorization, "content-type": "application/json" };
  return fetch(`${base}${place}`, { method, headers, body: JSON.stringify(body) });
}

/** What the response of a GET holds below "result". The caller says of which form it is. */
export async function shownAtCloudflare<Result>(bed: PlantonBed, path: string): Promise<Result> {
  const { result } = (await (await askCloudflare(bed, path)).json()) as { readonly result: Result };
  return result;
}
