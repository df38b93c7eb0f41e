import { PlantonError } from "../contract/planton-error.js";
import type { ApiClient } from "./api-client.js";
import { errorMessage } from "./error-message.js";
import { type HttpRequest, type HttpResponse, isSuccess } from "./http-message.js";
import { asObject, asObjects, type JsonObject } from "./json.js";

/** How the pages of a list follow each other. */
export interface PagedList extends Pick<HttpRequest, "signal" | "deadlineMs" | "onWait"> {
  /** Path of a page, with its query: `page` counts from 1, `cursor` is what {@link next} gave for it. */
  readonly path: (page: number, cursor: string) => string;
  /** The objects in a response's body; undefined: it holds no list. */
  readonly items: (body: unknown) => readonly JsonObject[] | undefined;
  /** The cursor of the next page; undefined or "": there is none. */
  readonly next: (response: HttpResponse) => string | undefined;
}

/** Guards against endless pagination. */
const maxPages = 1000;

/**
 * All objects of a list, whatever the number of pages. Throws what `send` throws, the client's error for a response that is
 * no success, and E_VENDOR for a response without a list and for a list that does not end.
 */
export async function listPages(
  { send, errorOf }: Pick<ApiClient, "send" | "errorOf">,
  { path, items, next, ...wait }: PagedList,
): Promise<readonly JsonObject[]> {
  const found: JsonObject[] = [];
  let cursor: string | undefined = "";
  for (let page = 1; page <= maxPages; page += 1) {
    const response: HttpResponse = await send({ method: "GET", path: path(page, cursor), ...wait });
    if (!isSuccess(response)) throw errorOf(response);
    const listed = items(response.body);
    if (listed === undefined) {
      const text = "but the body holds no list";
      throw new PlantonError({ code: "E_VENDOR", message: errorMessage(response, { text }) });
    }
    found.push(...listed);
    cursor = next(response);
    if (cursor === undefined || cursor === "") return found;
  }
  throw new PlantonError({ code: "E_VENDOR", message: `the list at ${path(1, "")} does not end` });
}

/** For {@link PagedList.items}: the list under a key of the body, which may leave out an empty one. */
export function listIn(key: string): PagedList["items"] {
  return (body) => {
    const object = asObject(body);
    return object && asObjects(object[key]);
  };
}

/** The cursor of the next page in a Link header (RFC 8288): the query parameter of that name in the link "next". */
export function nextInLink(header: string | null, parameter: string): string | undefined {
  for (const [, target = "", attributes = ""] of (header ?? "").matchAll(/<([^>]*)>([^<]*)/g)) {
    // Sentry gives the link of a page that does not exist as well, and says so.
    if (!/rel="?next"?/.test(attributes) || /results="false"/.test(attributes)) continue;
    return new URL(target, "http://relative.invalid").searchParams.get(parameter) ?? undefined;
  }
  return undefined;
}
