import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { changeSettings } from "../../../sandbox/kit/client/adjust-sandbox.js";
import { addFault, listFaults, setPace } from "../../../sandbox/kit/client/sandbox-client.js";
import type { FaultInit } from "../../../sandbox/kit/faults/fault.js";
import { killProcess, processesOf } from "../../support/bed-processes.js";
import { type PlantonBed, type Running, until } from "../../support/planton-bed.js";
import {
  clustersNamed,
  expectUsable,
  openTidbCloudBed,
  serverlessInput,
  serverlessStack,
} from "../../support/tidbcloud-bed.js";

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openTidbCloudBed();
});
afterAll(() => bed.close());

const up = ["pulumi", "up", "--yes"];

function written(name: string, spec: readonly string[] = []): string {
  bed.write(`${name}/stack-input.yaml`, serverlessInput(name, spec));
  return join(bed.folder, name);
}

/** Starts an up and waits until the vendor makes the cluster. */
async function startUp(name: string): Promise<{ cwd: string; running: Running }> {
  await setPace(bed.home, { name: "fast", creationMs: 5000 });
  const cwd = written(name);
  const running = bed.start(up, { cwd });
  await until("the vendor makes the cluster", async () => (await clustersNamed(bed, name)).length === 1, 60_000);
  return { cwd, running };
}

test.each([
  { what: "plugin", part: "pulumi-resource-tidbcloud" },
  { what: "language host", part: "pulumi-language-planton" },
  { what: "CLI", part: "/pulumi up" },
])("kill -9 of the $what during creation: the tool says what to type, and the cluster is taken up again", async ({
  what,
  part,
}) => {
  const name = `killed-${what.toLowerCase().replace(" ", "-")}`;
  const { cwd, running } = await startUp(name);
  killProcess(bed.home, part, "SIGKILL");
  const ended = await running.ended;
  expect(ended.code).not.toBe(0);
  expect(ended.all).toContain("planton pulumi up");
  await until("host and plugin are gone", () => processesOf(bed.home, "pulumi").length === 0, 15_000);
  await setPace(bed.home, { name: "fast" });
  if (what === "CLI") {
    const recovered = await bed.planton(["pulumi", "recover", "--yes"], { cwd });
    expect(recovered.code, recovered.all).toBe(0);
  }
  const next = await bed.planton(up, { cwd });
  expect(next.code, next.all).toBe(0);
  await expectUsable(bed, name);
});

test("a cluster that stays in CREATING to the deadline is kept, and the next up waits on, also after a refresh", async () => {
  const name = "stuck";
  await setPace(bed.home, { name: "fast", creationMs: 20_000 });
  const cwd = written(name, ["ready_timeout: 2s"]);
  const first = await bed.planton(up, { cwd });
  expect(first.code).not.toBe(0);
  expect(await clustersNamed(bed, name)).toHaveLength(1);
  const refreshed = await bed.planton(["pulumi", "refresh", "--yes"], { cwd });
  expect(refreshed.code, refreshed.all).toBe(0);
  written(name, ["ready_timeout: 5m"]);
  const next = await bed.planton(up, { cwd });
  expect(next.code, next.all).toBe(0);
  await expectUsable(bed, name);
});

test.each<{ readonly what: string; readonly fault: FaultInit }>([
  { what: "a response lost after the POST", fault: { dropResponse: true } },
  { what: "a connection reset before the POST", fault: { reset: true } },
  { what: "a 500 before the POST", fault: { status: 500 } },
])("$what: in the end there is one cluster and an empty up", async ({ what, fault }) => {
  const name = `fault-${what.split(" ").slice(1, 3).join("-")}`;
  await setPace(bed.home, { name: "fast" });
  await addFault(bed.home, { method: "POST", path: "/v1beta1/clusters", ...fault });
  const cwd = written(name);
  const first = await bed.planton(up, { cwd });
  if (first.code !== 0) {
    const next = await bed.planton(up, { cwd });
    expect(next.code, next.all).toBe(0);
  }
  await expectUsable(bed, name);
  const destroyed = await bed.planton(["pulumi", "destroy", "--yes", "--allow-data-loss"], { cwd });
  expect(destroyed.code, destroyed.all).toBe(0);
  expect(await clustersNamed(bed, name)).toEqual([]);
});

test("labels that the vendor drops at create do not make a second cluster after a kill", async () => {
  const name = "unlabelled";
  await changeSettings(bed.home, { vendor: "tidbcloud", values: { createKeepsLabels: false } });
  const { cwd, running } = await startUp(name);
  killProcess(bed.home, "pulumi-resource-tidbcloud", "SIGKILL");
  await running.ended;
  await until("host and plugin are gone", () => processesOf(bed.home, "pulumi").length === 0, 15_000);
  await setPace(bed.home, { name: "fast" });
  const next = await bed.planton(up, { cwd });
  expect(next.code, next.all).toBe(0);
  await expectUsable(bed, name);
});

test("a creation under way when everything is killed and its records are lost makes no second cluster", async () => {
  const name = "no-records";
  // Without its records only the label shows whose it is.
  await changeSettings(bed.home, { vendor: "tidbcloud", values: { createKeepsLabels: true } });
  await setPace(bed.home, { name: "fast" });
  const cwd = written(name);
  await addFault(bed.home, { method: "POST", path: "/v1beta1/clusters", delayMs: 8000 });
  const running = bed.start(up, { cwd });
  await until("the engine creates it", () => running.soFar().includes(`ServerlessCluster ${name} creating`), 60_000);
  await until("the request is on its way", async () => (await listFaults(bed.home)).length === 0, 10_000);
  killProcess(bed.home, "/pulumi up", "SIGKILL");
  for (const { pid } of processesOf(bed.home, "pulumi")) process.kill(pid, "SIGKILL");
  await running.ended;
  rmSync(join(bed.home, "intents"), { recursive: true, force: true });
  rmSync(join(cwd, ".planton"), { recursive: true, force: true });
  const stack = ["--stack", serverlessStack(name)];
  await bed.pulumi(["cancel", "--yes", ...stack], { cwd });
  const plain = await bed.pulumi(["up", "--yes", ...stack], { cwd });
  // On a slow machine the request has arrived by now, and the plugin finds what it made.
  if (plain.code !== 0) expect(plain.all).toContain("E_PENDING_OPERATIONS");
  expect((await clustersNamed(bed, name)).length).toBeLessThanOrEqual(1);
  const next = await bed.planton(up, { cwd });
  expect(next.code, next.all).toBe(0);
  expect(next.stderr).not.toContain("left nothing at the vendor");
  await expectUsable(bed, name);
});
