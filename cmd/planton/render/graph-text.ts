import { unitLevels } from "../../../runner/workspace/graph/unit-graph.js";
import { edgesFrom, type Unit, type UnitGraph, unitName } from "../../../runner/workspace/unit.js";
import { wrapText } from "./fit-text.js";

/** Most characters of a line, where words allow it. */
const width = 80;

/**
 * A graph for people: by environment, then by level, each unit with an arrow from each that it depends on and what it takes
 * of it. A level is applied after those before it.
 */
export function graphLines(graph: UnitGraph): string[] {
  const names = new Map(graph.units.map((unit) => [unit.id, unit]));
  const envs = [...new Set(graph.units.map(({ target }) => target.env))].sort();
  const levels = unitLevels(graph);
  return envs.flatMap((env, index) => {
    const title = env === undefined ? [] : [`environment ${env}`];
    const inEnv = levels.map((units) => units.filter(({ target }) => target.env === env));
    const body = inEnv.flatMap((units, level) =>
      units.length === 0 ? [] : [`level ${level + 1}`, ...units.flatMap((unit) => unitLines(unit, graph, names))],
    );
    return [...(index === 0 ? [] : [""]), ...title, ...body];
  });
}

function unitLines(unit: Unit, graph: UnitGraph, units: ReadonlyMap<string, Unit>): readonly string[] {
  const arrows = edgesFrom(graph, unit.id).flatMap(({ to, outputs }) => {
    const other = units.get(to);
    const env = other?.target.env === unit.target.env ? "" : ` in ${other?.target.env ?? "no environment"}`;
    const name = `    <- ${other === undefined ? to : unitName(other)}${env}`;
    return outputs.length === 0 ? [name] : wrapText(`${name}: ${outputs.join(", ")}`, 9, width);
  });
  return [`  ${unitName(unit)}`, ...arrows];
}

/**
 * A graph for programs: `{version: 1, workspace, units: [{id, kind, name, env, file, document, level}], edges: [{from, to,
 * outputs}]}`. Units are in an order in which they can be applied, levels count from 1, `env` is null for none, documents
 * of a file count from 0; edges go from the one that depends to what it depends on.
 */
export function graphJson(workspace: string, graph: UnitGraph) {
  const levels = new Map(unitLevels(graph).flatMap((units, index) => units.map(({ id }) => [id, index + 1] as const)));
  return {
    version: 1,
    workspace,
    units: graph.units.map(({ id, target, reading, documentIndex }) => {
      const { kind, name, env = null } = target;
      return { id, kind, name, env, file: reading.file, document: documentIndex, level: levels.get(id) ?? 1 };
    }),
    edges: graph.edges.map(({ from, to, outputs }) => ({ from, to, outputs })),
  };
}
