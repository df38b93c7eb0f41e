import type { Command } from "commander";
import { systemClock } from "../../../contract/clock.js";
import { tracedClock } from "../../../contract/trace.js";
import { tracedTransport } from "../../../http/traced-transport.js";
import { nodeTransport } from "../../../http/transport.js";
import { vendors } from "../../../modules/gen/vendors.js";
import { type OperationDependencies, performOperation } from "../../../runner/operation/perform-operation.js";
import { makeRunFolder, sweepRunFolders } from "../../../runner/operation/run-folder.js";
import type { OperationName } from "../../../runner/operation/run-operation.js";
import { pulumiProcess } from "../../../runner/pulumi/spawn-pulumi.js";
import { tracedPulumi } from "../../../runner/pulumi/traced-pulumi.js";
import { openSecretResolver } from "../../../runner/secrets/resolve-secret.js";
import type { SessionDependencies } from "../../../runner/session/stack-session.js";
import { checkedInputs } from "../../catalog/checked-inputs.js";
import { debugDirVariable, debugVariable, traceFileName } from "../../launch/process-trace.js";
import type { Cli, StackCli } from "../cli.js";
import { installForVendor } from "../engine-installer.js";
import { askYes, typeToConfirm } from "../render/ask.js";
import { writeWarnings } from "../render/write.js";
import { isTerminal, writeText } from "../render/write-text.js";
import { pulumiArguments, refuseStrayWords, requireStackInput, wordsOf } from "./check-arguments.js";
import { addOutputCommand } from "./pulumi-output.js";
import { addCancelCommand, addRecoverCommand } from "./pulumi-stack.js";
import {
  addAdoptOption,
  addSelectionOptions,
  type SelectionFlags,
  selectionArguments,
  selectionOf,
} from "./selection.js";

interface OperationFlags extends SelectionFlags {
  readonly yes?: boolean;
  readonly allowDataLoss?: boolean;
}

const descriptions: Readonly<Record<OperationName, string>> = {
  up: "preview, ask, and bring the resources to what the stack input says",
  preview: "show what up would do",
  refresh: "bring the state to what the vendor has",
  destroy: "preview, ask, and delete the resources",
};

/** Adds `planton pulumi up|preview|refresh|destroy|output|cancel|recover`. */
export function addPulumiCommand(program: Command, cli: StackCli): void {
  const pulumi = program.command("pulumi").description("run a stack input on the Pulumi engine").exitOverride();
  pulumi.hook("preAction", (_, command) => {
    refuseStrayWords(command, wordsOf(program));
    if (["up", "preview"].includes(command.name())) requireStackInput(command, cli);
    sweep(cli);
  });
  for (const name of ["up", "preview", "refresh", "destroy"] as const) addOperation(pulumi, name, cli);
  const parts = sessionParts(cli);
  addOutputCommand(pulumi, cli, parts);
  addCancelCommand(pulumi, cli, parts);
  addRecoverCommand(pulumi, cli, operationDependencies(cli));
  for (const command of pulumi.commands) command.exitOverride().allowExcessArguments();
}

/** What sessions of this process are opened with. */
export function sessionParts(cli: StackCli): SessionDependencies {
  const secretWarnings: string[] = [];
  const warn = (text: string): void => {
    secretWarnings.push(text);
    cli.err(`warning: ${text}`);
  };
  const { trace } = cli;
  return {
    catalog: cli.catalog,
    checked: checkedInputs(cli.env),
    trace,
    vendors,
    env: cli.env,
    cwd: cli.cwd,
    readStdin: cli.readStdin,
    fetch: tracedTransport(nodeTransport, trace),
    resolve: openSecretResolver({ env: cli.env, baseDir: cli.cwd, providers: cli.catalog.providers, warn, trace }),
    secretWarnings,
    openPulumi: tracedPulumi(pulumiProcess, {
      trace,
      makeFolder: () => makeRunFolder(cli.env),
      environment: (folder) => ({ [debugVariable]: undefined, [debugDirVariable]: folder }),
      fileName: traceFileName,
    }),
    now: Date.now,
    installEngine: (vendor) =>
      trace.stage("engine", { plugin: vendor?.plugins.map(({ name }) => name).join(",") }, async (note) => {
        const engine = await installForVendor(cli, vendor);
        note({ version: engine.version, path: engine.path });
        return engine;
      }),
  };
}

function addOperation(pulumi: Command, name: OperationName, cli: StackCli): void {
  const command = addAdoptOption(addSelectionOptions(pulumi.command(name).description(descriptions[name])));
  if (name === "up" || name === "preview") {
    command.option("--new-stack", "make a second stack although the file has one, or make it in another backend");
  }
  if (name !== "preview") command.option("--yes", "do not ask; for CI");
  if (name === "up" || name === "destroy") {
    command.option("--allow-data-loss", "let resources that hold data be replaced or deleted");
  }
  command
    .argument(`[${pulumiArguments}...]`, "arguments for pulumi, after --")
    .action((extra: string[], flags: OperationFlags) => operate({ name, extra, flags, cli }));
}

/** What killed runs have left of the stack inputs that came by standard input. */
function sweep(cli: Cli): void {
  for (const folder of sweepRunFolders(cli.env, Date.now())) {
    cli.err(`warning: "${folder}" of a run that was killed cannot be removed; it may hold credentials`);
  }
}

interface Operation {
  readonly name: OperationName;
  readonly extra: readonly string[];
  readonly flags: OperationFlags;
  readonly cli: StackCli;
}

async function operate({ name, extra, flags, cli }: Operation): Promise<void> {
  const request = {
    name,
    extra,
    selection: selectionOf(flags),
    arguments: selectionArguments(flags),
    yes: flags.yes ?? false,
    allowDataLoss: flags.allowDataLoss ?? false,
    debugDir: cli.env[debugDirVariable] || undefined,
  };
  cli.exit(await performOperation(request, operationDependencies(cli)));
}

/** What operations and recoveries of this process work with. */
function operationDependencies(cli: StackCli): OperationDependencies {
  return {
    parts: sessionParts(cli),
    console: {
      interactive: cli.interactive,
      report: cli.err,
      showWarnings: (warnings) => writeWarnings(warnings, cli),
      askYes,
      typeToConfirm: (name) => typeToConfirm(name, cli),
      writeStderr: (text) => writeText("stderr", text),
      writeStdout: isTerminal("stdout") ? undefined : (text) => writeText("stdout", text),
    },
    now: Date.now,
    sleep: tracedClock(systemClock, cli.trace).sleep,
  };
}
