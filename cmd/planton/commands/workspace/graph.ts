import { type Command, Option } from "commander";
import type { Catalog } from "../../../../contract/catalog.js";
import { selectUnits } from "../../../../runner/workspace/graph/select-units.js";
import type { UnitGraph } from "../../../../runner/workspace/unit.js";
import type { Cli } from "../../cli.js";
import { dotLines, mermaidLines } from "../../render/graph-diagram.js";
import { graphJson, graphLines } from "../../render/graph-text.js";
import { addWorkspaceOptions, readGraph, unitSelectionOf, type WorkspaceFlags } from "./workspace-options.js";

const formats = ["text", "json", "dot", "mermaid"] as const;

interface GraphFlags extends WorkspaceFlags {
  readonly format: (typeof formats)[number];
}

/**
 * Adds `planton graph`: manifests in the order in which they are applied, with what they take from each other; as JSON see
 * {@link graphJson}. Faults of manifests and of the graph are errors, all of them at once.
 */
export function addGraphCommand(program: Command, cli: Cli, { catalog }: { readonly catalog: Catalog }): void {
  addWorkspaceOptions(program.command("graph"))
    .description("show how manifests depend on each other; changes nothing and needs no network")
    .addOption(new Option("--format <format>", "how the graph is shown").choices(formats).default("text"))
    .action(async (flags: GraphFlags) => {
      const { workspace, graph } = await readGraph({ flags, cli, catalog, needsEnvironment: false });
      const selected = selectUnits({ graph, selection: unitSelectionOf(flags) });
      for (const line of lines(workspace.name, graphOf(graph, selected), flags.format)) cli.out(line);
    });
}

/** The selected units, with the edges between them. */
function graphOf({ units, edges }: UnitGraph, selected: ReadonlySet<string>): UnitGraph {
  return {
    units: units.filter(({ id }) => selected.has(id)),
    edges: edges.filter(({ from, to }) => selected.has(from) && selected.has(to)),
  };
}

function lines(workspace: string, graph: UnitGraph, format: GraphFlags["format"]): readonly string[] {
  switch (format) {
    case "json":
      return [JSON.stringify(graphJson(workspace, graph), undefined, 2)];
    case "dot":
      return dotLines(workspace, graph);
    case "mermaid":
      return mermaidLines(graph);
    default:
      return graphLines(graph);
  }
}
