import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BenchBed } from "./bench-bed.js";
import { interleave } from "./interleave.js";
import { measureProcess, type ProcessCost } from "./run-process.js";
import { measureReady, type ReadyCost } from "./start-service.js";
import { median, pairedRatio } from "./statistics.js";
import { msText, type Row } from "./table.js";

const documentCount = 2000;
const versionTarget = 1.3;
const validateTarget = 2.1;
const withoutSnapshotTarget = 4;
const pluginReadyTargetMs = 150;
const pluginMemoryTargetMib = 60;

/** Start of the command line, against a bare node, and how many documents it checks a second. */
export async function benchCommandLine(root: string, bed: BenchBed, rounds: number): Promise<readonly Row[]> {
  const folder = writeDocuments(bed);
  const planton = (...args: readonly string[]) => ({ path: join(root, "bin", "planton"), args });
  const commands = {
    node: { path: process.execPath, args: ["-e", "0"] },
    version: planton("version"),
    validate: planton("validate", join(folder, "document-0.yaml")),
    plain: {
      path: process.execPath,
      args: [join(root, "dist", "launch.cjs"), "validate", join(folder, "document-0.yaml")],
    },
    folder: planton("validate", folder),
  };
  const samples = await interleave<ProcessCost>(
    rounds,
    Object.entries(commands).map(([name, command]) => ({
      name,
      sample: () => measureProcess({ ...command, cwd: bed.base, env: bed.env }),
    })),
  );
  const wall = (name: keyof typeof commands): readonly number[] =>
    (samples.get(name) ?? []).map(({ wallMs }) => wallMs);
  const againstNode = (what: string, name: keyof typeof commands, bound: number): Row => {
    const ratio = pairedRatio(wall(name), wall("node"));
    return {
      what,
      measured: msText(median(wall(name))),
      against: `node -e 0: ${msText(median(wall("node")))}`,
      ratio,
      target: { text: `ratio <= ${bound}`, isMet: ratio <= bound },
    };
  };
  const perSecond = documentCount / (median(wall("folder")) / 1000);
  return [
    againstNode("planton version", "version", versionTarget),
    againstNode("planton validate one.yaml", "validate", validateTarget),
    againstNode("planton validate one.yaml, without a snapshot", "plain", withoutSnapshotTarget),
    {
      what: `planton validate, ${documentCount} files`,
      measured: msText(median(wall("folder"))),
      against: `${perSecond.toFixed(0)} documents/s`,
      ratio: undefined,
      target: undefined,
    },
  ];
}

/** Time and memory until the language host and the plugins announce their ports, as the engine starts them. */
export async function benchReady(root: string, bed: BenchBed, rounds: number): Promise<readonly Row[]> {
  const executables = pluginExecutables(root, bed);
  const samples = await interleave<ReadyCost | ProcessCost>(rounds, [
    {
      name: "node",
      sample: () => measureProcess({ path: process.execPath, args: ["-e", "0"], cwd: bed.base, env: bed.env }),
    },
    ...Object.entries(executables).map(([name, path]) => ({
      name,
      // No engine is needed to announce a port; the address is one where nothing listens.
      sample: () => measureReady({ path, args: ["127.0.0.1:1"], cwd: bed.base, env: bed.env }),
    })),
  ]);
  const nodeMs = (samples.get("node") ?? []).map((sample) => ("wallMs" in sample ? sample.wallMs : Number.NaN));
  return Object.keys(executables).flatMap((name) => {
    const costs = (samples.get(name) ?? []).filter((sample) => "readyMs" in sample);
    return readyRows(name, costs, nodeMs);
  });
}

/** Paths of the language host and the plugins by their names in the table: as the bed installed them, else as built. */
function pluginExecutables(root: string, bed: BenchBed): Readonly<Record<string, string>> {
  const built = join(root, "dist", "plugins");
  const installed = join(bed.env["PULUMI_HOME"] ?? "", "plugins");
  const folderOf = (name: string): string => {
    const version = existsSync(installed)
      ? readdirSync(installed).find((found) => found.startsWith(`${name}-v`) && !found.endsWith(".lock"))
      : undefined;
    return version === undefined ? join(built, name) : join(installed, version);
  };
  return Object.fromEntries(
    readdirSync(built).map((name) => [name.replace(/^resource-/, "plugin "), join(folderOf(name), `pulumi-${name}`)]),
  );
}

function readyRows(name: string, costs: readonly ReadyCost[], nodeMs: readonly number[]): readonly Row[] {
  const readyMs = costs.map((cost) => cost.readyMs);
  const peakMib = median(costs.map((cost) => cost.peakMib));
  const hasTarget = name.startsWith("plugin ");
  const target = (text: string, isMet: boolean): Row["target"] => (hasTarget ? { text, isMet } : undefined);
  return [
    {
      what: `${name} ready`,
      measured: msText(median(readyMs)),
      against: `node -e 0: ${msText(median(nodeMs))}`,
      ratio: pairedRatio(readyMs, nodeMs),
      target: target(`<= ${pluginReadyTargetMs} ms`, median(readyMs) <= pluginReadyTargetMs),
    },
    {
      what: `${name} memory`,
      measured: `${peakMib.toFixed(0)} MiB`,
      against: "",
      ratio: undefined,
      target: target(`<= ${pluginMemoryTargetMib} MiB`, peakMib <= pluginMemoryTargetMib),
    },
  ];
}

function writeDocuments(bed: BenchBed): string {
  const folder = join(bed.base, "documents");
  mkdirSync(folder, { recursive: true });
  const text = readFileSync(join(bed.plantonDir, "stack-input.yaml"), "utf8");
  for (let index = 0; index < documentCount; index += 1) {
    writeFileSync(join(folder, `document-${index}.yaml`), text.replace("bench-planton", `bench-${index}`));
  }
  return folder;
}
