import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBed, type PlantonBed } from "../../support/planton-bed.js";

const devPostgres = `provider_config:
  credential_id: "digitalocean-prod-credential"
target:
  spec:
    cluster_name: dev-postgres
    engine: postgres
    engine_version: "16"
    region: nyc3
    size_slug: db-s-1vcpu-1gb
    node_count: 1
    enable_public_connectivity: true
`;

const prodPostgres = `provider_config:
  credential_id: "digitalocean-prod-credential"
target:
  spec:
    cluster_name: prod-postgres
    engine: postgres
    engine_version: "16"
    region: nyc3
    size_slug: db-s-4vcpu-8gb
    node_count: 3
    vpc:
      value: "12345678-1234-1234-1234-123456789012"
    storage_gib: 200
    enable_public_connectivity: false
`;

const outputNames = [
  "cluster_id",
  "connection_uri",
  "private_uri",
  "host",
  "private_host",
  "port",
  "database_name",
  "username",
  "password",
];
const secretNames = ["connection_uri", "private_uri", "username", "password"];

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openBed();
});
afterAll(() => bed.close());

async function clusters(): Promise<Record<string, unknown>[]> {
  return ((await bed.get("/v2/databases"))["databases"] ?? []) as Record<string, unknown>[];
}

test.each([
  { folder: "dev", text: devPostgres, rules: 0, nodeCount: ["node_count: 1", "size_slug: db-s-1vcpu-1gb"] },
  { folder: "prod", text: prodPostgres, rules: 1, nodeCount: ["node_count: 3"] },
])("the stack input $folder lives from up to destroy", async ({ folder, text, rules }) => {
  const cwd = join(bed.folder, folder);
  bed.write(`${folder}/stack-input.yaml`, text);
  const name = /cluster_name: (\S+)/.exec(text)?.[1] ?? "";

  const up = await bed.planton(["pulumi", "up", "--stack-input", "stack-input.yaml", "--yes"], { cwd });
  expect(up.code, up.all).toBe(0);

  const [cluster] = await clusters();
  expect(cluster).toMatchObject({ name, engine: "pg", version: "16", region: "nyc3", status: "online" });
  const firewall = (await bed.get(`/v2/databases/${String(cluster?.["id"])}/firewall`)) as { rules: unknown[] };
  expect(firewall.rules).toHaveLength(rules);

  const json = await bed.pulumi(["stack", "output", "--json"], { cwd });
  const outputs = JSON.parse(json.stdout) as Record<string, unknown>;
  for (const output of outputNames) expect(outputs, output).toHaveProperty(output);
  for (const output of secretNames) expect(outputs[output], output).toBe("[secret]");
  expect(outputs["cluster_id"]).toBe(cluster?.["id"]);
  const shown = await bed.pulumi(["stack", "output", "connection_uri", "--show-secrets"], { cwd });
  expect(new URL(shown.stdout.trim()).protocol).toBe("postgresql:");

  const same = await bed.pulumi(["preview", "--expect-no-changes"], { cwd });
  expect(same.code, same.all).toBe(0);

  const more = text.replace(/node_count: \d/, "node_count: 2").replace("db-s-1vcpu-1gb", "db-s-2vcpu-4gb");
  bed.write(`${folder}/stack-input.yaml`, more);
  const resized = await bed.planton(["pulumi", "up", "--yes"], { cwd });
  expect(resized.code, resized.all).toBe(0);
  const [after] = await clusters();
  expect(after).toMatchObject({ id: cluster?.["id"], num_nodes: 2 });

  bed.write(`${folder}/stack-input.yaml`, more.replace(`cluster_name: ${name}`, `cluster_name: ${name}-2`));
  const replacement = await bed.planton(["pulumi", "preview"], { cwd });
  expect(replacement.all).toMatch(/replace/);
  const refused = await bed.planton(["pulumi", "up", "--yes"], { cwd });
  expect(refused.code).not.toBe(0);
  expect(refused.stderr).toContain("--allow-data-loss");
  expect(await clusters()).toMatchObject([{ id: cluster?.["id"], name }]);
  bed.write(`${folder}/stack-input.yaml`, more);

  const kept = await bed.planton(["pulumi", "destroy", "--yes"], { cwd });
  expect(kept.code).not.toBe(0);
  expect(await clusters()).toHaveLength(1);
  const destroyed = await bed.planton(["pulumi", "destroy", "--yes", "--allow-data-loss"], { cwd });
  expect(destroyed.code, destroyed.all).toBe(0);
  expect(await clusters()).toEqual([]);

  const settings = readFileSync(join(cwd, `Pulumi.sandbox.db.${name}.yaml`), "utf8");
  expect(settings).toContain(`planton:target: DigitalOceanDatabaseCluster/${name}`);
});
