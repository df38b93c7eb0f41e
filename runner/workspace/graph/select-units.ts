import { PlantonError, type Problem } from "../../../contract/planton-error.js";
import { defaultStackName } from "../../project/stack-name.js";
import { groupBy } from "../../system/group-by.js";
import { suggest } from "../../system/suggest.js";
import { type Edge, edgesFrom, type Unit, type UnitGraph, unitName } from "../unit.js";
import { parseLabelSelector } from "./label-selector.js";

/** Which units a command is about, as its user says it. */
export interface UnitSelection {
  /** `--only`: any of these names, see {@link selectUnits}; empty: all. */
  readonly only: readonly string[];
  /** `--kind`: any of these kinds, by name or short name; empty: all. */
  readonly kinds: readonly string[];
  /** `-l`: all of these label selectors, see {@link parseLabelSelector}. */
  readonly labels: readonly string[];
  /** `--with-dependencies`: all that the selected depend on as well, whatever they are. */
  readonly withDependencies: boolean;
}

/** What {@link selectUnits} selects from. */
interface SelectUnitsInput {
  readonly graph: UnitGraph;
  readonly selection: UnitSelection;
  /** The stack that a unit is known to have. Default: the name that a new one gets. */
  readonly stackName?: (unit: Unit) => string;
}

/**
 * Ids of the selected units. A name is that of the manifest (`orders`), with its short kind or kind (`db/orders`,
 * `DigitalOceanDatabaseCluster/orders`), an id, or that of the stack (`stg.db.orders`); the first two mean all that are
 * called so. Names, kinds and labels narrow each other. Throws E_USAGE for names and kinds that no unit has and for
 * malformed selectors, all at once; that no unit has the labels is no error.
 */
export function selectUnits({ graph, selection, stackName = newStackName }: SelectUnitsInput): ReadonlySet<string> {
  const { units } = graph;
  const { only, kinds, labels, withDependencies } = selection;
  const byName = indexed(units, (unit) => [
    unit.target.name,
    unitName(unit),
    `${unit.target.kind}/${unit.target.name}`,
    unit.id,
    stackName(unit),
  ]);
  const byKind = indexed(units, ({ reading: { entry } }) => [entry.kind, entry.shortName]);
  const selectors = labels.map(parseLabelSelector);
  const problems = [
    ...only.filter((name) => !byName.has(name)).map((name) => unknownName(name, [...byName.keys()])),
    ...kinds.filter((kind) => !byKind.has(kind)).map((kind) => unknownKind(kind, [...byKind.keys()])),
    ...selectors.flatMap(({ problem }) => problem ?? []),
  ];
  const [first] = problems;
  if (first !== undefined) throw new PlantonError({ ...first, problems });
  const named = idsOf(only, byName);
  const ofKind = idsOf(kinds, byKind);
  const selected = units.filter(
    ({ id, reading: { metadata } }) =>
      (only.length === 0 || named.has(id)) &&
      (kinds.length === 0 || ofKind.has(id)) &&
      selectors.every(({ matches }) => matches(metadata.labels)),
  );
  const ids = new Set(selected.map(({ id }) => id));
  return withDependencies ? dependenciesOf(graph, ids) : ids;
}

/** The ids with those of all that they depend on, however far. */
export function dependenciesOf(graph: UnitGraph, ids: ReadonlySet<string>): ReadonlySet<string> {
  const all = new Set(ids);
  // A set gives what is added to it on the way as well.
  for (const id of all) for (const { to } of edgesFrom(graph, id)) all.add(to);
  return all;
}

/** The edges by which units outside of a selection depend on units inside, which must not be destroyed for them. */
export function dependentsOutside({ edges }: UnitGraph, selected: ReadonlySet<string>): readonly Edge[] {
  return edges.filter(({ from, to }) => selected.has(to) && !selected.has(from));
}

function newStackName({ target, reading }: Unit): string {
  return defaultStackName(target, reading.entry.shortName);
}

function idsOf(names: readonly string[], index: ReturnType<typeof indexed>): ReadonlySet<string> {
  return new Set(names.flatMap((name) => index.get(name) ?? []).map(({ id }) => id));
}

/** Units by each of their names. */
function indexed(units: readonly Unit[], namesOf: (unit: Unit) => readonly string[]) {
  const named = units.flatMap((unit) => namesOf(unit).map((name) => ({ name, id: unit.id })));
  return groupBy(named, ({ name }) => name);
}

/** The first is what an E_USAGE error is made of. */
type UsageProblem = Problem & { readonly code: "E_USAGE"; readonly hint: string };

function unknownName(name: string, names: readonly string[]): UsageProblem {
  // Of the forms of a name, the one that was used.
  const meant = suggest(
    name,
    names.filter((candidate) => candidate.split("/").length === name.split("/").length),
  );
  const list = "see the names: planton graph";
  return usage(`no manifest and no stack is called "${name}"`, meant === undefined ? list : `did you mean "${meant}"?`);
}

function unknownKind(kind: string, kinds: readonly string[]): UsageProblem {
  const meant = suggest(kind, kinds);
  const list = `the kinds are ${kinds.join(", ")}`;
  return usage(`no manifest is of the kind "${kind}"`, meant === undefined ? list : `did you mean "${meant}"?`);
}

function usage(message: string, hint: string): UsageProblem {
  return { code: "E_USAGE", severity: "error", message, hint };
}
