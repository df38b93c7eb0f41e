import type { JsonObject } from "../kit/base/json-fields.js";
import { Refusal } from "../kit/base/refusal.js";
import type { ResponseForm } from "../kit/vendor/collection-definition.js";
import { collectedItems, type PlainRequest } from "../kit/vendor/plain-collection.js";

/** Path of the API. */
export const apiPath = "/sentry/api/0";

/** The one organization. */
export const organization = { id: "1", slug: "planton", name: "Planton" } as const;

/** Refuses every other organization, as Sentry does with one that the token may not see. */
export function assertOrganization({ params }: PlainRequest): void {
  if (params["org"] !== organization.slug && params["org"] !== organization.id) throw notFound();
}

/** The refusal of what does not exist. */
export function notFound(): Refusal {
  return new Refusal(404, "The requested resource does not exist");
}

/** The refusal of fields, with reasons by field. */
export function invalid(reasons: Readonly<Record<string, string>>): Refusal {
  const body = Object.fromEntries(Object.entries(reasons).map(([field, reason]) => [field, [reason]]));
  return new Refusal(400, "invalid", { body });
}

/** Objects as they are, lists by cursors in the header Link (docs.sentry.io/api/pagination, read 2026-11). */
export const sentryForm: ResponseForm<PlainRequest> = {
  paging: { by: "token", position: "cursor", size: "per_page", preset: 100, most: 100 },
  statuses: { create: 201, change: 200, delete: 204 },
  item: (_key, view) => view,
  list: (_key, { items, previous, next, url }) => {
    const link = (rel: string, cursor: string | undefined): string =>
      `<${url(cursor ?? "")}>; rel="${rel}"; results="${cursor !== undefined}"; cursor="${cursor ?? ""}"`;
    return { body: items, headers: { link: `${link("previous", previous)}, ${link("next", next)}` } };
  },
};

/** A team or a project as it is kept. */
export interface Member {
  readonly id: string;
  readonly slug: string;
}

/** The items of a collection of the organization. */
export function membersIn<Item extends Member>(request: PlainRequest, collection: string): Item[] {
  assertOrganization(request);
  return collectedItems<Item>(request, collection);
}

/** The id of what a path names by id or slug. */
export function idOfMember(request: PlainRequest, collection: string, parameter: string): string {
  const named = request.params[parameter] ?? "";
  const found = collectedItems<Member>(request, collection).find(({ id, slug }) => id === named || slug === named);
  return found?.id ?? named;
}

/** An id that no other team or project has: digits, as Sentry's are. */
export function newId(request: PlainRequest): string {
  const ofOthers = ["teams", "projects"].map((collection) => collectedItems(request, collection).length);
  return String(request.nowMs * 1000 + ofOthers.reduce((sum, count) => sum + count, 0));
}

/** The slug in a body. Throws the Refusal of one that is none. */
export function slugIn(body: JsonObject, most: number): string {
  const slug = body["slug"];
  if (typeof slug !== "string" || slug === "") throw invalid({ slug: "This field is required." });
  if (slug.length > most) throw invalid({ slug: `Ensure this field has no more than ${most} characters.` });
  if (/^[a-z0-9_-]+$/.test(slug) && !/^\d+$/.test(slug)) return slug;
  throw invalid({
    slug: "Enter a valid slug consisting of lowercase letters, numbers, underscores or hyphens. It cannot be entirely numeric.",
  });
}
