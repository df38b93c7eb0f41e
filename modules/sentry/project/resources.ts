import type { ModuleContext } from "../../../contract/module.js";
import { ClientKey, Project, Team } from "../../gen/resources/planton-sentry.js";
import type { ProjectLocals } from "./locals.js";

/** The resources of the kind. */
export interface ProjectResources {
  readonly project: Project;
  /** Undefined when the project belongs to one that is there already. */
  readonly team: Team | undefined;
  /** By name, in the order of the manifest. */
  readonly keys: Readonly<Record<string, ClientKey>>;
}

/** Makes the project, its team if it is to have one of its own, and its keys. */
export function resources(locals: ProjectLocals, context: ModuleContext): ProjectResources {
  const { newTeam, keys, teams, ...args } = locals;
  const { organization, owner } = locals;
  const team =
    newTeam && new Team(`${context.name}-team`, { organization, owner, ...newTeam }, context.companion("-team"));
  const allTeams = team === undefined ? teams : [team.slug, ...teams];
  const project = new Project(context.name, { ...args, teams: allTeams }, context.primary());
  const made = keys.map((key) => {
    const suffix = `-key-${key.name}`;
    const keyArgs = { organization, owner, project: project.projectId, ...key };
    return [key.name, new ClientKey(`${context.name}${suffix}`, keyArgs, context.companion(suffix))] as const;
  });
  return { project, team, keys: Object.fromEntries(made) };
}
