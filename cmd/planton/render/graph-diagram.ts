import { printable } from "../../../contract/text/printable.js";
import { type Unit, type UnitGraph, unitName } from "../../../runner/workspace/unit.js";

/**
 * A graph in Graphviz' language, arrows from what depends to what it depends on. Labels hold entities for all characters
 * that mean something to it (graphviz.org, "The DOT Language", general knowledge).
 */
export function dotLines(workspace: string, graph: UnitGraph): string[] {
  const ids = diagramIds(graph.units);
  const quoted = (text: string): string => `"${escaped(text, "&#")}"`;
  return [
    `digraph ${quoted(workspace)} {`,
    "  rankdir=LR;",
    "  node [shape=box];",
    ...graph.units.map((unit) => `  ${ids.get(unit.id)} [label=${quoted(label(unit))}];`),
    ...graph.edges.map(({ from, to, outputs }) => {
      const what = outputs.length === 0 ? "" : ` [label=${quoted(outputs.join(", "))}]`;
      return `  ${ids.get(from)} -> ${ids.get(to)}${what};`;
    }),
    "}",
  ];
}

/** A graph in Mermaid's language, one edge a line, arrows as above (mermaid.js.org, "Flowcharts", general knowledge). */
export function mermaidLines(graph: UnitGraph): string[] {
  const ids = diagramIds(graph.units);
  const quoted = (text: string): string => `"${escaped(text, "#")}"`;
  return [
    "flowchart LR",
    ...graph.units.map((unit) => `  ${ids.get(unit.id)}[${quoted(label(unit))}]`),
    ...graph.edges.map(({ from, to, outputs }) => {
      const what = outputs.length === 0 ? "" : `|${quoted(outputs.join(", "))}|`;
      return `  ${ids.get(from)} -->${what} ${ids.get(to)}`;
    }),
  ];
}

function label(unit: Unit): string {
  const { env } = unit.target;
  return env === undefined ? unitName(unit) : `${unitName(unit)} (${env})`;
}

/** An id of `[a-z0-9_]+` for each unit, made of its name: a change elsewhere in the workspace changes none. */
function diagramIds(units: readonly Unit[]): ReadonlyMap<string, string> {
  const taken = new Set<string>();
  const ids = new Map<string, string>();
  for (const unit of [...units].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const { env, name } = unit.target;
    const parts = [unit.reading.entry.shortName, ...(env === undefined ? [] : [env]), name];
    const own = parts
      .join("_")
      .toLowerCase()
      .replace(/[^a-z0-9]/g, "_");
    let id = own;
    for (let count = 2; taken.has(id); count += 1) id = `${own}_${count}`;
    taken.add(id);
    ids.set(unit.id, id);
  }
  return ids;
}

/** On one line, with numbers in the place of characters that are syntax: `&#34;` or `#34;` for a quote. */
function escaped(text: string, start: "&#" | "#"): string {
  return printable(text).replace(/["'<>&#`\\|[\]{}]/g, (character) => `${start}${character.charCodeAt(0)};`);
}
