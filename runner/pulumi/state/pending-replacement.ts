import { type JsonObject, listOf, objectOf } from "../../../http/json.js";

/**
 * The exported deployment without the resources of these URNs that were deleted to be replaced, and without what only made
 * sense with them: what has `deletedWith` one of them, and what depends on them, as a state may not name what it lacks.
 */
export function withoutDeleted(deployment: string, urns: ReadonlySet<string>): string {
  return withResources(deployment, (resources) => {
    const dropped = new Set(urns);
    for (let before = -1; before !== dropped.size; ) {
      before = dropped.size;
      for (const resource of resources) {
        if (namedBy(resource).some((urn) => dropped.has(urn))) dropped.add(String(resource["urn"]));
      }
    }
    return resources.filter((resource) => !dropped.has(String(resource["urn"])));
  });
}

/** The exported deployment with these resources in use again: they are at the vendor all the same. */
export function withoutPendingReplacement(deployment: string, urns: ReadonlySet<string>): string {
  return withResources(deployment, (resources) =>
    resources.map((resource) => {
      const { pendingReplacement, ...rest } = resource;
      return pendingReplacement === true && urns.has(String(resource["urn"])) ? rest : resource;
    }),
  );
}

function namedBy(resource: JsonObject): readonly string[] {
  const byProperty = Object.values(objectOf(resource["propertyDependencies"])).flatMap(listOf);
  return [resource["deletedWith"], resource["parent"], ...listOf(resource["dependencies"]), ...byProperty].filter(
    (urn) => typeof urn === "string",
  );
}

function withResources(text: string, change: (resources: readonly JsonObject[]) => readonly JsonObject[]): string {
  const exported = objectOf(JSON.parse(text));
  const deployment = objectOf(exported["deployment"]);
  const resources = change(listOf(deployment["resources"]).map(objectOf));
  return JSON.stringify({ ...exported, deployment: { ...deployment, resources } });
}
