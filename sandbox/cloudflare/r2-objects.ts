import { collectedItems } from "../kit/vendor/plain-collection.js";
import type { CloudflareRoute, Request } from "./cloudflare-request.js";
import { refusal, success } from "./envelope.js";
import { bucketOf, objectsOf } from "./r2-buckets.js";

/** An object in a bucket; the sandbox keeps no more than its size. */
export interface R2Object {
  readonly key: string;
  readonly sizeBytes: number;
}

const path = "/client/v4/accounts/:account/r2/buckets/:bucket/objects/*";

const keyOf = ({ params }: Request): string => params["*"] ?? "";

function objects(request: Request): R2Object[] {
  return collectedItems<R2Object>(request, objectsOf(request, bucketOf(request).name));
}

function placeOf(request: Request): number {
  const place = objects(request).findIndex(({ key }) => key === keyOf(request));
  if (place < 0) throw refusal(404, 10007, "The specified key does not exist.");
  return place;
}

/** `/r2/buckets/BUCKET/objects/KEY`: put and delete, as wrangler 4.86.0 does (src/r2/helpers/object.ts, read 2026-12). */
export const r2ObjectRoutes: readonly CloudflareRoute[] = [
  {
    method: "PUT",
    path,
    readsBytes: true,
    handle(request) {
      const object = { key: keyOf(request), sizeBytes: request.bytes.length };
      const stored = objects(request);
      const place = stored.findIndex(({ key }) => key === object.key);
      if (place < 0) stored.push(object);
      else stored[place] = object;
      return success({ key: object.key, size: String(object.sizeBytes) });
    },
  },
  {
    method: "DELETE",
    path,
    handle(request) {
      objects(request).splice(placeOf(request), 1);
      return success({ key: keyOf(request) });
    },
  },
];
