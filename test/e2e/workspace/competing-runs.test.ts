import { afterAll, beforeAll, expect, test } from "vitest";
import { addFault, clearFaults } from "../../../sandbox/kit/client/sandbox-client.js";
import { openBed, type PlantonBed } from "../../support/planton-bed.js";
import { expectOk } from "../../support/stack-bed.js";
import { namesAt, vpcManifest, workspaceBed } from "../../support/workspace-bed.js";

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openBed();
});
afterAll(() => bed.close());

const names = ["a", "b", "c", "d"];

test("two runs on one folder at once: each ends well or finds stacks held, and nothing is made twice", async () => {
  const files = names.map((name, index) => [
    `${name}.yaml`,
    vpcManifest(name, index < 2 ? [] : [names[index - 2] ?? ""]),
  ]);
  const net = workspaceBed(bed, "net", { "planton.yaml": "name: net\n", ...Object.fromEntries(files) });
  await addFault(bed.home, { method: "POST", path: "/v2/vpcs", delayMs: 500, count: 100 });
  const words = ["up", "-f", net.folder, "--yes", "--parallel", "2"];
  const both = await Promise.all([bed.planton(words), bed.planton(words)]);
  await clearFaults(bed.home);
  for (const { code, all } of both) {
    expect([0, 75], all).toContain(code);
    if (code === 75) expect(all).toContain("[E_LOCKED]");
  }
  const next = await net.run(["up", "--yes"]);
  expectOk(next);
  expect(await namesAt(bed, "vpcs")).toEqual(names);
  expect((await net.run(["up", "--yes"])).result).toBe("unchanged");
});
