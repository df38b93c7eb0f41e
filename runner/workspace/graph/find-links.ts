import { Relationship_Type } from "../../../apis/gen/es/planton/shared/v1/metadata_pb.js";
import type { Catalog } from "../../../contract/catalog.js";
import type { Problem } from "../../../contract/planton-error.js";
import { makeTarget, type Target } from "../../project/target-name.js";
import { suggest } from "../../system/suggest.js";
import { placeIn, type Unit, unitId } from "../unit.js";

/** That one unit comes after another, as a manifest says it. */
export interface Link {
  readonly unit: Unit;
  readonly target: Target;
  /** Of the reference or the relationship as a whole, in the stack input. */
  readonly fieldPath: string;
  /** The output that is taken; undefined for a relationship. */
  readonly output: string | undefined;
}

/** All links from one unit to another. */
export interface LinkedPair {
  readonly from: string;
  readonly to: string;
  readonly links: Link[];
}

/**
 * What a manifest says it comes after: its references, but for those that name a project or a stack and so point outside of
 * the workspace, and its relationships of type depends_on. Problems: E_REFERENCE_FORM,
 * E_KIND_UNKNOWN.
 */
export function findLinks(unit: Unit, catalog: Catalog): { links: readonly Link[]; problems: readonly Problem[] } {
  const links: Link[] = [];
  const problems: Problem[] = [];
  for (const reference of unit.reading.references) {
    const { field, fieldPath, output, project, stack } = reference;
    if (field.source.case !== "valueFrom" || project !== undefined || stack !== undefined) continue;
    links.push({ unit, target: makeTarget(reference), fieldPath: `${fieldPath}.value_from`, output });
  }
  for (const [index, { type, ...other }] of unit.reading.metadata.relationships.entries()) {
    if ((type ?? Relationship_Type.depends_on) !== Relationship_Type.depends_on) continue;
    const fieldPath = `target.metadata.relationships[${index}]`;
    const target = makeTarget({ ...other, env: other.env ?? unit.target.env });
    const problem = relationshipProblem(unit, target, fieldPath, catalog);
    if (problem === undefined) links.push({ unit, target, fieldPath, output: undefined });
    else problems.push(problem);
  }
  return { links, problems };
}

function relationshipProblem(unit: Unit, target: Target, fieldPath: string, { kinds }: Catalog): Problem | undefined {
  if (unitId(target) === unit.id) {
    return {
      code: "E_REFERENCE_FORM",
      severity: "error",
      ...placeIn(unit, `${fieldPath}.name`),
      message: "the relationship points at its own manifest",
      hint: "name another manifest, or take the relationship out",
    };
  }
  const names = kinds.map(({ kind }) => kind);
  if (names.includes(target.kind)) return undefined;
  const meant = suggest(target.kind, names);
  return {
    code: "E_KIND_UNKNOWN",
    severity: "error",
    ...placeIn(unit, `${fieldPath}.kind`),
    message: `there is no kind "${target.kind}"`,
    hint: meant === undefined ? "see the list: planton kinds" : `did you mean "${meant}"?`,
  };
}
