import { cpSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addFault, clearFaults, listFaults, setPace } from "../../../sandbox/kit/client/sandbox-client.js";
import { killProcess, processesOf } from "../../support/bed-processes.js";
import { clusterYaml } from "../../support/kinds/cluster-yaml.js";
import { vpcInput } from "../../support/kinds/stack-inputs.js";
import { type Ended, openBed, type PlantonBed, type RunOptions, until } from "../../support/planton-bed.js";

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openBed();
});
afterAll(() => bed.close());

/** A folder with a stack input, and planton in it. */
function place(folder: string, text: string) {
  const cwd = join(bed.folder, folder);
  bed.write(join(folder, "stack-input.yaml"), text);
  return {
    cwd,
    write: (next: string) => bed.write(join(folder, "stack-input.yaml"), next),
    planton: (line: string, options: RunOptions = {}) =>
      bed.planton(["pulumi", ...line.split(" ")], { cwd, ...options }),
    settings: (stack: string) => join(cwd, `Pulumi.sandbox.${stack}.yaml`),
    /** What a fresh checkout lacks. */
    loseMarker: () => rmSync(join(cwd, ".planton"), { recursive: true, force: true }),
  };
}

const clusterStack = (name: string): string => `sandbox.db.${name}`;

async function named(list: "vpcs" | "databases", name: string): Promise<Record<string, unknown>[]> {
  const all = ((await bed.get(`/v2/${list}?per_page=200`))[list] ?? []) as Record<string, unknown>[];
  return all.filter((item) => item["name"] === name);
}

/** An empty backend beside the bed's. */
function backend(name: string): RunOptions {
  const folder = join(bed.base, name);
  mkdirSync(folder, { recursive: true });
  return { env: { PULUMI_BACKEND_URL: `file://${folder}` } };
}

function expectOk(ended: Ended): void {
  expect(ended.code, ended.all).toBe(0);
}

function expectRefused(ended: Ended, code: number, ...says: string[]): void {
  expect(ended.code, ended.all).toBe(code);
  for (const text of says) expect(ended.stderr).toContain(text);
}

/** Runs up until the vendor makes the cluster, and ends pulumi the hard way. */
async function killedUp(at: ReturnType<typeof place>, name: string, line = "up --yes"): Promise<void> {
  const running = bed.start(["pulumi", ...line.split(" ")], { cwd: at.cwd });
  await until("the vendor makes the cluster", async () => (await named("databases", name)).length === 1, 60_000);
  killProcess(bed.home, "/pulumi up", "SIGKILL");
  await running.ended;
  await until("host and plugin are gone", () => processesOf(bed.home, "pulumi").length === 0, 10_000);
}

test("a failed up never takes the cluster of another stack of the same names", async () => {
  await setPace(bed.home, { name: "fast" });
  const name = "orders";
  const first = place("a/db", clusterYaml(name));
  expectOk(await first.planton("up --yes"));
  const [own] = await named("databases", name);
  // The same folder name, stack name and spec, in another backend.
  const second = place("b/db", clusterYaml(name, { size_slug: "db-s-9vcpu-1gb" }));
  const elsewhere = backend("b-state");
  const refused = await second.planton("up --yes", elsewhere);
  expect(refused.code).not.toBe(0);
  expect(refused.stderr, "what was refused may not come").not.toContain("may still come");
  second.write(clusterYaml(name));
  const made = await second.planton("up --yes", elsewhere);
  expectOk(made);
  expect(made.all).not.toMatch(/did not end cleanly|taken into the state/);
  expect(await named("databases", name)).toHaveLength(2);
  expectOk(await second.planton("destroy --yes --allow-data-loss", elsewhere));
  expect((await named("databases", name)).map(({ id }) => id)).toEqual([own?.["id"]]);

  // A copied settings file, a new stack, and an outcome that is not known.
  const third = place("c/db", clusterYaml(name));
  const settings = readFileSync(first.settings(`db.${name}`), "utf8");
  cpSync(first.settings(`db.${name}`), third.settings(`db.${name}`));
  await addFault(bed.home, { method: "POST", path: "/v2/databases", status: 500, count: 9 });
  const unknown = await third.planton("up --yes --new-stack", backend("c-state"));
  expect(unknown.code).not.toBe(0);
  await clearFaults(bed.home);
  const id = /planton:id: "?([0-9a-f]{16})/;
  const ids = [settings, readFileSync(third.settings(`db.${name}`), "utf8")].map((text) => id.exec(text)?.[1]);
  expect(ids).toEqual([expect.any(String), expect.any(String)]);
  expect(ids[0]).not.toBe(ids[1]);
  // It was there before this stack asked for one, so it is not the outcome.
  const later = await third.planton("up --yes", backend("c-state"));
  expectOk(later);
  expect(later.all).not.toContain("taken into the state");
  expect((await named("databases", name)).map(({ id: found }) => found)).toEqual([own?.["id"], expect.any(String)]);
});

test("a VPC of the same name is another stack's until the user says otherwise", async () => {
  const spec = vpcInput({ name: "shared" });
  expectOk(await place("vpc-1", spec).planton("up --yes"));
  const [own] = await named("vpcs", "shared");
  const second = place("vpc-2", spec);
  for (const _ of [1, 2]) {
    const refused = await second.planton("up --yes");
    expect(refused.code).not.toBe(0);
    expect(refused.all).toContain("already exists");
    expect(refused.all).not.toMatch(/did not end cleanly|taken into the state/);
  }
  expectOk(await second.planton("destroy --yes"));
  expect((await named("vpcs", "shared")).map(({ id }) => id)).toEqual([own?.["id"]]);
});

