import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addFault, clearFaults, listFaults } from "../../../sandbox/kit/client/sandbox-client.js";
import { openBed, type PlantonBed, until } from "../../support/planton-bed.js";
import { expectOk, namedAtDigitalOcean } from "../../support/stack-bed.js";
import { clusterManifest, namesAt, vpcManifest, type WorkspaceBed, workspaceBed } from "../../support/workspace-bed.js";

let bed: PlantonBed;
let net: WorkspaceBed;
beforeAll(async () => {
  bed = await openBed();
  net = workspaceBed(bed, "net", {
    "planton.yaml": "name: net\n",
    "a.yaml": vpcManifest("a"),
    "b.yaml": vpcManifest("b", ["a"]),
    "c.yaml": vpcManifest("c"),
  });
});
afterAll(() => bed.close());

const statusOf = async (name: string): Promise<string | undefined> => {
  const status = await bed.planton(["status", "-f", net.folder]);
  expectOk(status);
  return status.stdout.split("\n").find((line) => line.includes(`vpc/${name} `));
};

const state = (): string => (bed.env["PULUMI_BACKEND_URL"] ?? "").replace("file://", "");

test("a stack that fails: its dependents are skipped, the others are made, the next run makes the rest", async () => {
  await addFault(bed.home, { method: "POST", path: "/v2/vpcs", status: 422, message: "no more", count: 2 });
  const failed = await net.run(["up", "--yes", "--only", "a", "--only", "b"]);
  expect([failed.code, failed.result, failed.results]).toEqual([4, "failed", { a: "failed", b: "skipped" }]);
  expect(failed.stacks[0]?.error?.code).toMatch(/^E_/);
  expect(failed.all).toContain("no more");
  expect(await statusOf("a")).toMatch(/failed .*E_PULUMI/);
  await clearFaults(bed.home);
  const next = await net.run(["up", "--yes"]);
  expectOk(next);
  expect(next.results).toEqual({ a: "succeeded", b: "succeeded", c: "succeeded" });
  expect(await namesAt(bed, "vpcs")).toEqual(["a", "b", "c"]);
  expect(await statusOf("a")).toMatch(/applied/);
});

test("with --fail-fast nothing is started after a failure; the next run makes the rest", async () => {
  const fast = workspaceBed(bed, "fast", { "planton.yaml": "name: fast\n" });
  for (const name of ["d", "e", "f"]) fast.write(`${name}.yaml`, vpcManifest(name));
  await addFault(bed.home, { method: "POST", path: "/v2/vpcs", status: 422, message: "no more", count: 2 });
  const failed = await fast.run(["up", "--yes", "--fail-fast", "--parallel", "1"]);
  expect([failed.code, failed.results]).toEqual([4, { d: "failed", e: "skipped", f: "skipped" }]);
  await clearFaults(bed.home);
  expectOk(await fast.run(["up", "--yes", "--fail-fast"]));
  expect(await namesAt(bed, "vpcs")).toEqual(expect.arrayContaining(["d", "e", "f"]));
  expectOk(await fast.run(["destroy", "--yes"]));
});

test("a clone of the manifests alone takes the stacks over, and has nothing to do", async () => {
  const clone = net.copyTo("clone");
  const up = await clone.run(["up", "--yes"]);
  expectOk(up);
  expect([up.result, up.results]).toEqual(["unchanged", { a: "unchanged", b: "unchanged", c: "unchanged" }]);
});

test("what somebody changed at the vendor is drift, by name, until a refresh has taken it in", async () => {
  expect((await net.run(["drift"])).code).toBe(0);
  const [{ id } = {}] = await namedAtDigitalOcean(bed, "vpcs", "b");
  const headers = { authorization: `Bearer ${bed.env["DIGITALOCEAN_TOKEN"]}`, "content-type": "application/json" };
  const body = JSON.stringify({ description: "by hand" });
  const response = await fetch(`${bed.apiUrl}/v2/vpcs/${id}`, { method: "PATCH", headers, body });
  expect(response.status).toBe(200);
  const drift = await net.run(["drift"]);
  expect([drift.code, drift.result]).toEqual([10, "drifted"]);
  expect(drift.results).toEqual({ a: "unchanged", b: "succeeded", c: "unchanged" });
  expect(drift.all).toMatch(/update +vpc\/b\b/);
  expectOk(await net.run(["refresh", "--yes"]));
  const after = await net.run(["drift"]);
  expect([after.code, after.result]).toEqual([0, "unchanged"]);
});

