import type { Command } from "commander";
import { PlantonError } from "../../../../contract/planton-error.js";
import { addFault, clearFaults, listFaults } from "../../../../sandbox/kit/client/sandbox-client.js";
import { parseFault } from "../../../../sandbox/kit/faults/fault.js";
import type { Cli } from "../../cli.js";
import { formatOption, integer } from "./sandbox-options.js";
import { faultText } from "./sandbox-text.js";

interface AddOptions {
  readonly method?: string;
  readonly path?: string;
  readonly status?: number;
  readonly applyThenFail?: boolean;
  readonly html?: boolean;
  readonly message?: string;
  readonly retryAfter?: number;
  readonly delay?: number;
  readonly reset?: boolean;
  readonly dropResponse?: boolean;
  readonly truncateResponse?: boolean;
  readonly neverReady?: boolean;
  readonly count?: number;
  readonly skip?: number;
  readonly nth?: number;
  readonly probe?: boolean;
}

const effectOptions = ["status", "delay", "reset", "dropResponse", "truncateResponse", "neverReady"] as const;

function noEffect(): PlantonError {
  return new PlantonError({
    code: "E_USAGE",
    message: "a fault needs an effect",
    hint: "pass one of --status CODE, --delay MS, --reset, --drop-response, --truncate-response, --never-ready",
  });
}

/** Adds `sandbox fault` with its subcommands: add, list, clear. */
export function addFaultCommand(sandbox: Command, home: string, cli: Cli): void {
  const fault = sandbox.command("fault").description("make requests fail on purpose");

  fault
    .command("add")
    .description("add a fault; it strikes the next requests that match")
    .option("--method <method>", "HTTP method (default: any)")
    .option("--path <path>", "path, with * for one segment and ** for any number (default: any)")
    .option(
      "--status <code>",
      "respond with this status in the vendor's form, without doing anything",
      integer(400, 599),
    )
    .option("--apply-then-fail", "do what was requested, then respond with that status")
    .option("--html", "a page of HTML, as from a gateway, instead of the vendor's form")
    .option("--message <text>", "text of that response")
    .option("--retry-after <seconds>", "Retry-After header of that response", integer(0))
    .option("--delay <ms>", "wait before anything else", integer(0))
    .option("--reset", "drop the connection before the request has any effect")
    .option("--drop-response", "do what was asked, then drop the connection")
    .option("--truncate-response", "do what was requested, then drop the connection in the middle of the response")
    .option("--never-ready", "what the request makes or changes never gets ready")
    .option("--count <number>", "how many requests it strikes (default: 1)", integer(1))
    .option("--skip <number>", "how many matching requests it lets pass first (default: 0)", integer(0))
    .option("--nth <number>", "strike the n-th matching request only: --skip n-1", integer(1))
    .option("--probe", "strike requests without a valid key, such as the first of a digest, instead of the others")
    .action(async ({ delay, retryAfter, nth, ...options }: AddOptions) => {
      if (options.path !== undefined && !/^[/*]/.test(options.path)) {
        throw new PlantonError({
          code: "E_USAGE",
          message: `"${options.path}" is no path of a request`,
          hint: "write it from its first slash, such as --path /v2/databases",
        });
      }
      if (!effectOptions.some((name) => ({ delay, ...options })[name] !== undefined)) throw noEffect();
      const skip = nth === undefined ? {} : { skip: nth - 1 };
      const parsed = parseFault({ ...options, ...skip, delayMs: delay, retryAfterSeconds: retryAfter });
      if (typeof parsed === "string")
        throw new PlantonError({ code: "E_USAGE", message: parsed, hint: "see planton sandbox fault add --help" });
      cli.out(faultText(await addFault(home, parsed)));
    });

  fault
    .command("list")
    .description("list the faults that wait for requests")
    .addOption(formatOption())
    .action(async (options: { format: "text" | "json" }) => {
      const faults = await listFaults(home);
      if (options.format === "json") cli.out(JSON.stringify({ faults }));
      else if (faults.length === 0) cli.out("no faults are waiting");
      else for (const entry of faults) cli.out(faultText(entry));
    });

  fault
    .command("clear")
    .description("remove one fault, or all")
    .argument("[id]", "id as listed")
    .action(async (id: string | undefined) => {
      if (id !== undefined && !(await listFaults(home)).some((entry) => entry.id === id)) {
        throw new PlantonError({
          code: "E_USAGE",
          message: `there is no fault "${id}"`,
          hint: "see those that wait: planton sandbox fault list",
        });
      }
      cli.out(`${await clearFaults(home, id)} removed`);
    });
}
