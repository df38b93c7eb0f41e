import { Command } from "commander";
import { expect, test } from "vitest";
import { PlantonError } from "../../../contract/planton-error.js";
import { noTrace } from "../../../contract/trace.js";
import type { EngineCli } from "../../../runner/engine/engine-request.js";
import type { Cli } from "../cli.js";
import { addEngineCommand, type EngineDependencies } from "./engine.js";

const found: EngineCli = { path: "/opt/pulumi/pulumi", folder: "/opt/pulumi", version: "3.259.0", source: "build" };

async function run(
  args: readonly string[],
  ensure: EngineDependencies["ensure"],
): Promise<{ out: string[]; err: string[] }> {
  const out: string[] = [];
  const err: string[] = [];
  const cli: Cli = {
    env: {},
    cwd: "/",
    interactive: false,
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    trace: noTrace,
    readStdin: async () => "",
    exit: () => {},
  };
  const program = new Command();
  addEngineCommand(program, cli, { ensure });
  await program.parseAsync(["engine", ...args], { from: "user" });
  return { out, err };
}

const ensure: EngineDependencies["ensure"] = async (progress) => {
  progress("building");
  return found;
};

test("engine path prints the path alone on standard output", async () => {
  expect(await run(["path"], ensure)).toEqual({ out: [found.path], err: ["building"] });
});

test.each([
  "path",
  "home",
  "download",
  "build",
] as const)("engine install says version, path and origin: %s", async (source) => {
  const { out } = await run(["install"], async () => ({ ...found, source }));
  expect(out).toHaveLength(1);
  expect(out[0]).toContain(found.version);
  expect(out[0]).toContain(found.path);
});

test("a failure is thrown on", async () => {
  const failure = new PlantonError({ code: "E_ENGINE_MISSING", message: "no engine" });
  await expect(run(["install"], () => Promise.reject(failure))).rejects.toBe(failure);
});
