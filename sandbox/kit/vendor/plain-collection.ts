import type { ResponseForm } from "./collection-definition.js";
import type { Route, VendorRequest } from "./sandbox-vendor.js";

/** The state of a vendor, as far as its plain collections need it: every vendor's fits. */
export interface CollectedState {
  readonly version: number;
  /** Items by collection; absent: nothing was made yet. */
  collected?: Record<string, unknown[]>;
}

/** A request to a plain collection of any vendor. */
export type PlainRequest = VendorRequest<CollectedState, unknown>;

/** A route of a plain collection. */
export type PlainRoute = Route<CollectedState, unknown>;

/** The stored items of a collection, to be changed in place. */
export function collectedItems<Item>({ state }: PlainRequest, collection: string): Item[] {
  state.collected ??= {};
  state.collected[collection] ??= [];
  // Written by the collection of that name alone.
  return state.collected[collection] as Item[];
}

/** Numbers of stored items by collection. */
export function countCollected({ collected = {} }: CollectedState): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(collected).map(([name, items]) => [name, items.length]));
}

/** An item under its key, a list under its key, all of it on one page. */
export const plainForm: ResponseForm<PlainRequest> = {
  paging: { by: "page", position: "page", size: "per_page", preset: "all", most: 1000 },
  statuses: { create: 201, change: 200, delete: 204 },
  item: (key, view) => ({ [key]: view }),
  list: (key, { items }) => ({ body: { [key]: items } }),
};
