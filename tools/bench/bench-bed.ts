import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { plantonHome } from "../../runner/system/planton-home.js";
import { measureProcess, type ProcessCost, runProcess } from "./run-process.js";
import { yamlLanguageHost } from "./yaml-language-host.js";

/** A sandbox of the benchmark's own, with one project of planton and one of Pulumi YAML for the same resources. */
export interface BenchBed {
  /** Root of the temporary files. */
  readonly base: string;
  /** Variables of every run: those of the sandbox. */
  readonly env: Readonly<Record<string, string>>;
  readonly plantonDir: string;
  readonly yamlDir: string;
  /** Measures pulumi in a project folder. */
  readonly pulumi: (cwd: string, args: readonly string[]) => Promise<ProcessCost>;
  /** Measures planton in its project folder. */
  readonly planton: (args: readonly string[]) => Promise<ProcessCost>;
  readonly close: () => Promise<void>;
}

/** Makes the bed: engine, sandbox, plugins and both stacks are there, and no resource. */
export async function openBenchBed(root: string): Promise<BenchBed> {
  const planton = join(root, "bin", "planton");
  const caller = definedVariables(process.env);
  const enginePath = await runProcess({ path: planton, args: ["engine", "path"], cwd: root, env: caller });
  const yamlHost = yamlLanguageHost(join(root, "bench"), join(plantonHome(process.env), "bench"));
  const base = mkdtempSync(join(tmpdir(), "planton-bench-"));
  // pulumi-language-yaml cannot be installed as a plugin: the engine takes it from PATH.
  const folders = [
    yamlHost,
    dirname(enginePath.trim()),
    dirname(process.execPath),
    "/usr/local/bin",
    "/usr/bin",
    "/bin",
  ];
  const outside = { HOME: base, PLANTON_HOME: join(base, "home"), PATH: folders.join(delimiter), LANG: "C.UTF-8" };
  await runProcess({ path: planton, args: ["sandbox", "start", "--port", "0"], cwd: base, env: outside });
  const close = async (): Promise<void> => {
    await runProcess({ path: planton, args: ["sandbox", "stop"], cwd: base, env: outside });
    rmSync(base, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const printed = await runProcess({ path: planton, args: ["sandbox", "env"], cwd: base, env: outside });
    const bed = {
      base,
      env: { ...outside, ...exportedVariables(printed) },
      plantonDir: join(base, "planton"),
      yamlDir: join(base, "pulumi-yaml"),
    };
    await makeStacks(root, bed);
    const { env } = bed;
    return {
      ...bed,
      pulumi: (cwd, args) => measureProcess({ path: "pulumi", args: [...args, "--non-interactive"], cwd, env }),
      planton: (args) => measureProcess({ path: planton, args, cwd: bed.plantonDir, env }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Both projects with their stacks; planton's is made by a first `up`, which also installs the plugins. */
async function makeStacks(
  root: string,
  { plantonDir, yamlDir, env }: Pick<BenchBed, "plantonDir" | "yamlDir" | "env">,
): Promise<void> {
  cpSync(join(root, "bench", "planton"), plantonDir, { recursive: true });
  cpSync(join(root, "bench", "pulumi-yaml"), yamlDir, { recursive: true });
  const path = join(root, "bin", "planton");
  for (const operation of ["up", "destroy"]) {
    const args = ["pulumi", operation, "--stack-input", "stack-input.yaml", "--yes"];
    await runProcess({ path, args, cwd: plantonDir, env });
  }
  const args = ["stack", "init", "bench-yaml", "--non-interactive"];
  await runProcess({ path: "pulumi", args, cwd: yamlDir, env });
}

function definedVariables(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function exportedVariables(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/^export ([A-Z0-9_]+)='(.*)'$/gm)].map(([, name = "", value = ""]) => [name, value]),
  );
}
