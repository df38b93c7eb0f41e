import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clusterInput, firewallInput } from "../../support/kinds/stack-inputs.js";
import { openBed, type PlantonBed } from "../../support/planton-bed.js";

const office = { type: "ip_addr", value: "203.0.113.7" };
const branch = { type: "ip_addr", value: "198.51.100.0/24" };

let bed: PlantonBed;
let cwd: string;
beforeAll(async () => {
  bed = await openBed();
  cwd = join(bed.folder, "db");
});
afterAll(() => bed.close());

async function cluster(name: string): Promise<Record<string, unknown> | undefined> {
  const all = ((await bed.get("/v2/databases"))["databases"] ?? []) as Record<string, unknown>[];
  return all.find((entry) => entry["name"] === name);
}

/** Type and value of the rules that the vendor has for a cluster. */
async function rules(name: string): Promise<unknown[]> {
  const id = String((await cluster(name))?.["id"]);
  const response = (await bed.get(`/v2/databases/${id}/firewall`)) as { rules: { type: string; value: string }[] };
  return response.rules.map(({ type, value }) => ({ type, value }));
}

function apply(file: string, text: string) {
  bed.write(`db/${file}`, text);
  return bed.planton(["pulumi", "up", "--yes", "-i", file], { cwd });
}

test("a firewall on a cluster with external_firewall lives from up to destroy", async () => {
  const made = await apply("shared.yaml", clusterInput("shared", { externalFirewall: true }));
  expect(made.code, made.all).toBe(0);
  expect(made.all).toContain("external_firewall is true");
  expect(await rules("shared")).toEqual([]);

  const spec = { cluster: { ref: { kind: "DigitalOceanDatabaseCluster", name: "shared", field_path: "cluster_id" } } };
  const up = await apply("access.yaml", firewallInput("access", { ...spec, rules: [office] }));
  expect(up.code, up.all).toBe(0);
  expect(await rules("shared")).toEqual([office]);
  const outputs = await bed.pulumi(["stack", "output", "--json"], { cwd });
  expect(JSON.parse(outputs.stdout)).toEqual({ cluster_id: (await cluster("shared"))?.["id"], rule_count: 1 });
  const same = await bed.pulumi(["preview", "--expect-no-changes"], { cwd });
  expect(same.code, same.all).toBe(0);

  const updated = await apply("access.yaml", firewallInput("access", { ...spec, rules: [office, branch] }));
  expect(updated.code, updated.all).toBe(0);
  expect(await rules("shared")).toHaveLength(2);

  const again = await bed.planton(["pulumi", "up", "--yes", "-i", "shared.yaml"], { cwd });
  expect(again.code, again.all).toBe(0);
  expect(await rules("shared"), "the cluster's own stack leaves the list alone").toHaveLength(2);

  const destroyed = await bed.planton(["pulumi", "destroy", "--yes", "-i", "access.yaml"], { cwd });
  expect(destroyed.code, destroyed.all).toBe(0);
  expect(await rules("shared"), "destroying the firewall does not open the cluster").toHaveLength(2);

  const open = firewallInput("access", { ...spec, rules: [office], open_on_delete: true });
  const opened = await apply("access.yaml", open);
  expect(opened.code, opened.all).toBe(0);
  const emptied = await bed.planton(["pulumi", "destroy", "--yes", "-i", "access.yaml"], { cwd });
  expect(emptied.code, emptied.all).toBe(0);
  expect(await rules("shared")).toEqual([]);
});

test("a firewall on a cluster whose stack sets the rules is refused, and the rules stay", async () => {
  const made = await apply("own.yaml", clusterInput("own", { trustedSources: [branch] }));
  expect(made.code, made.all).toBe(0);
  const before = await rules("own");
  expect(before).toContainEqual(branch);
  const spec = { cluster: { valueFrom: { name: "own" } }, rules: [office] };
  const refused = await apply("second.yaml", firewallInput("second", spec));
  expect(refused.code).not.toBe(0);
  expect(refused.all).toContain("error: the stack of database cluster");
  expect(refused.all).toContain("external_firewall: true");
  expect(await rules("own")).toEqual(before);

  const byId = { cluster: (await cluster("own"))?.["id"], rules: [office] };
  const blind = await apply("by-id.yaml", firewallInput("by-id", byId));
  expect(blind.code, "an id says nothing of the stack, the cluster's tags do").not.toBe(0);
  expect(blind.all).toContain("error: the stack of database cluster");
  expect(await rules("own")).toEqual(before);
});

test("rules are handed over without a gap, taken back, and opened only with the word for it", async () => {
  const private_ = clusterInput("handed", { trustedSources: [branch] });
  const made = await apply("handed.yaml", private_);
  expect(made.code, made.all).toBe(0);
  const before = await rules("handed");

  const handed = await apply("handed.yaml", clusterInput("handed", { externalFirewall: true }));
  expect(handed.code, handed.all).toBe(0);
  expect(handed.all).toContain("keeps the trusted sources it has");
  expect(await rules("handed")).toEqual(before);

  const byId = { cluster: (await cluster("handed"))?.["id"], rules: [office] };
  const taken = await apply("taker.yaml", firewallInput("taker", byId));
  expect(taken.code, taken.all).toBe(0);
  expect(await rules("handed")).toEqual([office]);
  const line = ["pulumi", "up", "--yes", "-i", "handed.yaml", "--"];
  const same = await bed.planton([...line, "--refresh", "--expect-no-changes"], { cwd });
  expect(same.code, same.all).toBe(0);
  expect(await rules("handed"), "the cluster's own stack leaves the list alone").toEqual([office]);

  const back = await apply("handed.yaml", private_);
  expect(back.code, back.all).toBe(0);
  expect(await rules("handed")).toEqual(before);

  const open = clusterInput("handed", { enablePublicConnectivity: true });
  const refused = await apply("handed.yaml", open);
  expect(refused.code, refused.all).toBe(4);
  expect(refused.stderr).toContain('DatabaseFirewall "handed-firewall"');
  expect(refused.stderr).toContain("planton pulumi up --stack-input handed.yaml --allow-data-loss");
  expect(await rules("handed"), "the guard of a private database needs the same word as its data").toEqual(before);
  const opened = await bed.planton(["pulumi", "up", "--yes", "-i", "handed.yaml", "--allow-data-loss"], { cwd });
  expect(opened.code, opened.all).toBe(0);
  expect(await rules("handed")).toEqual([]);
});

test("metadata cannot open a cluster on destroy", async () => {
  const input = firewallInput("opener", { cluster: { valueFrom: { name: "shared" } }, rules: [office] });
  const opener = input.replace('{"name":"opener"}', '{"name":"opener","retain_on_delete":false}');
  const refused = await apply("opener.yaml", opener);
  expect(refused.code, refused.all).toBe(64);
  expect(refused.stderr).toContain("open_on_delete");
});
