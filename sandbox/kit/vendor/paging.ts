import { createHash } from "node:crypto";
import { isJsonObject, type JsonObject, numberField, stringField } from "../base/json-fields.js";
import type { Refusal } from "../base/refusal.js";
import type { RawRequest } from "./sandbox-vendor.js";

/** How a vendor cuts its lists into pages. */
export interface Paging {
  /** A position is a page number from 1, the index of an item from 0, or a token bound to the other query parameters. */
  readonly by: "page" | "offset" | "token";
  /** Query parameter of the position. */
  readonly position: string;
  /** Query parameter of the page size. */
  readonly size: string;
  /** Items of a page when the query names no size, or 0; "all": the whole list. */
  readonly preset: number | "all";
  /** Most items of a page. */
  readonly most: number;
  /** Query parameter of the number of items to leave out, for a list by token without one. */
  readonly skip?: string;
  /** Refuses a malformed position or size; absent: such a one counts as not given. */
  readonly invalid?: (message: string) => Refusal;
}

/** One page of a list. The positions of other pages are as the query takes them; absent where there is no such page. */
export interface ListPage<Item> {
  readonly items: readonly Item[];
  /** Number of all items. */
  readonly total: number;
  /** Index of the first item, from 0. */
  readonly start: number;
  /** Most items that this page may have. */
  readonly size: number;
  readonly first?: string;
  readonly previous?: string;
  readonly next?: string;
  readonly last?: string;
  /** URL of the page at a position, with the other parameters of this request. */
  readonly url: (position: string) => string;
}

type ListRequest = Pick<RawRequest, "query" | "path" | "baseUrl">;

/** The page that a request asks for; behind the last one it is empty. Throws the Refusal of `paging.invalid`. */
export function cutPage<Item>(all: readonly Item[], request: ListRequest, paging: Paging): ListPage<Item> {
  const { query } = request;
  const preset = paging.preset === "all" ? Math.max(1, all.length) : paging.preset;
  const most = paging.preset === "all" ? Math.max(preset, paging.most) : paging.most;
  const size = Math.min(countIn(query, paging.size, paging) || preset, most);
  const start = startOf(query, size, paging);
  const end = start + size;
  const at = (index: number): string => positionOf(Math.max(0, index), { size, query, paging });
  const lastStart = (Math.ceil(all.length / size) - 1) * size;
  return {
    items: all.slice(start, end),
    total: all.length,
    start,
    size,
    ...(start > 0 ? { first: at(0), previous: at(start - size) } : {}),
    ...(end < all.length ? { next: at(end), last: at(lastStart) } : {}),
    url(position) {
      const changed = new URLSearchParams(query);
      changed.set(paging.position, position);
      changed.set(paging.size, String(size));
      return `${request.baseUrl}${request.path}?${changed}`;
    },
  };
}

function countIn(query: URLSearchParams, name: string, { invalid }: Paging): number {
  const text = query.get(name) ?? "";
  if (/^[0-9]{1,9}$/.test(text)) return Number(text);
  if (text !== "" && invalid !== undefined) throw invalid(`${name} "${text}" is not an integer from 0`);
  return 0;
}

function startOf(query: URLSearchParams, size: number, paging: Paging): number {
  if (paging.by === "page") return (Math.max(1, countIn(query, paging.position, paging)) - 1) * size;
  if (paging.by === "offset") return countIn(query, paging.position, paging);
  const token = query.get(paging.position) ?? "";
  if (token !== "") return startOfToken(token, query, paging);
  return paging.skip === undefined ? 0 : countIn(query, paging.skip, paging);
}

interface PositionContext {
  readonly size: number;
  readonly query: URLSearchParams;
  readonly paging: Paging;
}

function positionOf(start: number, { size, query, paging }: PositionContext): string {
  if (paging.by === "page") return String(Math.floor(start / size) + 1);
  if (paging.by === "offset") return String(start);
  return Buffer.from(JSON.stringify({ start, bound: digestOfOthers(query, paging) })).toString("base64url");
}

function startOfToken(token: string, query: URLSearchParams, paging: Paging): number {
  const value = parsedToken(token);
  const start = numberField(value, "start");
  if (start !== undefined && stringField(value, "bound") === digestOfOthers(query, paging)) return start;
  if (paging.invalid === undefined) return 0;
  throw paging.invalid(
    start === undefined ? `${paging.position} is invalid` : `${paging.position} does not belong to these parameters`,
  );
}

function digestOfOthers(query: URLSearchParams, { position }: Paging): string {
  const others = [...query].filter(([name]) => name !== position).sort(([left], [right]) => (left < right ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(others)).digest("base64url").slice(0, 16);
}

function parsedToken(token: string): JsonObject {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
    return isJsonObject(value) ? value : {};
  } catch {
    // Refused by the caller like any other token without a start.
    return {};
  }
}
