import { type Command, Option } from "commander";
import type { Catalog } from "../../../contract/catalog.js";
import type { Cli } from "../cli.js";
import { tableLines } from "../render/table.js";

/** What the kinds command needs. */
interface KindsDependencies {
  readonly catalog: Catalog;
}

/**
 * Adds `planton kinds`: the catalog as a table, or as JSON
 * `{"kinds": [{kind, shortName, apiVersion, provider, dataProtected}]}`.
 */
export function addKindsCommand(program: Command, cli: Cli, { catalog }: KindsDependencies): void {
  program
    .command("kinds")
    .description("list the kinds of the catalog")
    .addOption(new Option("--format <format>", "how the list is shown").choices(["table", "json"]).default("table"))
    .action(({ format }: { readonly format: "table" | "json" }) => {
      const kinds = catalog.kinds.map(({ kind, shortName, apiVersion, provider, stateful }) => {
        return { kind, shortName, apiVersion, provider, dataProtected: stateful };
      });
      if (format === "json") {
        cli.out(JSON.stringify({ kinds }, undefined, 2));
        return;
      }
      const rows = kinds.map((entry) => [
        entry.kind,
        entry.shortName,
        entry.apiVersion,
        entry.provider,
        entry.dataProtected ? "yes" : "no",
      ]);
      for (const line of tableLines(["KIND", "SHORT NAME", "APIVERSION", "PROVIDER", "DATA PROTECTED"], rows))
        cli.out(line);
    });
}
