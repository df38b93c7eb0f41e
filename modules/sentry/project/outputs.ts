import { all, type Output } from "@pulumi/pulumi";
import type { SentryProjectStackOutputs } from "../../../apis/gen/es/planton/sentry/v1/sentry_project_pb.js";
import type { OutputsOf } from "../../../contract/module.js";
import type { ProjectLocals } from "./locals.js";
import type { ProjectResources } from "./resources.js";

/** One property of each by name; what there is not is left out. */
function byName(values: Readonly<Record<string, Output<string | undefined>>>): Output<Record<string, string>> {
  return all(values).apply((known) =>
    Object.fromEntries(Object.entries(known).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
  );
}

/** The stack outputs of a project. */
export function outputs(
  { project, team, keys }: ProjectResources,
  { teams }: ProjectLocals,
): OutputsOf<SentryProjectStackOutputs> {
  const [first] = Object.values(keys);
  const each = <Value>(property: (key: (typeof keys)[string]) => Value): Record<string, Value> =>
    Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, property(key)]));
  return {
    projectId: project.projectId,
    projectSlug: project.slug,
    organization: project.organization,
    teamSlug: team?.slug ?? teams[0],
    dsn: first?.dsn,
    cspEndpoint: first?.cspEndpoint,
    publicKey: first?.publicKey,
    dsns: byName(each(({ dsn }) => dsn)),
    secretDsns: byName(each(({ secretDsn }) => secretDsn)),
  };
}
