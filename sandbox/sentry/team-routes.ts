import { stringField } from "../kit/base/json-fields.js";
import { Refusal } from "../kit/base/refusal.js";
import { collection } from "../kit/vendor/collection.js";
import type { PlainRequest, PlainRoute } from "../kit/vendor/plain-collection.js";
import { apiPath, idOfMember, invalid, membersIn, newId, notFound, sentryForm, slugIn } from "./organization.js";

/** A team as the stand-in keeps it. */
export interface Team {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly dateCreated: string;
}

/** The teams of the organization. */
export const teams = collection<PlainRequest, Team>({
  path: `${apiPath}/teams/:org/:team`,
  keys: ["team", "teams"],
  form: sentryForm,
  items: (request) => membersIn<Team>(request, "teams"),
  id: ({ id }) => id,
  idIn: (request) => idOfMember(request, "teams", "team"),
  view: (team) => team,
  build(body, request, old) {
    const slug = slugIn(body, 50);
    const name = stringField(body, "name");
    if (name.length > 64) throw invalid({ name: "Ensure this field has no more than 64 characters." });
    const dateCreated = old?.dateCreated ?? new Date(request.nowMs).toISOString();
    return { id: old?.id ?? newId(request), slug, name: name || slug, dateCreated };
  },
  notFound,
  unique: {
    key: ({ slug }) => slug,
    taken: () => new Refusal(409, "A team with this slug already exists."),
  },
  changes: { PUT: "merge" },
  at: {
    list: ["GET", `${apiPath}/organizations/:org/teams/`],
    create: ["POST", `${apiPath}/organizations/:org/teams/`],
  },
});

/** Teams: list, create, get, change, delete (docs.sentry.io/api/teams, read 2026-11). */
export const teamRoutes: readonly PlainRoute[] = teams.routes;
