import type { Catalog } from "../../../contract/catalog.js";
import { PlantonError, type Problem } from "../../../contract/planton-error.js";
import type { Target } from "../../project/target-name.js";
import { groupBy } from "../../system/group-by.js";
import {
  type LoadWorkspaceInput,
  loadWorkspace,
  problemsInOrder,
  type WorkspaceReading,
} from "../load/load-workspace.js";
import { type Edge, type Unit, type UnitGraph, unitId } from "../unit.js";
import { cycleProblems } from "./cycle-problems.js";
import { findLinks, type Link, type LinkedPair } from "./find-links.js";
import { missingTargets } from "./missing-targets.js";
import { vendorConflicts } from "./vendor-conflicts.js";

/** What {@link buildGraph} connects. */
interface BuildGraphInput {
  /** With ids that differ; two manifests with one identity are a fault that loading reports. */
  readonly units: readonly Unit[];
  readonly catalog: Catalog;
  /** What a resource is called at the vendor when its manifest does not say it, as `resourceNames` of the workspace. */
  readonly resourceNames: string;
  /** True when the units are all that the workspace holds; false: a target that is not among them is no fault. */
  readonly isWhole: boolean;
  /** The one environment that was loaded: targets in others are not searched. Undefined: all were. */
  readonly env?: string | undefined;
  /** Units of environments that were not asked for: they own what they own at the vendor. */
  readonly others?: readonly Unit[];
  /** Manifests that are there and have faults of their own: one that refers to them is right. Without env: in any. */
  readonly unread?: readonly Target[];
}

/** What {@link buildGraph} gives back. */
interface BuiltGraph {
  /** Undefined when there is a problem, or when two units have one id. */
  readonly graph: UnitGraph | undefined;
  /** Errors, each once, by file and position. */
  readonly problems: readonly Problem[];
}

/**
 * Connects units by their references and their relationships of type depends_on. References that name a project or a stack
 * point outside of the workspace and connect nothing. All faults are found at once: E_REFERENCE_NOT_FOUND,
 * E_REFERENCE_FORM, E_REFERENCE_CYCLE, E_KIND_UNKNOWN, and E_WORKSPACE for two units that would own one
 * resource at the vendor. Takes time and memory that are linear in units and references.
 */
export function buildGraph(input: BuildGraphInput): BuiltGraph {
  const { units, catalog } = input;
  const byId = new Map(units.map((unit) => [unit.id, unit]));
  const ids = [...byId.keys()].sort();
  const found: Problem[] = [];
  const missing: Link[] = [];
  const pairs = new Map<string, LinkedPair>();
  for (const unit of units) {
    const { links, problems } = findLinks(unit, catalog);
    found.push(...problems);
    for (const link of links) {
      if (byId.has(unitId(link.target))) addLink(pairs, link);
      else if (isExpected(input, link.target)) missing.push(link);
    }
  }
  // A space comes before every character of an id, so that these are sorted by `from`, then by `to`.
  const sortedPairs = [...pairs].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, pair]) => pair);
  const levels = levelsOf(ids, sortedPairs);
  const inCycles = ids.filter((id) => !levels.has(id));
  found.push(
    ...missingTargets(missing, units),
    ...vendorConflicts(units, { resourceNames: input.resourceNames, others: input.others ?? [] }),
    ...(inCycles.length === 0 ? [] : cycleProblems(byId, inCycles, sortedPairs)),
  );
  // A manifest that is for several environments has its faults in each of them.
  const problems = problemsInOrder(found);
  if (problems.length > 0 || byId.size < units.length) return { graph: undefined, problems };
  const graph = { units: sortedByLevel(byId, ids, levels), edges: sortedPairs.map(edgeOf) };
  return { graph, problems };
}

/** A workspace with its graph. */
export interface GraphReading extends WorkspaceReading {
  /** Undefined when there is an error among the problems. */
  readonly graph: UnitGraph | undefined;
}

