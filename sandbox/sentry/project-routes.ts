import { numberField, stringField, stringList } from "../kit/base/json-fields.js";
import { Refusal } from "../kit/base/refusal.js";
import { collection } from "../kit/vendor/collection.js";
import { collectedItems, type PlainRequest, type PlainRoute } from "../kit/vendor/plain-collection.js";
import { addKey, type ClientKey } from "./key-routes.js";
import {
  apiPath,
  idOfMember,
  invalid,
  membersIn,
  newId,
  notFound,
  organization,
  sentryForm,
  slugIn,
} from "./organization.js";
import { type Team, teams } from "./team-routes.js";

/** A project as the stand-in keeps it. */
interface Project {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly platform: string | null;
  readonly dateCreated: string;
  readonly resolveAge: number;
  readonly allowedDomains: readonly string[];
  readonly teamIds: readonly string[];
}

/** Some of the words that Sentry knows, as far as tests and examples need them. */
const platforms =
  /^(other|android|bun|dotnet|elixir|flutter|go|java|javascript|kotlin|native|node|php|python|ruby|rust|unity)(-[a-z0-9-]+)?$/;

const teamsOf = ({ teamIds }: Project, request: PlainRequest): readonly Team[] =>
  teams.present(request).filter(({ id }) => teamIds.includes(id));

/** What lists and creations show; a single project shows more. */
function summary(project: Project, request: PlainRequest) {
  const { teamIds: _teams, resolveAge: _age, allowedDomains: _domains, ...shown } = project;
  return { ...shown, teams: teamsOf(project, request).map(({ id, slug, name }) => ({ id, slug, name })) };
}

const projects = collection<PlainRequest, Project>({
  path: `${apiPath}/projects/:org/:project`,
  keys: ["project", "projects"],
  form: sentryForm,
  items: (request) => membersIn<Project>(request, "projects"),
  id: ({ id }) => id,
  idIn: (request) => idOfMember(request, "projects", "project"),
  view(project, request, { operation }) {
    const { resolveAge, allowedDomains } = project;
    const shown = summary(project, request);
    return operation === "get" || operation === "change"
      ? { ...shown, resolveAge, allowedDomains, organization }
      : shown;
  },
  build(body, request, old) {
    const [name, slug, platform] = [stringField(body, "name"), slugIn(body, 100), stringField(body, "platform")];
    if (name === "") throw invalid({ name: "This field is required." });
    if (name.length > (old === undefined ? 50 : 200))
      throw invalid({ name: "Ensure this field has fewer characters." });
    if (platform !== "" && !platforms.test(platform)) throw invalid({ platform: "Invalid platform" });
    const resolveAge = numberField(body, "resolveAge") ?? 0;
    if (resolveAge < 0) throw invalid({ resolveAge: "Ensure this value is greater than or equal to 0." });
    const domains = stringList(body, "allowedDomains");
    return {
      ...{ id: old?.id ?? newId(request), slug, name, platform: platform || null, resolveAge },
      dateCreated: old?.dateCreated ?? new Date(request.nowMs).toISOString(),
      allowedDomains: domains.length === 0 ? ["*"] : domains,
      teamIds: old?.teamIds ?? [teams.item(request).id],
    };
  },
  notFound,
  unique: {
    key: ({ slug }) => slug,
    taken: (slug, { method }) =>
      method === "POST"
        ? new Refusal(409, "A project with this slug already exists.")
        : invalid({ slug: `Another project (${slug}) is already using that slug` }),
  },
  changes: { PUT: "merge" },
  respond: {
    create(project, request) {
      addKey(request, project.id, { name: "Default" });
      return { status: 201, body: summary(project, request) };
    },
  },
  beforeDelete({ id }, request) {
    const keys = collectedItems<ClientKey>(request, "keys");
    keys.splice(0, keys.length, ...keys.filter(({ projectId }) => projectId !== id));
  },
  at: {
    list: ["GET", `${apiPath}/organizations/:org/projects/`],
    create: ["POST", `${apiPath}/teams/:org/:team/projects/`],
  },
});

function changeTeams(change: (ids: readonly string[], id: string) => readonly string[], status: number) {
  return (request: PlainRequest) => {
    const project = projects.item(request);
    const { id } = teams.item(request);
    const stored = membersIn<Project>(request, "projects");
    const changed = { ...project, teamIds: change(project.teamIds, id) };
    stored[stored.indexOf(project)] = changed;
    return { status, body: summary(changed, request) };
  };
}

const teamPath = `${apiPath}/projects/:org/:project/teams/:team/`;

/** Projects and their teams (docs.sentry.io/api/projects, read 2026-11). */
export const projectRoutes: readonly PlainRoute[] = [
  ...projects.routes,
  { method: "POST", path: teamPath, handle: changeTeams((ids, id) => [...new Set([...ids, id])], 201) },
  { method: "DELETE", path: teamPath, handle: changeTeams((ids, id) => ids.filter((other) => other !== id), 200) },
];
