import { closeSync, openSync, readSync, rmSync } from "node:fs";
import { join } from "node:path";
import { StringDecoder } from "node:string_decoder";
import { commandWords, type Trace } from "../../contract/trace.js";
import type { OpenPulumi, PulumiCli, PulumiEnd, PulumiSetup } from "./spawn-pulumi.js";

/** How traces of the engine's processes come back to the command. */
interface TracedPulumiInput {
  readonly trace: Trace;
  /** Makes a private folder, which is removed when the command of pulumi has ended. */
  readonly makeFolder: () => string;
  /** The environment that lets the language host and plugins append their trace to this file in a folder. */
  readonly environment: (folder: string) => Readonly<Record<string, string | undefined>>;
  readonly fileName: string;
}

const readEveryMs = 200;

/**
 * Pulumi, each of whose commands is a stage of the trace. The engine mixes what its language host writes to standard error
 * into its own display, and drops what plugins write there (seen with 3.259): both write into a private file instead, from
 * which their lines are taken as they come.
 */
export function tracedPulumi(open: OpenPulumi, input: TracedPulumiInput): OpenPulumi {
  const { trace } = input;
  if (!trace.isOn) return open;
  return (setup) => {
    trace.hide(setup.secrets);
    const traced = (args: readonly string[], run: (pulumi: PulumiCli) => Promise<PulumiEnd>): Promise<PulumiEnd> =>
      trace.stage("pulumi", { command: commandWords(args) }, async (note) => {
        const end = await withForwardedTrace(input, (env) => run(open(withEnvironment(setup, env))));
        note({ code: end.code, signal: end.signal });
        return end;
      });
    return {
      ...setup,
      capture: (args, stdin) => traced(args, (pulumi) => pulumi.capture(args, stdin)),
      passThrough: (args, options) => traced(args, (pulumi) => pulumi.passThrough(args, options)),
    };
  };
}

function withEnvironment(setup: PulumiSetup, env: PulumiSetup["env"]): PulumiSetup {
  return { ...setup, env: { ...setup.env, ...env } };
}

async function withForwardedTrace(
  { trace, makeFolder, environment, fileName }: TracedPulumiInput,
  run: (env: PulumiSetup["env"]) => Promise<PulumiEnd>,
): Promise<PulumiEnd> {
  const folder = makeFolder();
  const file = openSync(join(folder, fileName), "a+", 0o600);
  const decoder = new StringDecoder("utf8");
  const bytes = Buffer.alloc(64 * 1024);
  let position = 0;
  let rest = "";
  const forward = (): void => {
    for (;;) {
      const length = readSync(file, bytes, 0, bytes.length, position);
      if (length === 0) return;
      position += length;
      const lines = (rest + decoder.write(bytes.subarray(0, length))).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) trace.forward(line);
    }
  };
  const timer = setInterval(forward, readEveryMs);
  try {
    return await run(environment(folder));
  } finally {
    clearInterval(timer);
    forward();
    closeSync(file);
    rmSync(folder, { recursive: true, force: true });
  }
}
