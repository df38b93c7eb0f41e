import { resolve } from "node:path";
import { type Command, Option } from "commander";
import { PlantonError } from "../../../contract/planton-error.js";
import { openRecordedSession } from "../../../runner/session/recorded-session.js";
import type { SessionDependencies } from "../../../runner/session/stack-session.js";
import type { Cli } from "../cli.js";
import { writeEnvFile } from "../render/env-file.js";
import { envLine, envVariables } from "../render/env-text.js";
import { isTerminal, writeText } from "../render/write-text.js";
import { addSelectionOptions, type SelectionFlags, selectionOf } from "./selection.js";

interface OutputFlags extends SelectionFlags {
  readonly showSecrets?: boolean;
  readonly json?: boolean;
  readonly format?: "text" | "json" | "env";
  readonly prefix?: string;
  readonly as?: string;
  readonly to?: string;
}

/** Adds `planton pulumi output [NAME...]`: the stack's outputs; secrets as [secret] unless --show-secrets. */
export function addOutputCommand(pulumi: Command, cli: Cli, parts: SessionDependencies): void {
  addSelectionOptions(pulumi.command("output").description("print outputs of the stack"))
    .option("--show-secrets", "print secret values as well")
    .option("--json", "print JSON; the same as --format json")
    .addOption(new Option("--format <form>", "text, json, or env for an .env file").choices(["text", "json", "env"]))
    .option("--prefix <text>", "begin every name of --format env with it: MYSQL_")
    .option("--as <name>", "name of the one output in --format env: DATABASE_URL")
    .option("--to <file>", "write --format env into the file, for your eyes only (0600); what else is in it stays")
    .argument("[names...]", "outputs; one, or with --format env any number")
    .action(async (names: readonly string[], flags: OutputFlags) => {
      const isEnv = wantsEnv(names, flags);
      const session = await openRecordedSession(selectionOf(flags), parts);
      if (isEnv) return writeEnv({ session, names, flags, cli });
      const args = ["stack", "output", ...names, "--stack", session.stack];
      if (flags.showSecrets) args.push("--show-secrets");
      if (flags.json || flags.format === "json") args.push("--json");
      const end = await session.pulumi.passThrough(args, {
        writeStderr: (text) => writeText("stderr", text),
        exactStdout: names.length > 0,
        writeStdout: flags.showSecrets || isTerminal("stdout") ? undefined : (text) => writeText("stdout", text),
      });
      cli.exit(end.code);
    });
}

/** True for an .env file, which the flags about one ask for as well. Throws E_USAGE for flags that exclude each other. */
function wantsEnv(names: readonly string[], { format, json, prefix, as, to }: OutputFlags): boolean {
  const [only] = Object.entries({ prefix, as, to }).flatMap(([flag, value]) => (value === undefined ? [] : [flag]));
  const isEnv = format === "env" || (format === undefined && json !== true && only !== undefined);
  const wrong = (message: string, hint: string) => new PlantonError({ code: "E_USAGE", message, hint });
  if (isEnv && json === true) throw wrong("--json and --format env are given", "keep one of the two");
  if (!isEnv && only !== undefined)
    throw wrong(`--${only} is for --format env`, `add --format env, or remove --${only}`);
  if (!isEnv && names.length > 1) {
    throw wrong(
      `several outputs are named: ${names.map((name) => `"${name}"`).join(", ")}`,
      "name one, or none for all; --format env takes several",
    );
  }
  if (as !== undefined && (names.length !== 1 || prefix !== undefined)) {
    throw wrong("--as is the name of one output", "name that output before it; several can have a --prefix");
  }
  for (const [flag, value] of Object.entries({ prefix, as })) {
    if (value === undefined || /^[A-Za-z_][A-Za-z0-9_]*$/.test(value)) continue;
    throw wrong(`--${flag} "${value}" is no name of a variable`, "use letters, digits and underscores, a letter first");
  }
  return isEnv;
}

interface EnvRequest {
  readonly session: Awaited<ReturnType<typeof openRecordedSession>>;
  readonly names: readonly string[];
  readonly flags: OutputFlags;
  readonly cli: Cli;
}

async function writeEnv({ session, names, flags, cli }: EnvRequest): Promise<void> {
  const { showSecrets = false, to, prefix, as } = flags;
  const args = ["stack", "output", "--json", "--stack", session.stack, ...(showSecrets ? ["--show-secrets"] : [])];
  const end = await session.pulumi.capture(args);
  if (end.code !== 0) {
    throw new PlantonError({ code: "E_PULUMI", message: `cannot read the outputs: ${end.stderr.trim()}` });
  }
  // With --json pulumi prints one object.
  const all = JSON.parse(end.stdout) as Record<string, unknown>;
  const unknown = names.find((name) => !(name in all));
  if (unknown !== undefined) {
    throw new PlantonError({
      code: "E_USAGE",
      message: `the stack "${session.stack}" has no output "${unknown}"`,
      hint: `its outputs are ${Object.keys(all).join(", ")}`,
    });
  }
  const wanted = names.length === 0 ? Object.keys(all) : [...new Set(names)];
  const hidden = wanted.filter((name) => !showSecrets && all[name] === "[secret]");
  if (hidden.length > 0 && names.length > 0) {
    throw new PlantonError({
      code: "E_USAGE",
      message: `${hidden.join(", ")}: named, and secret`,
      hint: `add --show-secrets${to === undefined ? "; --to FILE writes it into a file that you alone may read" : ""}`,
    });
  }
  const shown = wanted.filter((name) => !hidden.includes(name));
  const variables = envVariables(Object.fromEntries(shown.map((name) => [name, all[name]])), { prefix, as });
  if (hidden.length > 0) cli.err(`left out, as they are secrets: ${hidden.join(", ")}; --show-secrets prints them`);
  if (variables.size === 0) return;
  if (to === undefined) {
    cli.out([...variables].map(([name, value]) => envLine(name, value)).join("\n"), "exact");
    return;
  }
  const path = resolve(cli.cwd, to);
  writeEnvFile(path, variables);
  cli.err(`written to "${path}": ${[...variables.keys()].join(", ")}`);
}