test("a replaced VPC goes when what is in it has moved to the new one, in the same command", async () => {
  const withSpec = (text: string, more: object): string => {
    const { spec, ...rest } = JSON.parse(text) as { readonly spec: object };
    return JSON.stringify({ ...rest, spec: { ...spec, ...more } });
  };
  const net = (name: string, range: string): string => withSpec(vpcManifest("net"), { name, ipRangeCidr: range });
  const move = workspaceBed(bed, "move", {
    "planton.yaml": "name: move\n",
    "net.yaml": net("net-one", "10.60.0.0/20"),
    "data.yaml": withSpec(clusterManifest("data"), { vpc: { valueFrom: { name: "net" } } }),
  });
  expectOk(await move.run(["up", "--yes"]));
  move.write("net.yaml", net("net-two", "10.61.0.0/20"));
  const up = await move.run(["up", "--yes", "--allow-data-loss"]);
  expectOk(up);
  expect(up.results).toEqual({ net: "succeeded", data: "succeeded" });
  expect(await namesAt(bed, "vpcs")).toContain("net-two");
  expect(await namesAt(bed, "vpcs")).not.toContain("net-one");
  expect((await namesAt(bed, "databases")).filter((name) => name === "data")).toHaveLength(1);
  expectOk(await move.run(["destroy", "--yes", "--allow-data-loss"]));
});

test("a stack that somebody else holds: 75, what depends on it is skipped, the others are applied", async () => {
  const folder = join(state(), ".pulumi", "locks", "organization", "net", "sandbox.vpc.a");
  mkdirSync(folder, { recursive: true });
  const lock = { pid: 1, username: "deploy", hostname: "elsewhere", timestamp: new Date().toISOString() };
  writeFileSync(join(folder, "held.json"), JSON.stringify(lock));
  for (const name of ["a", "c"]) net.write(`${name}.yaml`, vpcManifest(name, [], "changed"));
  const up = await net.run(["up", "--yes"]);
  expect([up.code, up.result]).toEqual([75, "locked"]);
  expect(up.results).toMatchObject({ a: "locked", b: "skipped", c: "succeeded" });
  expect(up.stacks.find(({ name }) => name === "a")?.error).toMatchObject({ code: "E_LOCKED" });
  expect(up.all).toContain("deploy@elsewhere");
  rmSync(folder, { recursive: true });
  expectOk(await net.run(["up", "--yes"]));
  expect(await namedAtDigitalOcean(bed, "vpcs", "a")).toMatchObject([{ description: "changed" }]);
});

test("manifests of standard input are applied, and nothing is made twice by the same again", async () => {
  bed.write("piped/planton.yaml", "name: piped\nenvironments: {stg: {}}\n");
  const piped = workspaceBed(bed, "piped");
  const stdin = [vpcManifest("one"), vpcManifest("two", ["one"])].join("\n---\n");
  const up = () => piped.run(["up", "-f", "-", "--env", "stg", "--yes"], { cwd: piped.folder, stdin });
  const first = await up();
  expectOk(first);
  expect(first.results).toEqual({ one: "succeeded", two: "succeeded" });
  const second = await up();
  expectOk(second);
  expect(second.result).toBe("unchanged");
  expect((await namesAt(bed, "vpcs")).filter((name) => name.endsWith("-stg"))).toEqual(["one-stg", "two-stg"]);
});

test("a backend that goes away in the middle is an error, and nothing is lost when it is back", async () => {
  const last = workspaceBed(bed, "last", {
    "first.yaml": clusterManifest("first"),
    "second.yaml": clusterManifest("second", ["first"]),
  });
  await addFault(bed.home, { method: "POST", path: "/v2/databases", delayMs: 1500 });
  const running = last.start(["up", "--yes"]);
  await until("its creation has begun", async () => (await listFaults(bed.home)).length === 0);
  renameSync(state(), `${state()}.away`);
  // A folder would be made anew by pulumi.
  writeFileSync(state(), "");
  const ended = await running.ended;
  expect(ended.code, ended.all).not.toBe(0);
  expect(ended.results).toEqual({ first: "failed", second: "skipped" });
  expect(ended.stacks[0]?.error?.code).toMatch(/^E_/);
  rmSync(state());
  renameSync(`${state()}.away`, state());
  expectOk(await bed.planton(["recover", "-f", last.folder, "--yes"]));
  expectOk(await last.run(["up", "--yes"]));
  expect(await namesAt(bed, "databases")).toEqual(["first", "second"]);
  expect((await last.run(["up", "--yes"])).result).toBe("unchanged");
});
