import { listSentry } from "../../clients/sentry.js";
import { asNonEmptyString, asString, type JsonObject } from "../../http/json.js";
import type { ManagedApi, ManagedCall, ManagedRequest } from "../kit/managed/managed-declaration.js";
import { parseId } from "../kit/managed/managed-resource.js";
import { requestOf } from "../kit/resource/work-limits.js";
import { matching } from "../kit/schema/property-rules.js";
import { string } from "../kit/schema/property-types.js";

/** What names a project or a team: ids, as slugs may be changed. */
export interface MemberKey {
  readonly organization: string;
  /** Digits. */
  readonly id: string;
}

/** The input that names the organization. */
export const organizationInput = {
  type: string,
  required: true,
  replace: true,
  description: "Slug of the organization. Another one replaces the resource.",
  check: matching(/^[a-z0-9_-]{1,64}$/, "1 to 64 lower-case letters, digits, dashes and underscores"),
} as const;

/** Path of a collection of the organization: projects or teams. */
export function collectionPath(organization: string, collection: "projects" | "teams"): string {
  return `/0/organizations/${encodeURIComponent(organization)}/${collection}/`;
}

/** Path of a project or a team; Sentry takes its id as well as its slug (docs.sentry.io/api, read 2026-11). */
export function memberPath(collection: "projects" | "teams", { organization, id }: MemberKey): string {
  return `/0/${collection}/${encodeURIComponent(organization)}/${encodeURIComponent(id)}/`;
}

/**
 * How a project or a team is named and found: the id in the state has the vendor's number, an import may have the slug in
 * its place.
 */
export function memberRules(collection: "projects" | "teams", noun: "project" | "team") {
  return {
    noun,
    id: {
      text: ({ organization, id }: MemberKey) => `${organization}.${id}`,
      async parse(text: string, { api, limits }: ManagedCall<ManagedApi>): Promise<MemberKey | undefined> {
        const key = parseId<keyof MemberKey>(text, {
          pattern: /^(?<organization>[a-z0-9_-]+)\.(?<id>[a-z0-9_-]+)$/,
          noun,
          example: `<organization>.<slug of the ${noun}>`,
        });
        if (/^\d+$/.test(key.id)) return key;
        const response = await api.send({ method: "GET", path: memberPath(collection, key), ...requestOf(limits) });
        if (response.status === 404) return undefined;
        const id = asNonEmptyString(api.bodyOf(response)["id"]);
        return id === undefined ? undefined : { organization: key.organization, id };
      },
    },
    find: {
      by: "list",
      list: ({ organization }: { readonly organization: string }, { api, limits }: ManagedCall<ManagedApi>) =>
        listSentry(api, collectionPath(organization, collection), requestOf(limits)),
      keyIn(object: JsonObject, { organization }: { readonly organization: string }): MemberKey | undefined {
        const id = asNonEmptyString(object["id"]);
        return id === undefined ? undefined : { organization, id };
      },
      nameOf: ({ slug }: { readonly slug: string }) => slug,
      nameIn: ({ slug }: JsonObject) => asString(slug),
      createdIn: ({ dateCreated }: JsonObject) => asString(dateCreated),
    },
    read: (key: MemberKey): ManagedRequest => ({ method: "GET", path: memberPath(collection, key) }),
    objectIn: (object: JsonObject): JsonObject | "invalid" =>
      asNonEmptyString(object["id"]) === undefined ? "invalid" : object,
    remove: (key: MemberKey): ManagedRequest => ({ method: "DELETE", path: memberPath(collection, key) }),
  } as const;
}
