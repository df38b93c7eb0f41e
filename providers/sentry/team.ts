import { asString } from "../../http/json.js";
import type { ManagedApi } from "../kit/managed/managed-declaration.js";
import { defineManagedResource } from "../kit/managed/managed-resource.js";
import { ownerInput } from "../kit/schema/owner-input.js";
import { matching } from "../kit/schema/property-rules.js";
import { string } from "../kit/schema/property-types.js";
import { collectionPath, type MemberKey, memberPath, memberRules, organizationInput } from "./organization.js";

/** `planton-sentry.Team`. */
export const teamResource = defineManagedResource<ManagedApi, MemberKey>()({
  ...memberRules("teams", "team"),
  type: "planton-sentry:index/team:Team",
  description: "A team of an organization at Sentry.",
  inputs: {
    organization: organizationInput,
    slug: {
      type: string,
      required: true,
      description: "Slug, unique in the organization: 1 to 50 characters. Changed in place.",
      check: matching(
        /^(?!\d+$)[a-z0-9_-]{1,50}$/,
        "lower-case letters, digits, dashes and underscores, not digits alone",
      ),
    },
    name: {
      type: string,
      required: true,
      description: "Name for people: 1 to 64 characters. Changed in place.",
      check: matching(/^.{1,64}$/u, "1 to 64 characters"),
    },
    owner: ownerInput,
  },
  outputs: { teamId: { type: string, required: true, description: "Id of the team." } },
  stableOutputs: ["teamId"],
  local: ["owner"],
  toState: ({ slug, name }, { key, known }) => ({
    organization: key.organization,
    teamId: key.id,
    slug: asString(slug) ?? known.slug,
    name: asString(name) ?? known.name,
  }),
  create: ({ organization, slug, name }) => ({
    method: "POST",
    path: collectionPath(organization, "teams"),
    body: { slug, name },
  }),
  changes({ key, inputs: { slug, name }, actual }) {
    if (slug === actual.slug && name === actual.name) return [];
    return [{ method: "PUT", path: memberPath("teams", key), body: { slug, name }, sets: ["slug", "name"] }];
  },
});
