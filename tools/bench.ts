import { availableParallelism, cpus } from "node:os";
import { parseArgs } from "node:util";
import { openBenchBed } from "./bench/bench-bed.js";
import { benchOperations } from "./bench/bench-operations.js";
import { benchCommandLine, benchReady } from "./bench/bench-start.js";
import { benchWorkspace } from "./bench/bench-workspace.js";
import { isMissed, type Row, tableText } from "./bench/table.js";
import { projectRoot } from "./project-root.js";

const help = `bench [--rounds N] [--only start|ready|operations|workspace]

Measures the built planton: paired runs, interleaved, medians; the ratio is the median of each round's ratio.
Ends with 1 when a target is missed.
`;

// Prints a table of what was measured and, where there is one, its target.
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { rounds: { type: "string" }, only: { type: "string" }, help: { type: "boolean" } },
  });
  if (values.help) {
    process.stdout.write(help);
    return;
  }
  const progress = (text: string): void => void process.stderr.write(`${text}\n`);
  const rounds = (byDefault: number): number => (values.rounds === undefined ? byDefault : Number(values.rounds));
  const wants = (part: string): boolean => values.only === undefined || values.only === part;
  progress("making a sandbox with both projects");
  const bed = await openBenchBed(projectRoot);
  const rows: Row[] = [];
  try {
    if (wants("start")) {
      progress("measuring the command line");
      rows.push(...(await benchCommandLine(projectRoot, bed, rounds(21))));
    }
    if (wants("ready")) {
      progress("measuring the language host and the plugin");
      rows.push(...(await benchReady(projectRoot, bed, rounds(15))));
    }
    if (wants("operations")) {
      progress("measuring operations");
      rows.push(...(await benchOperations(bed, rounds(9), progress)));
    }
    if (wants("workspace")) {
      progress("measuring many stacks");
      rows.push(...(await benchWorkspace(projectRoot, bed, rounds(5), progress)));
    }
  } finally {
    await bed.close();
  }
  process.stdout.write(`node ${process.version}, ${availableParallelism()} x ${cpus()[0]?.model ?? "unknown"}\n\n`);
  process.stdout.write(`${tableText(rows)}\n`);
  const missed = rows.filter(isMissed);
  if (missed.length === 0) return;
  process.stderr.write(
    `\n${missed.length} of the targets missed:\n${missed.map(({ what }) => `  ${what}\n`).join("")}`,
  );
  process.exitCode = 1;
}

await main();
