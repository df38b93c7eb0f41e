import type { ResponseForm } from "../kit/vendor/collection-definition.js";
import type { Paging } from "../kit/vendor/paging.js";
import { invalid } from "./refusals.js";
import type { TidbRequest } from "./tidb-request.js";

/** 10 items a page unless asked, 100 at most; the token is bound to the other parameters. */
export const paging: Paging = {
  by: "token",
  position: "pageToken",
  size: "pageSize",
  preset: 10,
  most: 100,
  skip: "skip",
  invalid,
};

/** For collections of the Serverless API: an item is the whole body, which a deletion has too; a list is under its key, with the next token and the total. */
export const responseForm: ResponseForm<TidbRequest> = {
  paging,
  statuses: { create: 200, change: 200, delete: 200 },
  item: (_key, view) => view,
  list: (key, { items, next = "", total }) => ({ body: { [key]: items, nextPageToken: next, totalSize: total } }),
};

/** For collections of the IAM service: the same, but a list has no total. */
export const iamResponseForm: ResponseForm<TidbRequest> = {
  ...responseForm,
  list: (key, { items, next = "" }) => ({ body: { [key]: items, nextPageToken: next } }),
};
