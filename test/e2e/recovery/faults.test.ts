import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addFault, setPace } from "../../../sandbox/kit/client/sandbox-client.js";
import { killProcess, processesOf } from "../../support/bed-processes.js";
import { clusterYaml } from "../../support/kinds/cluster-yaml.js";
import { openBed, type PlantonBed, type Running, until } from "../../support/planton-bed.js";

const stack = (name: string) => `sandbox.db.${name}`;
let bed: PlantonBed;
beforeAll(async () => {
  bed = await openBed();
});
afterAll(() => bed.close());

async function clusters(name: string): Promise<Record<string, unknown>[]> {
  const all = ((await bed.get("/v2/databases"))["databases"] ?? []) as Record<string, unknown>[];
  return all.filter((cluster) => cluster["name"] === name);
}

async function startUp(name: string, text = clusterYaml(name)): Promise<{ cwd: string; running: Running }> {
  bed.write(`${name}/stack-input.yaml`, text);
  const cwd = join(bed.folder, name);
  const running = bed.start(["pulumi", "up", "--yes"], { cwd });
  await until("the vendor makes the cluster", async () => (await clusters(name)).length === 1, 60_000);
  await until("the engine waits for it", () => running.soFar().includes(`DatabaseCluster ${name} creating`), 60_000);
  return { cwd, running };
}

/** What must hold after every fault: one cluster in the state and at the vendor, nothing to change, no process left. */
async function expectHealed(name: string, cwd: string): Promise<void> {
  const found = await clusters(name);
  expect(found).toHaveLength(1);
  expect(found[0]?.["rules"], "a private cluster is never left open").toHaveLength(1);
  const output = await bed.pulumi(["stack", "output", "cluster_id", "--stack", stack(name)], { cwd });
  expect(output.stdout.trim()).toBe(found[0]?.["id"]);
  const preview = await bed.pulumi(["preview", "--expect-no-changes", "--stack", stack(name)], { cwd });
  expect(preview.code, preview.all).toBe(0);
  expect(processesOf(bed.home, "pulumi")).toEqual([]);
  expect(readdirSync(join(cwd, ".planton")).filter((file) => file.endsWith(".json"))).toEqual([]);
}

test("kill -9 of the CLI: the lock is explained, recover ends with the one cluster, no process stays", async () => {
  const name = "kill-cli";
  await setPace(bed.home, { name: "fast", creationMs: 5000 });
  const { cwd, running } = await startUp(name);
  killProcess(bed.home, "/pulumi up", "SIGKILL");
  const end = await running.ended;
  expect(end.code).toBe(137);
  expect(end.stderr).toContain("planton pulumi up");
  await until("host and plugin are gone", () => processesOf(bed.home, "pulumi").length === 0, 10_000);

  const plain = await bed.pulumi(["up", "--yes", "--stack", stack(name)], { cwd });
  expect(plain.code).not.toBe(0);
  const locked = await bed.planton(["pulumi", "up", "--yes"], { cwd });
  expect(locked.code).toBe(1);
  expect(locked.stderr).toMatch(/locked by \S+@\S+, process \d+, since \d{4}-/);
  expect(locked.stderr).toContain("planton pulumi recover --stack-input stack-input.yaml --yes");
  const recovered = await bed.planton(["pulumi", "recover", "--yes"], { cwd });
  expect(recovered.code, recovered.all).toBe(0);
  const up = await bed.planton(["pulumi", "up", "--yes"], { cwd });
  expect(up.code, up.all).toBe(0);
  await expectHealed(name, cwd);
});

test("kill -9 of the CLI, then pulumi cancel and plain pulumi up: refused before a second cluster is made", async () => {
  const name = "kill-plain";
  await setPace(bed.home, { name: "fast", creationMs: 4000 });
  const { cwd, running } = await startUp(name);
  killProcess(bed.home, "/pulumi up", "SIGKILL");
  await running.ended;
  await bed.pulumi(["cancel", "--yes", "--stack", stack(name)], { cwd });
  const plain = await bed.pulumi(["up", "--yes", "--stack", stack(name)], { cwd });
  expect(plain.code).not.toBe(0);
  expect(plain.all).toContain("planton pulumi recover");
  expect(await clusters(name)).toHaveLength(1);
  const up = await bed.planton(["pulumi", "up", "--yes"], { cwd });
  expect(up.code, up.all).toBe(0);
  await expectHealed(name, cwd);
});

