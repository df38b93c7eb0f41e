import type { Command } from "commander";
import { PlantonError } from "../../../../contract/planton-error.js";
import { suggest } from "../../../../runner/system/suggest.js";
import {
  changeSettings,
  type ListedSettings,
  listSettings,
  resetSettings,
} from "../../../../sandbox/kit/client/adjust-sandbox.js";
import type { SettingValue } from "../../../../sandbox/kit/vendor/setting-table.js";
import type { Cli } from "../../cli.js";
import { formatOption, parseAssignments } from "./sandbox-options.js";
import { columnsText } from "./sandbox-text.js";

interface SetOptions {
  readonly defaults: boolean;
  readonly format: "text" | "json";
}

/** Adds `sandbox set`. */
export function addSetCommand(sandbox: Command, home: string, cli: Cli): void {
  sandbox
    .command("set")
    .description("set how a vendor's stand-in behaves, or list what can be set")
    .argument("[vendor]", "name of the vendor (default: all)")
    .argument("[assignments...]", "KEY=VALUE; KEY= puts one back to its default")
    .option("--defaults", "put all settings of the vendor back to their defaults first", false)
    .addOption(formatOption())
    .action(async (vendor: string | undefined, assignments: readonly string[], options: SetOptions) => {
      let listed = await listSettings(home);
      if (vendor !== undefined) {
        const known = listed[vendor] ?? unknown("vendor", vendor, Object.keys(listed));
        const values = Object.fromEntries(
          parseAssignments(assignments).map(([key, text]): readonly [string, SettingValue | null] => {
            if (known[key] === undefined) unknown("setting", key, Object.keys(known));
            return [key, text === "" ? null : text];
          }),
        );
        if (options.defaults) listed = await resetSettings(home, vendor);
        if (assignments.length > 0) listed = await changeSettings(home, { vendor, values });
      }
      const shown = vendor === undefined ? listed : { [vendor]: listed[vendor] ?? {} };
      if (options.format === "json") cli.out(JSON.stringify({ settings: shown }));
      else for (const line of settingsText(shown)) cli.out(line);
    });
}

function settingsText(listed: ListedSettings): readonly string[] {
  return Object.entries(listed).flatMap(([vendor, settings]) => {
    const rows = Object.entries(settings).map(([key, { value, preset, meaning }]) => [
      `  ${key}=${value}`,
      value === preset ? "" : `(default: ${preset})`,
      meaning,
    ]);
    return [rows.length === 0 ? `${vendor}: nothing to set` : `${vendor}:`, ...columnsText(rows)];
  });
}

/** Throws E_USAGE for a name that is not among the known ones. */
export function unknown(what: string, name: string, known: readonly string[]): never {
  const near = suggest(name, known);
  throw new PlantonError({
    code: "E_USAGE",
    message: `there is no ${what} "${name}"`,
    hint: near === undefined ? `use one of: ${known.join(", ")}` : `did you mean "${near}"?`,
  });
}
