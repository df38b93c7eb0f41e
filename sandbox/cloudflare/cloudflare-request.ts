import type { CollectedState } from "../kit/vendor/plain-collection.js";
import { collectedItems } from "../kit/vendor/plain-collection.js";
import type { Route, VendorRequest } from "../kit/vendor/sandbox-vendor.js";
import type { Caller } from "./accounts.js";

/** A request to Cloudflare. */
export type Request = VendorRequest<CollectedState, Caller>;

/** A route of Cloudflare. */
export type CloudflareRoute = Route<CollectedState, Caller>;

/** The objects of a collection of the account that the path names, to be changed in place. */
export function accountItems<Item>(request: Request, collection: string): Item[] {
  return collectedItems<Item>(request, `${collection} of ${request.params["account"] ?? ""}`);
}

/** A new id: 32 hexadecimal digits. */
export function newId({ uuid }: Pick<Request, "uuid">): string {
  return uuid().replaceAll("-", "");
}

/** A time as Cloudflare writes it: RFC 3339 with microseconds. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "000Z");
}
