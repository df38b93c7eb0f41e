import { resolve } from "node:path";
import type { Command } from "commander";
import { PlantonError } from "../../../../contract/planton-error.js";
import { plantonHome } from "../../../../runner/system/planton-home.js";
import { sandboxFiles } from "../../../../sandbox/kit/base/sandbox-files.js";
import type { TlsInit } from "../../../../sandbox/kit/base/tls-listener.js";
import { passTime } from "../../../../sandbox/kit/client/adjust-sandbox.js";
import { followLog } from "../../../../sandbox/kit/client/follow-log.js";
import {
  readLog,
  resetSandbox,
  type StartResult,
  sandboxStatus,
  setPace,
  startSandbox,
  stopSandbox,
} from "../../../../sandbox/kit/client/sandbox-client.js";
import { sandboxEnvironment, sandboxUnsetVariables } from "../../../../sandbox/kit/client/sandbox-environment.js";
import type { Cli } from "../../cli.js";
import { addFaultCommand } from "./sandbox-fault.js";
import { formatOption, integer, paceOption, portOption } from "./sandbox-options.js";
import { addSetCommand } from "./sandbox-set.js";
import { logText, movedText, shellExport, statusJson, statusText } from "./sandbox-text.js";
import { addTriggerCommand } from "./sandbox-trigger.js";

/** What the sandbox command needs of its environment. */
interface SandboxCommandDeps {
  /** The entry file of the sandbox process. */
  readonly daemonPath: string;
  /** Folder of the Pulumi CLI, installed if need be; undefined: leave PATH alone. */
  readonly engineFolder: () => Promise<string | undefined>;
  /** Arguments of Node for the sandbox process, such as a loader; default none. */
  readonly nodeArgs?: readonly string[];
}

interface StartOptions {
  readonly port?: number;
  readonly pace?: "fast" | "real";
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tlsPort?: number;
}

/** Adds `sandbox` with its subcommands: start, stop, status, env, log, fault, set, act, pass, reset. */
export function addSandboxCommand(program: Command, cli: Cli, deps: SandboxCommandDeps): void {
  const home = plantonHome(cli.env);
  const sandbox = program
    .command("sandbox")
    .description("local stand-ins of the vendors' APIs, to try things without an account");
  const start = ({ port, pace, ...tls }: StartOptions = {}): Promise<StartResult> =>
    startSandbox({
      home,
      env: cli.env,
      daemonPath: deps.daemonPath,
      nodeArgs: deps.nodeArgs ?? [],
      ...(port === undefined ? {} : { port }),
      ...(pace === undefined ? {} : { pace }),
      ...tlsOf(tls, cli.cwd),
    });

  sandbox
    .command("start")
    .description("start the sandbox in the background")
    .addOption(portOption())
    .addOption(paceOption())
    .option("--tls-cert <file>", "also listen with TLS, for clients that speak https only: certificate, PEM")
    .option("--tls-key <file>", "key of that certificate, PEM")
    .option("--tls-port <number>", "port for TLS; 0: any free one (default: 0)", integer(0, 65535))
    .action(async (options: StartOptions) => {
      const result = await start(options);
      if (!result.started && options.pace !== undefined) await setPace(home, { name: options.pace });
      warnAbout(result, options, cli);
      for (const line of statusText(await sandboxStatus(home))) cli.out(line);
      if (result.started) cli.out('to use it in this shell: eval "$(planton sandbox env)"');
    });

  sandbox
    .command("stop")
    .description("stop the sandbox; what it holds stays for the next start")
    .action(async () => cli.out((await stopSandbox(home)) ? "the sandbox is stopped" : "the sandbox was not running"));

  sandbox
    .command("status")
    .description("say whether the sandbox runs, where, and what it holds")
    .addOption(formatOption())
    .action(async (options: { format: "text" | "json" }) => {
      const status = await sandboxStatus(home);
      const lines = options.format === "json" ? [statusJson(status)] : statusText(status);
      for (const line of lines) cli.out(line);
    });

  sandbox
    .command("env")
    .description('print variables that point this shell at the sandbox: eval "$(planton sandbox env)"')
    .action(async () => {
      const result = await start();
      if (result.started) cli.err(`the sandbox is started on port ${result.status.record.port}`);
      warnAbout(result, {}, cli);
      const engineFolder = await deps.engineFolder();
      const engine = engineFolder === undefined ? {} : { engineFolder };
      const variables = sandboxEnvironment({ home, env: cli.env, port: result.status.record.port, ...engine });
      for (const [name, value] of Object.entries(variables)) cli.out(shellExport(name, value), "exact");
      for (const name of sandboxUnsetVariables) if (cli.env[name] !== undefined) cli.out(`unset ${name}`);
    });

  sandbox
    .command("log")
    .description("print the requests that the sandbox got; secrets are masked")
    .option("--follow", "go on until interrupted", false)
    .addOption(formatOption())
    .action(async (options: { follow: boolean; format: "text" | "json" }) => {
      for (const entry of readLog(home)) cli.out(logText(entry, options.format));
      if (!options.follow) return;
      const interrupted = new AbortController();
      process.once("SIGINT", () => interrupted.abort());
      await followLog(sandboxFiles(home).requestLog, interrupted.signal, (entry) =>
        cli.out(logText(entry, options.format)),
      );
    });

  addFaultCommand(sandbox, home, cli);
  addSetCommand(sandbox, home, cli);
  addTriggerCommand(sandbox, home, cli);

  sandbox
    .command("advance")
    .description("move the sandbox's clock on")
    .argument("<seconds>", "how far", integer(0, 1_000_000_000))
    .action(async (seconds: number) => {
      const aheadMs = await passTime(home, seconds * 1000);
      cli.out(`the sandbox's clock is ${aheadMs / 1000} s ahead`);
    });

  sandbox
    .command("reset")
    .description("remove what the sandbox holds: the vendors' objects, faults, settings, the log")
    .option("--all", "also the Pulumi stacks that are kept in the sandbox", false)
    .action(async (options: { all: boolean }) => {
      await resetSandbox(home, { pulumiState: options.all });
      cli.out(options.all ? "the sandbox and its Pulumi stacks are empty" : "the sandbox is empty");
    });
}

function tlsOf({ tlsCert, tlsKey, tlsPort }: StartOptions, cwd: string): { readonly tls?: TlsInit } {
  if (tlsCert === undefined && tlsKey === undefined && tlsPort === undefined) return {};
  if (tlsCert === undefined || tlsKey === undefined)
    throw new PlantonError({
      code: "E_USAGE",
      message: "TLS needs a certificate and its key",
      hint: "pass --tls-cert FILE and --tls-key FILE",
    });
  return { tls: { certFile: resolve(cwd, tlsCert), keyFile: resolve(cwd, tlsKey), port: tlsPort ?? 0 } };
}

function warnAbout(result: StartResult, { port, tlsCert }: StartOptions, cli: Cli): void {
  const { port: running, tls } = result.status.record;
  const moved = movedText(result);
  if (moved !== undefined) cli.err(moved);
  if (!result.started && port !== undefined && port !== 0 && port !== running)
    cli.err(`the sandbox runs on port ${running} already; to move it: planton sandbox stop, then start --port ${port}`);
  if (!result.started && tlsCert !== undefined && tls === undefined)
    cli.err("the sandbox runs without TLS already; to change that: planton sandbox stop, then start --tls-cert ...");
  if (result.outdated)
    cli.err("the running sandbox is of another version of planton; to renew it: planton sandbox stop, then start");
}