/** Loads manifests and connects them; all problems of both come at once. Throws what {@link loadWorkspace} throws. */
export function loadGraph(input: LoadWorkspaceInput): GraphReading {
  const { catalog, env } = input;
  const reading = loadWorkspace(input);
  const { workspace, units, unread } = reading;
  const built = buildGraph({
    units,
    catalog,
    resourceNames: workspace.resourceNames,
    others: unitsElsewhere(input, reading),
    isWhole: reading.isWhole && unread !== undefined,
    env: workspace.environments.size === 0 ? undefined : env,
    unread: unread ?? [],
  });
  const problems = problemsInOrder([...reading.problems, ...built.problems]);
  const isRight = !problems.some(({ severity }) => severity === "error");
  return { ...reading, problems, graph: isRight ? built.graph : undefined };
}

/** The manifests in the environments that were not asked for; those with faults there are none. */
function unitsElsewhere(input: LoadWorkspaceInput, { workspace }: WorkspaceReading): readonly Unit[] {
  if (input.env === undefined || workspace.environments.size < 2) return [];
  const { units } = loadWorkspace({ ...input, env: undefined, needsEnvironment: false });
  return units.filter(({ target }) => target.env !== input.env);
}

/** The graph of a reading without errors. Throws the first error's code with all problems. */
export function requireGraph({ graph, problems }: GraphReading): UnitGraph {
  if (graph !== undefined) return graph;
  const errors = problems.filter(({ severity }) => severity === "error");
  const [first] = errors;
  if (first === undefined)
    throw new PlantonError({ code: "E_INTERNAL", message: "a graph was refused without a reason" });
  const { code, hint } = first;
  const message = errors.length === 1 ? first.message : `${errors.length} problems in the manifests`;
  throw new PlantonError({ code, message, problems, ...(hint === undefined ? {} : { hint }) });
}

/** The units by level: those that depend on nothing, those that depend on these alone, and so on; each by id. */
export function unitLevels({ units, edges }: UnitGraph): readonly (readonly Unit[])[] {
  const ids = units.map(({ id }) => id);
  const levels = levelsOf(ids, edges);
  return [...groupBy(units, ({ id }) => levels.get(id)).values()];
}

/** The level of each id, from 0: one more than the highest of those it depends on. Ids in cycles and above have none. */
function levelsOf(ids: readonly string[], edges: readonly Pick<Edge, "from" | "to">[]): ReadonlyMap<string, number> {
  const waitsFor = new Map(ids.map((id) => [id, 0]));
  for (const { from } of edges) waitsFor.set(from, (waitsFor.get(from) ?? 0) + 1);
  const edgesTo = groupBy(edges, ({ to }) => to);
  const levels = new Map<string, number>();
  let ready = ids.filter((id) => waitsFor.get(id) === 0);
  for (let level = 0; ready.length > 0; level += 1) {
    const next: string[] = [];
    for (const id of ready) {
      levels.set(id, level);
      for (const { from } of edgesTo.get(id) ?? []) {
        const count = (waitsFor.get(from) ?? 0) - 1;
        waitsFor.set(from, count);
        if (count === 0) next.push(from);
      }
    }
    ready = next;
  }
  return levels;
}

function sortedByLevel(
  byId: ReadonlyMap<string, Unit>,
  ids: readonly string[],
  levels: ReadonlyMap<string, number>,
): Unit[] {
  // Sorting is stable, and the ids are sorted.
  const sorted = [...ids].sort((a, b) => (levels.get(a) ?? 0) - (levels.get(b) ?? 0));
  return sorted.flatMap((id) => byId.get(id) ?? []);
}

function addLink(pairs: Map<string, LinkedPair>, link: Link): void {
  const from = link.unit.id;
  const to = unitId(link.target);
  const key = `${from} ${to}`;
  const known = pairs.get(key);
  if (known === undefined) pairs.set(key, { from, to, links: [link] });
  else known.links.push(link);
}

function edgeOf({ from, to, links }: LinkedPair): Edge {
  const outputs = links.map(({ output }) => output).filter((output) => output !== undefined);
  return { from, to, outputs: [...new Set(outputs)].sort() };
}

/** True when a target that is not among the units is a fault. */
function isExpected({ isWhole, env, unread = [] }: BuildGraphInput, target: Target): boolean {
  if (!isWhole || (env !== undefined && target.env !== env)) return false;
  return !unread.some(
    ({ kind, name, env: own }) => kind === target.kind && name === target.name && (own ?? target.env) === target.env,
  );
}
