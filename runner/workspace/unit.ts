import { locationOf, type SourceLocation } from "../manifest/decode/source-map.js";
import type { StackInputReading } from "../manifest/read-stack-input.js";
import { makeTarget, type Target, targetText } from "../project/target-name.js";
import { groupBy } from "../system/group-by.js";

/** One manifest in one environment, as it is applied: one stack. */
export interface Unit {
  /** Unique in the workspace: `Kind/name` or `Kind/env/name`, see {@link targetText}. */
  readonly id: string;
  readonly target: Target;
  /** The effective manifest: checked, with its overlay, labels and environment. */
  readonly reading: StackInputReading;
  /** Folder of the Pulumi project, absolute: that of the manifest's file. */
  readonly projectDir: string;
  /** Path of the file relative to the project folder, with forward slashes; undefined for one that was read once. */
  readonly stackInput: string | undefined;
  /** The document's place among those of its file, from 0, empty ones not counted. */
  readonly documentIndex: number;
}

/** Why one unit comes after another. */
export interface Edge {
  /** Id of the unit that refers. */
  readonly from: string;
  /** Id of the unit that it refers to, and that is applied first. */
  readonly to: string;
  /** What is taken, by the names of outputs; empty when the edge is of `depends_on` alone. */
  readonly outputs: readonly string[];
}

/** Units with what lies between them; nothing is wrong with them, and no unit depends on itself. */
export interface UnitGraph {
  /** Sorted: every unit after all that it depends on, else by id. */
  readonly units: readonly Unit[];
  readonly edges: readonly Edge[];
}

const edgesByFrom = new WeakMap<UnitGraph, ReadonlyMap<string, readonly Edge[]>>();

/** The edges from one unit to those that it refers to, in the order of the graph. */
export function edgesFrom(graph: UnitGraph, id: string): readonly Edge[] {
  const edges = edgesByFrom.get(graph) ?? groupBy(graph.edges, ({ from }) => from);
  edgesByFrom.set(graph, edges);
  return edges.get(id) ?? [];
}

/** What a manifest is about, from its reading. */
export function unitTarget({ entry, metadata }: StackInputReading): Target {
  return makeTarget({ kind: entry.kind, name: metadata.name, env: metadata.env });
}

/** How people write a unit: `database-cluster` would be long, so its short kind and name: `db/orders`. */
export function unitName({ reading, target }: Pick<Unit, "reading" | "target">): string {
  return `${reading.entry.shortName}/${target.name}`;
}

/** The place of a field of a unit's manifest, with the file that says it. */
export function placeIn(
  { reading }: Pick<Unit, "reading">,
  fieldPath: string,
): SourceLocation & { readonly file: string } {
  return { file: reading.file, ...locationOf(reading.places, fieldPath) };
}

/** The id of a unit with that target. */
export function unitId(target: Target): string {
  return targetText(target);
}
