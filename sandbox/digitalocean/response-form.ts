import type { ResponseForm } from "../kit/vendor/collection-definition.js";
import { cutPage, type Paging } from "../kit/vendor/paging.js";
import type { VendorResponse } from "../kit/vendor/sandbox-vendor.js";
import type { Request } from "./account-request.js";

/** 20 items a page unless asked, 200 at most (digitalocean/openapi 7c1300c4). */
const paging: Paging = { by: "page", position: "page", size: "per_page", preset: 20, most: 200 };

/** An item under its key; a list under its key, with `links` of whole URLs and `meta.total`. */
export const responseForm: ResponseForm<Request> = {
  paging,
  statuses: { create: 201, change: 200, delete: 204 },
  item: (key, view) => ({ [key]: view }),
  list(key, { items, total, first, previous, next, last, url }) {
    const positions = { first, prev: previous, next, last };
    const pages = Object.entries(positions).flatMap(([name, position]) =>
      position === undefined ? [] : [[name, url(position)] as const],
    );
    const links = pages.length === 0 ? {} : { pages: Object.fromEntries(pages) };
    return { body: { [key]: items, links, meta: { total } } };
  },
};

/** A page of a list that is no collection. */
export function listResponse(request: Request, key: string, all: readonly unknown[]): VendorResponse {
  return { status: 200, ...responseForm.list(key, cutPage(all, request, paging), request) };
}
