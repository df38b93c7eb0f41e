import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type WorkspaceFolder, writeCopies, writeFirstCopy } from "./applied-copies.js";
import { benchApply } from "./bench-apply.js";
import type { BenchBed } from "./bench-bed.js";
import { interleave } from "./interleave.js";
import { levelCount } from "./level-manifests.js";
import { noteApplied } from "./note-applied.js";
import { measureProcess, type ProcessCost, runProcess } from "./run-process.js";
import { median } from "./statistics.js";
import { msText, type Row } from "./table.js";

/** Manifests of the workspaces, each in {@link levelCount} levels. */
const counts = [10, 100, 1000] as const;
const largest = 1000;
const wallTargetMs = 5000;
const memoryTargetMib = 300;
/** How much more CPU time a manifest may cost among a thousand than among a hundred. */
const growthTarget = 1.5;

const commands = {
  "planton up -f DIR --yes": ["up", "-f", ".", "--yes"],
  "planton validate DIR": ["validate", "."],
} as const;

type CommandName = keyof typeof commands;

/**
 * Time and memory of a command over many stacks of which none has to be run, and how many are applied a minute beside
 * Pulumi YAML. Throws when a stack is run that is unchanged.
 */
export async function benchWorkspace(
  root: string,
  bed: BenchBed,
  rounds: number,
  progress: (text: string) => void,
): Promise<readonly Row[]> {
  const path = join(root, "bin", "planton");
  const foldersOf = (name: string): WorkspaceFolder => ({
    folder: join(bed.base, `workspace-${name}`),
    state: join(bed.base, `states-${name}`),
  });
  const request = ({ folder, state }: WorkspaceFolder, args: readonly string[]) => {
    return { path, args, cwd: folder, env: { ...bed.env, PULUMI_BACKEND_URL: `file://${state}` } };
  };
  progress(`applying ${levelCount} stacks, of which the others are copies`);
  const first = foldersOf("first");
  writeFirstCopy(first);
  await runProcess(request(first, commands["planton up -f DIR --yes"]));
  for (const count of counts) {
    progress(`making ${count} applied stacks`);
    const folders = foldersOf(String(count));
    writeCopies(first, folders, count / levelCount);
    await noteApplied({ root, folder: folders.folder, env: request(folders, []).env });
    await assertUnchanged(request(folders, [...commands["planton up -f DIR --yes"], "--report", "report.json"]), count);
  }
  const names = Object.keys(commands) as CommandName[];
  const contenders = names.flatMap((name) =>
    counts.map((count) => ({
      name: `${name}, ${count}`,
      sample: () => measureProcess(request(foldersOf(String(count)), commands[name])),
    })),
  );
  const samples = await interleave<ProcessCost>(rounds, contenders);
  const rows = names.flatMap((name) => rowsOf(name, (count) => samples.get(`${name}, ${count}`) ?? []));
  progress("applying stacks");
  return [...rows, await benchApply(root, bed)];
}

/** Throws when a stack of a run was not found unchanged: the figures would be those of another thing. */
async function assertUnchanged(request: Parameters<typeof runProcess>[0], count: number): Promise<void> {
  await runProcess(request);
  const { stacks } = JSON.parse(readFileSync(join(request.cwd, "report.json"), "utf8")) as {
    readonly stacks: readonly { readonly stack: string; readonly result: string; readonly reason: unknown }[];
  };
  const other = stacks.find(({ result }) => result !== "unchanged");
  if (other !== undefined || stacks.length !== count)
    throw new Error(`expected ${count} unchanged stacks, got ${stacks.length}, and ${JSON.stringify(other)}`);
}

function rowsOf(name: CommandName, samplesOf: (count: number) => readonly ProcessCost[]): readonly Row[] {
  const cpuMs = (count: number): number => median(samplesOf(count).map((cost) => cost.cpuMs));
  const times = counts.map((count): Row => {
    const wallMs = median(samplesOf(count).map((cost) => cost.wallMs));
    const peakMib = median(samplesOf(count).map((cost) => cost.peakMib));
    const isMet = wallMs <= wallTargetMs && peakMib <= memoryTargetMib;
    return {
      what: `${name}, ${count} unchanged`,
      measured: `${msText(wallMs)}, ${peakMib.toFixed(0)} MiB`,
      against: `CPU: ${msText(cpuMs(count))}`,
      ratio: undefined,
      target: count === largest ? { text: `<= ${wallTargetMs / 1000} s, ${memoryTargetMib} MiB`, isMet } : undefined,
    };
  });
  const perManifest = (from: number, to: number): number => (cpuMs(to) - cpuMs(from)) / (to - from);
  const [few, many] = [perManifest(10, 100), perManifest(100, largest)];
  const ratio = many / few;
  const growth = {
    what: `${name}, CPU for one more, of 1000`,
    measured: `${many.toFixed(2)} ms`,
    against: `of 100: ${few.toFixed(2)} ms`,
    ratio,
    target: { text: `ratio <= ${growthTarget}`, isMet: ratio <= growthTarget },
  };
  return [...times, growth];
}
