import { asNumber, asObjects, asString, asStrings, type JsonObject, listOf } from "../../http/json.js";
import type { ManagedApi, ManagedChange } from "../kit/managed/managed-declaration.js";
import { defineManagedResource } from "../kit/managed/managed-resource.js";
import { ownerInput } from "../kit/schema/owner-input.js";
import type { PropertyDeclarations } from "../kit/schema/property-declaration.js";
import { between, each, matching, neverManaged, notEmpty } from "../kit/schema/property-rules.js";
import { boolean, integer, set, string } from "../kit/schema/property-types.js";
import { equalValues, type PropertyValue } from "../kit/schema/property-value.js";
import { type MemberKey, memberPath, memberRules, organizationInput } from "./organization.js";

const slugRule = matching(
  /^(?!\d+$)[a-z0-9_-]{1,100}$/,
  "1 to 100 lower-case letters, digits, dashes and underscores, not digits alone",
);

/** Slugs of the teams, in the order of the alphabet: Sentry gives them in any. */
const teamsOf = (project: JsonObject): readonly string[] =>
  asObjects(project["teams"])
    .flatMap(({ slug }) => asString(slug) ?? [])
    .sort();

/** Sentry writes "all sites" as a star. */
const sitesOf = (domains: readonly string[] | undefined): readonly string[] =>
  domains === undefined || domains.length === 0 ? ["*"] : domains;

/** Teams that are to be added come first, as a project may not be without one. */
function teamChanges(key: MemberKey, wanted: readonly string[], actual: readonly string[]): readonly ManagedChange[] {
  const change = (method: "POST" | "DELETE", team: string): ManagedChange => ({
    method,
    path: `${memberPath("projects", key)}teams/${encodeURIComponent(team)}/`,
    sets: ["teams"],
    step: `${method} ${team}`,
  });
  return [
    ...wanted.filter((team) => !actual.includes(team)).map((team) => change("POST", team)),
    ...actual.filter((team) => !wanted.includes(team)).map((team) => change("DELETE", team)),
  ];
}

/** Inputs of `planton-sentry.Project`. */
const projectInputs = {
  organization: organizationInput,
  teams: {
    type: set(string, String),
    required: true,
    description: "Slugs of the teams that it belongs to, at least one. Changed in place.",
    check: (value: PropertyValue) => notEmpty(value) ?? each(slugRule)(value),
  },
  slug: {
    type: string,
    required: true,
    description: "Slug, unique in the organization: 1 to 100 characters. Changed in place.",
    check: slugRule,
  },
  name: {
    type: string,
    required: true,
    description: "Name for people: 1 to 50 characters. Changed in place.",
    check: matching(/^.{1,50}$/u, "1 to 50 characters"),
  },
  platform: {
    type: string,
    computed: true,
    description: "Platform in Sentry's words. Changed in place. Default: the vendor's.",
    check: notEmpty,
  },
  defaultRules: {
    type: boolean,
    managed: neverManaged,
    description: "False makes no alert rule with the project. Only at the creation. Default: true.",
  },
  resolveAgeHours: {
    type: integer,
    generate: () => 0,
    description: "Hours after which an issue is resolved by itself: 0 to 720, 0 for never. Default: 0.",
    check: between(0, 720),
  },
  allowedDomains: {
    type: set(string, String),
    generate: () => ["*"],
    normalize: (value: PropertyValue) => (Array.isArray(value) && value.length === 0 ? ["*"] : value),
    description: "Sites whose browsers may send events. Changed in place. Default: all.",
    check: each(notEmpty),
  },
  owner: ownerInput,
} as const satisfies PropertyDeclarations;

/** `planton-sentry.Project`. */
export const projectResource = defineManagedResource<ManagedApi, MemberKey>()({
  ...memberRules("projects", "project"),
  type: "planton-sentry:index/project:Project",
  description: "A project of an organization at Sentry.",
  inputs: projectInputs,
  outputs: { projectId: { type: string, required: true, description: "Id of the project." } },
  stableOutputs: ["projectId"],
  local: ["defaultRules", "owner"],
  toState: (project, { key, known }) => ({
    organization: key.organization,
    projectId: key.id,
    // A response to a creation or in a list lacks some of them.
    teams: Array.isArray(project["teams"]) ? teamsOf(project) : known.teams,
    slug: asString(project["slug"]) ?? known.slug,
    name: asString(project["name"]) ?? known.name,
    platform: asString(project["platform"]) ?? known.platform,
    resolveAgeHours: asNumber(project["resolveAge"]) ?? known.resolveAgeHours,
    allowedDomains: "allowedDomains" in project ? asStrings(listOf(project["allowedDomains"])) : known.allowedDomains,
  }),
  create: ({ organization, teams, slug, name, platform, defaultRules = true }) => ({
    method: "POST",
    path: `/0/teams/${encodeURIComponent(organization)}/${encodeURIComponent(teams[0] ?? "")}/projects/`,
    body: { name, slug, platform, default_rules: defaultRules },
  }),
  changes({ key, inputs, actual }) {
    const { slug, name, platform, resolveAgeHours = 0 } = inputs;
    const domains = sitesOf(inputs.allowedDomains);
    const fields = {
      ...(slug === actual.slug ? {} : { slug }),
      ...(name === actual.name ? {} : { name }),
      ...(platform === undefined || platform === actual.platform ? {} : { platform }),
      ...(resolveAgeHours === actual.resolveAgeHours ? {} : { resolveAgeHours }),
      ...(equalValues([...domains].sort(), [...sitesOf(actual.allowedDomains)].sort())
        ? {}
        : { allowedDomains: domains }),
    };
    const { resolveAgeHours: resolveAge, ...others } = fields;
    const body = { ...others, ...(resolveAge === undefined ? {} : { resolveAge }) };
    const sets = Object.keys(fields);
    return [
      ...(sets.length === 0 ? [] : [{ method: "PUT", path: memberPath("projects", key), body, sets } as const]),
      ...teamChanges(key, inputs.teams, actual.teams ?? []),
    ];
  },
});