test.each([
  { what: "language host", part: "pulumi-language-planton" },
  { what: "plugin", part: "pulumi-resource-digitalocean" },
])("kill -9 of the $what: the next up goes on with the same cluster", async ({ what, part }) => {
  const name = `kill-${what.replace(" ", "-")}`;
  await setPace(bed.home, { name: "fast", creationMs: 4000 });
  const { cwd, running } = await startUp(name);
  killProcess(bed.home, part, "SIGKILL");
  await running.ended;
  await setPace(bed.home, { name: "fast" });
  const up = await bed.planton(["pulumi", "up", "--yes"], { cwd });
  expect(up.code, up.all).toBe(0);
  await expectHealed(name, cwd);
});

test("a wait that times out: the engine drops the cluster, the next up takes it in when it is ready", async () => {
  const name = "slow";
  await setPace(bed.home, { name: "fast", creationMs: 6000 });
  const { cwd, running } = await startUp(name, clusterYaml(name, { create_timeout: "2s" }));
  const end = await running.ended;
  expect(end.code).not.toBe(0);
  expect(await clusters(name)).toHaveLength(1);
  const again = await bed.planton(["pulumi", "up", "--yes"], { cwd });
  expect(again.code, again.all).toBe(0);
  await expectHealed(name, cwd);
});

test("a response that is cut after the effect: the next up finds the cluster", async () => {
  const name = "cut";
  await setPace(bed.home, { name: "fast" });
  await addFault(bed.home, { method: "POST", path: "/v2/databases", truncateResponse: true });
  bed.write(`${name}/stack-input.yaml`, clusterYaml(name));
  const cwd = join(bed.folder, name);
  const failed = await bed.planton(["pulumi", "up", "--yes"], { cwd });
  expect(failed.code).not.toBe(0);
  expect(await clusters(name)).toHaveLength(1);
  const up = await bed.planton(["pulumi", "up", "--yes"], { cwd });
  expect(up.code, up.all).toBe(0);
  await expectHealed(name, cwd);
});

test("^C during creation: the state keeps the cluster and the next up goes on", async () => {
  const name = "interrupted";
  await setPace(bed.home, { name: "fast", creationMs: 3000 });
  const { cwd, running } = await startUp(name);
  // A terminal sends ^C to the whole process group: planton and pulumi, not the plugins.
  killProcess(bed.home, "/pulumi up", "SIGINT");
  running.child.kill("SIGINT");
  const end = await running.ended;
  expect(end.code).not.toBe(0);
  const up = await bed.planton(["pulumi", "up", "--yes"], { cwd });
  expect(up.code, up.all).toBe(0);
  await expectHealed(name, cwd);
});

test("a cluster of the same name that is not ours is never taken over in silence", async () => {
  const name = "foreign";
  await setPace(bed.home, { name: "fast" });
  await addFault(bed.home, { method: "POST", path: "/v2/databases", status: 500, count: 9 });
  bed.write(`${name}/stack-input.yaml`, clusterYaml(name));
  const cwd = join(bed.folder, name);
  const failed = await bed.planton(["pulumi", "up", "--yes"], { cwd });
  expect(failed.code).not.toBe(0);
  const { clearFaults } = await import("../../../sandbox/kit/client/sandbox-client.js");
  await clearFaults(bed.home);
  const made = await fetch(`${bed.apiUrl}/v2/databases`, {
    method: "POST",
    headers: { authorization: `Bearer ${bed.env["DIGITALOCEAN_TOKEN"]}`, "content-type": "application/json" },
    body: JSON.stringify({ name, engine: "pg", version: "16", region: "nyc3", size: "db-s-1vcpu-1gb", num_nodes: 1 }),
  });
  expect(made.status).toBe(201);
  const [foreign] = await clusters(name);
  const refused = await bed.planton(["pulumi", "up", "--yes"], { cwd });
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain("--forget ID");
  const forgotten = await bed.planton(["pulumi", "recover", "--forget", String(foreign?.["id"])], { cwd });
  expect(forgotten.code, forgotten.all).toBe(0);
  const up = await bed.planton(["pulumi", "up", "--yes"], { cwd });
  expect(up.code, up.all).toBe(0);
  expect(await clusters(name)).toHaveLength(2);
});
