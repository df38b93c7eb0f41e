import type { Command } from "commander";
import { PlantonError } from "../../../../contract/planton-error.js";
import { recoverOn } from "../../../../runner/operation/perform-operation.js";
import { neededRecovery } from "../../../../runner/recovery/needs-recovery.js";
import { type PreparedUnit, throwAll } from "../../../../runner/workspace/run/prepare-units.js";
import { openSessions, unitArguments } from "../../../../runner/workspace/run/workspace-run.js";
import { unitName } from "../../../../runner/workspace/unit.js";
import type { StackCli } from "../../cli.js";
import { askYes } from "../../render/ask.js";
import { openRun } from "./open-run.js";
import { addWorkspaceOptions, type WorkspaceFlags } from "./workspace-options.js";

interface RecoverFlags extends WorkspaceFlags {
  readonly yes?: boolean;
  readonly import?: readonly string[];
  readonly forget?: readonly string[];
}

/** Adds `planton recover -f DIR`: what `planton pulumi recover` does, for every selected stack that needs it. */
export function addRecoverCommand(program: Command, cli: StackCli): void {
  addWorkspaceOptions(program.command("recover"))
    .description("after a crash: remove dead locks, find what was being made, take it into the states")
    .option("--yes", "remove the lock of a run that is gone without asking")
    .option("--import <id...>", "vendor's ids of resources to take into the states")
    .option("--forget <id...>", "vendor's ids of resources that were found and belong to none of the stacks")
    .action((flags: RecoverFlags) => recoverStacks({ flags, cli }));
}

/**
 * Recovers every selected stack that needs it, one after the other; one that cannot be is no obstacle for the others.
 * Throws the first one's error with the problems of all, E_USAGE for an id that none of the stacks was making.
 */
export async function recoverStacks({
  flags,
  cli,
}: {
  readonly flags: RecoverFlags;
  readonly cli: StackCli;
}): Promise<void> {
  const { run, logs } = await openRun({ flags, cli, needsEnvironment: true, needsCredentials: true, all: false });
  const sessionOf = openSessions(run, { mustExist: true, recordAccount: false });
  const [imports, forget] = [new Set(flags.import ?? []), new Set(flags.forget ?? [])];
  const unused = new Set([...imports, ...forget]);
  const errors: unknown[] = [];
  let count = 0;
  const recover = async (unit: PreparedUnit): Promise<void> => {
    if ((await run.reader.read(unit.ref)).state === undefined) return;
    const session = await sessionOf(unit);
    if ((await neededRecovery(session)) === "none") return;
    const { console, ...rest } = run.operationFor(unit);
    const shown = {
      ...console,
      interactive: cli.interactive,
      report: (line: string) => cli.err(`${unitName(unit)}: ${line}`),
      askYes,
    };
    const request = { arguments: unitArguments(unit), yes: flags.yes ?? false, imports, forget, sharesIds: true };
    const used = await recoverOn(session, request, { ...rest, console: shown });
    for (const id of used) unused.delete(id);
    run.reader.forget(unit.ref);
    count += 1;
  };
  try {
    for (const unit of run.prepared) await recover(unit).catch((error: unknown) => errors.push(error));
  } finally {
    logs.close();
  }
  const stacks = `${count} stack${count === 1 ? "" : "s"}`;
  if (count > 0) cli.err(`${stacks} recovered; go on with planton up`);
  // What a stack that failed was making is not known.
  if (errors.length === 0 && unused.size > 0) errors.push(unusedIds(unused));
  throwAll(errors);
  if (count === 0) cli.err("no stack needs it");
}

function unusedIds(unused: ReadonlySet<string>): PlantonError {
  return new PlantonError({
    code: "E_USAGE",
    message: `no pending resource of these stacks has id ${[...unused].map((id) => `"${id}"`).join(", ")}`,
    hint: "check the id in the vendor's console; a resource that no run of these stacks created is adopted with metadata.import_id",
  });
}
