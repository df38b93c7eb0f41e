import { afterAll, beforeAll, expect, test } from "vitest";
import { addFault, clearFaults, listFaults } from "../../../sandbox/kit/client/sandbox-client.js";
import { processesOf } from "../../support/bed-processes.js";
import { openBed, type PlantonBed, until } from "../../support/planton-bed.js";
import { expectOk, namedAtDigitalOcean } from "../../support/stack-bed.js";
import { namesAt, vpcManifest, workspaceBed } from "../../support/workspace-bed.js";

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openBed();
});
afterAll(() => bed.close());

const names = Array.from({ length: 50 }, (_, index) => `net-${String(index).padStart(2, "0")}`);

test("50 stacks, killed half way with all processes: the next run makes the rest, nothing twice, nothing lost", async () => {
  // Of every five one is the first of a chain.
  const after = (index: number): readonly string[] => (index % 5 === 0 ? [] : names.slice(index - 1, index));
  const files = names.map((name, index) => [`${name}.yaml`, vpcManifest(name, after(index))]);
  const net = workspaceBed(bed, "net", { "planton.yaml": "name: net\n", ...Object.fromEntries(files) });
  const most = 100;
  await addFault(bed.home, { method: "POST", path: "/v2/vpcs", delayMs: 400, count: most });
  const killed = bed.start(["up", "-f", net.folder, "--yes", "--parallel", "2"]);
  const hasBegunHalf = async (): Promise<boolean> => {
    expect(killed.child.exitCode, killed.soFar()).toBeNull();
    const [fault] = await listFaults(bed.home);
    return fault !== undefined && fault.count <= most - names.length / 2;
  };
  await until("half of the creations have begun", hasBegunHalf, 200_000);
  const isAlive = (): boolean => {
    const processes = processesOf(bed.home, "");
    for (const { pid } of processes) process.kill(pid, "SIGKILL");
    return processes.length > 0;
  };
  await until("all processes are gone", () => !isAlive());
  expect((await killed.ended).code).toBe(137);
  await clearFaults(bed.home);
  const made = await namesAt(bed, "vpcs");
  expect(made.length).toBeGreaterThanOrEqual(names.length / 2 - 2);
  expect(made.length).toBeLessThan(names.length - 10);

  // A VPC carries no mark of its stack: of those that were under way the user says that they are the run's own.
  const next = await net.run(["up", "--yes"]);
  const failed = next.stacks.filter(({ result }) => result === "failed");
  expect([next.code, failed.length], next.all).toEqual([4, expect.toBeOneOf([1, 2])]);
  expect(failed.map(({ error }) => error?.code)).toEqual(failed.map(() => "E_PENDING_OPERATIONS"));
  const ids: string[] = [];
  for (const { name } of failed) {
    const [vpc, ...more] = await namedAtDigitalOcean(bed, "vpcs", name);
    expect(more).toEqual([]);
    ids.push(String(vpc?.["id"]));
  }
  expectOk(await bed.planton(["recover", "-f", net.folder, "--yes", "--import", ...ids]));
  const last = await net.run(["up", "--yes"]);
  expectOk(last);
  expect(last.stacks.map(({ name }) => name).sort()).toEqual(names);
  expect(await namesAt(bed, "vpcs")).toEqual(names);
  expect((await net.run(["up", "--yes"])).result).toBe("unchanged");
}, 400_000);
