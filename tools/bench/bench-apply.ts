import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BenchBed } from "./bench-bed.js";
import { runProcess } from "./run-process.js";
import { median } from "./statistics.js";
import type { Row } from "./table.js";

const stackCount = 8;
const roundCount = 3;
const parallel = 2;

/** How many new stacks of one network each are applied a minute, by planton and by a loop of pulumi. */
export async function benchApply(root: string, bed: BenchBed): Promise<Row> {
  const ours: number[] = [];
  const yaml: number[] = [];
  for (let round = 0; round < roundCount; round += 1) {
    const names = Array.from({ length: stackCount }, (_, index) => `net-${round}-${index}`);
    const sides = [
      async () => ours.push(await perMinute(() => applyWorkspace(root, bed, names))),
      async () => yaml.push(await perMinute(() => applyYaml(bed, names))),
    ];
    for (const side of round % 2 === 0 ? sides : sides.reverse()) await side();
  }
  return {
    what: `stacks applied a minute, ${parallel} at a time`,
    measured: median(ours).toFixed(0),
    against: `pulumi stack init, up, of Pulumi YAML: ${median(yaml).toFixed(0)}`,
    ratio: median(ours.map((value, round) => value / (yaml[round] ?? Number.NaN))),
    target: undefined,
  };
}

async function perMinute(apply: () => Promise<void>): Promise<number> {
  const startedAtMs = performance.now();
  await apply();
  return stackCount / ((performance.now() - startedAtMs) / 60_000);
}

async function applyWorkspace(root: string, bed: BenchBed, names: readonly string[]): Promise<void> {
  const folder = join(bed.base, `apply-${names[0]}`);
  mkdirSync(folder, { recursive: true });
  for (const name of names) writeFileSync(join(folder, `${name}.yaml`), network(name));
  const args = ["up", "-f", ".", "--yes", "--parallel", String(parallel)];
  await runProcess({ path: join(root, "bin", "planton"), args, cwd: folder, env: bed.env });
}

function network(name: string): string {
  const head = "apiVersion: digital-ocean.planton.dev/v1\nkind: DigitalOceanVpc";
  return `${head}\nmetadata: {name: ${name}, protect: false}\nspec: {region: nyc3, description: a network}\n`;
}

/** As people script it: each stack by commands of its own. */
async function applyYaml(bed: BenchBed, names: readonly string[]): Promise<void> {
  const cwd = join(bed.base, `apply-yaml-${names[0]}`);
  mkdirSync(cwd, { recursive: true });
  writeFileSync(join(cwd, "Pulumi.yaml"), yamlNetwork);
  const left = [...names];
  const worker = async (): Promise<void> => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      for (const args of [
        ["stack", "init", `yaml-${name}`, "--no-select"],
        ["up", "--yes", "--stack", `yaml-${name}`],
      ])
        await runProcess({ path: "pulumi", args: [...args, "--non-interactive"], cwd, env: bed.env });
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
}

/** What a user of Pulumi YAML writes by hand for the same. */
const yamlNetwork = `name: bench-networks
runtime: yaml
resources:
  digitalocean:
    type: pulumi:providers:digitalocean
    options:
      version: 4.80.1
  network:
    type: digitalocean:index/vpc:Vpc
    properties:
      name: \${pulumi.stack}
      region: nyc3
      description: a network
    options:
      provider: \${digitalocean}
outputs:
  vpc_id: \${network.id}
`;
