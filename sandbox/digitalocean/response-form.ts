import { cutPage } from "../kit/paging.js";
import type { Answer } from "../kit/sandbox-vendor.js";
import type { Request } from "./account-request.js";

const defaultPerPage = 20;
const maxPerPage = 200;

/**
 * A page of a list as DigitalOcean answers it: the items under `key`, `links` with full addresses and `meta.total`.
 * 20 items a page unless asked, 200 at most (digitalocean/openapi 7c1300c4).
 */
export function listAnswer(
  request: Request,
  key: string,
  all: readonly unknown[],
  perPageUnasked = defaultPerPage,
): Answer {
  const { items, page, perPage, lastPage, total } = cutPage(
    all,
    numberOf(request, "page") ?? 1,
    Math.min(numberOf(request, "per_page") ?? perPageUnasked, Math.max(maxPerPage, perPageUnasked)),
  );
  const link = (number: number): string => {
    const query = new URLSearchParams(request.query);
    query.set("page", String(number));
    query.set("per_page", String(perPage));
    return `${request.baseUrl}${request.path}?${query}`;
  };
  const pages = {
    ...(page > 1 ? { first: link(1), prev: link(page - 1) } : {}),
    ...(page < lastPage ? { next: link(page + 1), last: link(lastPage) } : {}),
  };
  const links = Object.keys(pages).length === 0 ? {} : { pages };
  return { status: 200, body: { [key]: items, links, meta: { total } } };
}

function numberOf(request: Request, key: string): number | undefined {
  const text = request.query.get(key);
  return text !== null && /^[0-9]{1,6}$/.test(text) && Number(text) > 0 ? Number(text) : undefined;
}
