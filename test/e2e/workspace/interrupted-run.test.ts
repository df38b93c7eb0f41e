import { afterAll, beforeAll, expect, test } from "vitest";
import { addFault, clearFaults, listFaults } from "../../../sandbox/kit/client/sandbox-client.js";
import { processesOf } from "../../support/bed-processes.js";
import { openBed, type PlantonBed, type Running, until } from "../../support/planton-bed.js";
import { expectOk } from "../../support/stack-bed.js";
import { clusterManifest, namesAt, workspaceBed } from "../../support/workspace-bed.js";

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openBed();
});
afterAll(() => bed.close());

const names = ["db1", "db2", "db3", "db4", "db5", "db6", "db7", "db8"];

test("a run that is ended, then one that is killed with its children: the next makes the rest, nothing twice", async () => {
  const files = names.map((name, index) => [`${name}.yaml`, clusterManifest(name, names.slice(index - 3, index - 2))]);
  const net = workspaceBed(bed, "net", Object.fromEntries(files));
  const slow = { method: "POST", path: "/v2/databases", delayMs: 1000, count: 100 };
  const hasBegun = async ({ child, soFar }: Running, requests: number): Promise<boolean> => {
    expect(child.exitCode, soFar()).toBeNull();
    const [fault] = await listFaults(bed.home);
    return fault !== undefined && fault.count <= 100 - requests;
  };

  await addFault(bed.home, slow);
  const ended = net.start(["up", "--yes", "--parallel", "2"]);
  await until("two creations have begun", () => hasBegun(ended, 2), 90_000);
  ended.child.kill("SIGTERM");
  const first = await ended.ended;
  expect([first.code, first.result], first.all).toEqual([8, "cancelled"]);
  const left = names.filter((name) => first.results[name] !== "succeeded");
  expect(left.length).toBeGreaterThanOrEqual(names.length - 2);
  expect(left.map((name) => first.results[name])).toEqual(left.map(() => "cancelled"));
  for (const name of left) expect(first.all).toContain(`db/${name}`);
  expect(processesOf(bed.home, "pulumi")).toEqual([]);

  await clearFaults(bed.home);
  await addFault(bed.home, slow);
  const killed = bed.start(["up", "-f", net.folder, "--yes", "--parallel", "2"]);
  await until("four more creations have begun", () => hasBegun(killed, 4), 90_000);
  const isAlive = (): boolean => {
    const processes = processesOf(bed.home, "");
    for (const { pid } of processes) process.kill(pid, "SIGKILL");
    return processes.length > 0;
  };
  await until("all processes are gone", () => !isAlive());
  expect((await killed.ended).code).not.toBe(0);
  const made = await namesAt(bed, "databases");
  expect(made.length).toBeLessThan(names.length);

  await clearFaults(bed.home);
  const last = await net.run(["up", "--yes"]);
  expectOk(last);
  expect(Object.keys(last.results).sort()).toEqual(names);
  expect(await namesAt(bed, "databases")).toEqual(names);
  expect((await net.run(["up", "--yes"])).result).toBe("unchanged");
});