test("a VPC whose response was lost is taken in only by its id", async () => {
  const at = place("vpc-lost", vpcInput({ name: "vpc-lost" }));
  await addFault(bed.home, { method: "POST", path: "/v2/vpcs", status: 500, count: 9 });
  expect((await at.planton("up --yes")).code).not.toBe(0);
  await clearFaults(bed.home);
  const response = await fetch(`${bed.apiUrl}/v2/vpcs`, {
    method: "POST",
    headers: { authorization: `Bearer ${bed.env["DIGITALOCEAN_TOKEN"]}`, "content-type": "application/json" },
    body: JSON.stringify({ name: "vpc-lost", region: "nyc3" }),
  });
  expect(response.status).toBe(201);
  const [found] = await named("vpcs", "vpc-lost");
  expectRefused(await at.planton("up --yes"), 2, "--import ID", String(found?.["id"]));
  expectRefused(await at.planton("recover --yes --import deadbeef"), 2, String(found?.["id"]));
  expectOk(await at.planton(`recover --yes --import ${String(found?.["id"])}`));
  expectOk(await at.planton("up --yes"));
  expect(await named("vpcs", "vpc-lost")).toHaveLength(1);
});

test("a request that is still under way when everything is killed makes no second cluster", async () => {
  const name = "inflight";
  await setPace(bed.home, { name: "fast" });
  const at = place(name, clusterYaml(name));
  await addFault(bed.home, { method: "POST", path: "/v2/databases", delayMs: 5000 });
  const running = bed.start(["pulumi", "up", "--yes"], { cwd: at.cwd });
  await until("the request is sent", () => running.soFar().includes(`DatabaseCluster ${name} creating`), 60_000);
  await until("it is on its way", async () => (await listFaults(bed.home)).length === 0, 10_000);
  for (const { pid } of processesOf(bed.home, "pulumi")) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended with its parent.
    }
  }
  await running.ended;
  expect(await named("databases", name)).toEqual([]);
  const recovered = await at.planton("recover --yes");
  expectOk(recovered);
  expect(recovered.stderr).toMatch(/may still come[\s\S]*taken into the state/);
  expectOk(await at.planton("up --yes"));
  expect(await named("databases", name)).toHaveLength(1);
});

test("a cut response and a fresh checkout: the cluster is found by its mark before a second one is made", async () => {
  const name = "checkout";
  await setPace(bed.home, { name: "fast" });
  const at = place(name, clusterYaml(name));
  await addFault(bed.home, { method: "POST", path: "/v2/databases", truncateResponse: true });
  expect((await at.planton("up --yes")).code).not.toBe(0);
  at.loseMarker();
  const [left] = await named("databases", name);
  expectRefused(await at.planton("recover --yes --import deadbeef"), 64, "deadbeef");
  expectOk(await at.planton("recover --yes"));
  const plain = await bed.pulumi(["up", "--yes", "--stack", clusterStack(name)], { cwd: at.cwd });
  expect(plain.code).not.toBe(0);
  expect(plain.all).toContain(`recover --stack ${clusterStack(name)}`);
  at.loseMarker();
  const up = await at.planton("up --yes");
  expectOk(up);
  expect(up.stderr).toContain("taken into the state");
  expect((await named("databases", name)).map(({ id }) => id)).toEqual([left?.["id"]]);
});

test("a pending creation without marker stops plain up and refresh, and destroy deletes it", async () => {
  const name = "pending";
  await setPace(bed.home, { name: "fast", creationMs: 3000 });
  const at = place(name, clusterYaml(name));
  await killedUp(at, name);
  expectOk(await bed.pulumi(["cancel", "--yes", "--stack", clusterStack(name)], { cwd: at.cwd }));
  at.loseMarker();
  const plain = await bed.pulumi(["up", "--yes", "--stack", clusterStack(name)], { cwd: at.cwd });
  expect(plain.code).not.toBe(0);
  expect(plain.all).toContain("planton pulumi recover");
  expectRefused(await at.planton("refresh --yes"), 2, "planton pulumi recover");
  const destroyed = await at.planton("destroy --yes --allow-data-loss");
  expectOk(destroyed);
  expect(await named("databases", name)).toEqual([]);
});

test("what a killed replacement began is shown with both ids, and forgetting the new one goes on with the old", async () => {
  await setPace(bed.home, { name: "fast" });
  const at = place("repl", clusterYaml("old-name"));
  expectOk(await at.planton("up --yes --stack repl"));
  const [old] = await named("databases", "old-name");
  await setPace(bed.home, { name: "fast", creationMs: 3000 });
  at.write(clusterYaml("new-name"));
  await killedUp(at, "new-name", "up --yes --allow-data-loss --stack repl");
  await setPace(bed.home, { name: "fast" });
  const [next] = await named("databases", "new-name");
  const both = [String(old?.["id"]), String(next?.["id"])];
  expectRefused(
    await at.planton("recover --yes --stack sandbox.repl"),
    2,
    ...both,
    "--forget ID",
    "stays at the vendor",
  );
  const forgotten = await at.planton(`recover --yes --stack sandbox.repl --forget ${both[1]}`);
  expectOk(forgotten);
  expect(forgotten.stderr).toContain("stays at the vendor");
  at.write(clusterYaml("old-name"));
  expectOk(await at.planton("up --yes --stack sandbox.repl -- --expect-no-changes"));
});
