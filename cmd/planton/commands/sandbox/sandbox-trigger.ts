import type { Command } from "commander";
import { PlantonError } from "../../../../contract/planton-error.js";
import { type ListedAction, listActions, runAction } from "../../../../sandbox/kit/client/adjust-sandbox.js";
import type { Cli } from "../../cli.js";
import { parseAssignments } from "./sandbox-options.js";
import { unknown } from "./sandbox-set.js";
import { columnsText } from "./sandbox-text.js";

/** Adds `sandbox trigger`. */
export function addTriggerCommand(sandbox: Command, home: string, cli: Cli): void {
  sandbox
    .command("trigger")
    .description("do to a vendor's objects what happens outside its API, or list what can be done")
    .argument("[vendor]", "name of the vendor (default: all)")
    .argument("[action]", "what happens, such as move-cluster")
    .argument("[assignments...]", "FIELD=VALUE")
    .action(async (vendor: string | undefined, name: string | undefined, assignments: readonly string[]) => {
      const listed = await listActions(home);
      const known = vendor === undefined ? [] : (listed[vendor] ?? unknown("vendor", vendor, Object.keys(listed)));
      if (vendor === undefined || name === undefined) {
        const shown = vendor === undefined ? listed : { [vendor]: known };
        for (const line of Object.entries(shown).flatMap(actionsText)) cli.out(line);
        return;
      }
      const action = known.find((entry) => entry.name === name);
      if (action === undefined) {
        if (known.length === 0) throw noActions(vendor);
        const names = known.map((entry) => entry.name);
        return unknown("action", name, names);
      }
      cli.out(JSON.stringify(await runAction(home, { vendor, name, fields: fieldsOf(action, assignments) })));
    });
}

function noActions(vendor: string): PlantonError {
  return new PlantonError({
    code: "E_USAGE",
    message: `${vendor} has no actions`,
    hint: "see what can be done: planton sandbox trigger",
  });
}

function fieldsOf(action: ListedAction, assignments: readonly string[]): Readonly<Record<string, string>> {
  const given = Object.fromEntries(parseAssignments(assignments));
  for (const key of Object.keys(given))
    if (action.fields[key] === undefined) unknown("field", key, Object.keys(action.fields));
  const missing = Object.keys(action.fields).find(
    (key) => given[key] === undefined && action.fields[key]?.startsWith("default:") !== true,
  );
  if (missing === undefined) return given;
  throw new PlantonError({
    code: "E_USAGE",
    message: `"${action.name}" needs ${missing}: ${action.fields[missing]}`,
    hint: `pass ${missing}=VALUE`,
  });
}

function actionsText([vendor, actions]: readonly [string, readonly ListedAction[]]): readonly string[] {
  if (actions.length === 0) return [`${vendor}: nothing to do`];
  const rows = actions.map(({ name, meaning, fields }) => [
    `  ${name}`,
    Object.keys(fields)
      .map((key) => `${key}=`)
      .join(" "),
    meaning,
  ]);
  return [`${vendor}:`, ...columnsText(rows)];
}
