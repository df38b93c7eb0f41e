import type { BenchBed } from "./bench-bed.js";
import type { ProcessCost } from "./run-process.js";
import { median, pairedRatio } from "./statistics.js";
import { msText, type Row } from "./table.js";

const plainNoChangeTarget = 1.45;
const wholeNoChangeTarget = 1.5;

/** Operations in the order of a round; each leaves what the next one needs. */
const operations = [
  { name: "create", args: ["up", "--yes"] },
  { name: "no change", args: ["up", "--yes"] },
  { name: "preview", args: ["preview"] },
  { name: "destroy", args: ["destroy", "--yes"] },
] as const;

const wholeNoChange = "planton pulumi up --yes, no change";

interface Pair {
  readonly ours: ProcessCost[];
  readonly yaml: ProcessCost[];
}

/**
 * Wall and CPU time of create, no-change up, preview and destroy: pulumi in planton's folder, and planton itself, against
 * pulumi on the hand-written Pulumi YAML program of the same resources.
 */
export async function benchOperations(
  bed: BenchBed,
  rounds: number,
  progress: (text: string) => void,
): Promise<readonly Row[]> {
  const pairs = new Map<string, Pair>();
  for (let round = -1; round < rounds; round += 1) {
    progress(round < 0 ? "one round to warm up" : `round ${round + 1} of ${rounds}`);
    await runRound(bed, round, round < 0 ? new Map() : pairs);
  }
  return [...pairs].flatMap(([name, pair]) => rowsOf(name, pair));
}

async function runRound(bed: BenchBed, round: number, pairs: Map<string, Pair>): Promise<void> {
  const keep = (name: string, side: keyof Pair, cost: ProcessCost): void => {
    const pair = pairs.get(name) ?? { ours: [], yaml: [] };
    pairs.set(name, pair);
    pair[side].push(cost);
  };
  const folders = { ours: bed.plantonDir, yaml: bed.yamlDir } as const;
  const order = round % 2 === 0 ? (["ours", "yaml"] as const) : (["yaml", "ours"] as const);
  for (const { name, args } of operations) {
    for (const side of order) {
      const cost = await bed.pulumi(folders[side], args);
      keep(`pulumi ${args.join(" ")}, ${name}`, side, cost);
      if (name !== "no change") continue;
      if (side === "yaml") keep(wholeNoChange, "yaml", cost);
      else
        keep(wholeNoChange, "ours", await bed.planton(["pulumi", "up", "--stack-input", "stack-input.yaml", "--yes"]));
    }
  }
}

function rowsOf(name: string, { ours, yaml }: Pair): readonly Row[] {
  return [
    row(`${name}, wall`, ours.map(wall), yaml.map(wall), targetOf(name)),
    row(`${name}, CPU`, ours.map(cpu), yaml.map(cpu), undefined),
  ];
}

function row(what: string, ours: readonly number[], yaml: readonly number[], bound: number | undefined): Row {
  const ratio = pairedRatio(ours, yaml);
  return {
    what,
    measured: msText(median(ours)),
    against: `Pulumi YAML: ${msText(median(yaml))}`,
    ratio,
    target: bound === undefined ? undefined : { text: `ratio <= ${bound}`, isMet: ratio <= bound },
  };
}

function targetOf(name: string): number | undefined {
  if (name === wholeNoChange) return wholeNoChangeTarget;
  return name === "pulumi up --yes, no change" ? plainNoChangeTarget : undefined;
}

const wall = (cost: ProcessCost): number => cost.wallMs;
const cpu = (cost: ProcessCost): number => cost.cpuMs;
