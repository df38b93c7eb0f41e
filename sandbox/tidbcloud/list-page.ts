import { createHash } from "node:crypto";
import { isJsonObject, numberField, textField } from "../kit/json-fields.js";
import { invalid } from "./refusals.js";

/** One page of a list. */
export interface ListPage<Item> {
  readonly items: readonly Item[];
  /** "" on the last page. */
  readonly nextPageToken: string;
  readonly totalSize: number;
}

const defaultSize = 10;
const mostSize = 100;

/**
 * The page that a query asks for: `preset` items unless it says otherwise, 100 at most. Its token is bound to the other
 * parameters. Refuses with 400 a broken token, a token of other parameters, and sizes below 0.
 */
export function listPage<Item>(all: readonly Item[], query: URLSearchParams, preset = defaultSize): ListPage<Item> {
  const size = Math.min(countOf(query, "pageSize") || preset, mostSize);
  const bound = parametersMark(query);
  const token = query.get("pageToken") ?? "";
  const start = token === "" ? countOf(query, "skip") : startOf(token, bound);
  const end = start + size;
  return {
    items: all.slice(start, end),
    nextPageToken: end < all.length ? tokenOf(end, bound) : "",
    totalSize: all.length,
  };
}

function countOf(query: URLSearchParams, name: string): number {
  const text = query.get(name) ?? "";
  if (text === "") return 0;
  if (!/^[0-9]{1,9}$/.test(text)) throw invalid(`${name} "${text}" is not a whole number from 0`);
  return Number(text);
}

function parametersMark(query: URLSearchParams): string {
  const others = [...query].filter(([name]) => name !== "pageToken").sort(([left], [right]) => (left < right ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(others)).digest("base64url").slice(0, 16);
}

function tokenOf(start: number, bound: string): string {
  return Buffer.from(JSON.stringify({ start, bound })).toString("base64url");
}

function startOf(token: string, bound: string): number {
  const value = decoded(token);
  const start = isJsonObject(value) ? numberField(value, "start") : undefined;
  if (!isJsonObject(value) || start === undefined) throw invalid("pageToken is invalid");
  if (textField(value, "bound") !== bound) throw invalid("pageToken does not belong to these parameters");
  return start;
}

function decoded(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
  } catch {
    // Refused by the caller like any other text that is no token.
    return undefined;
  }
}
