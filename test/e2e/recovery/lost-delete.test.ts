import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clusterInput, vpcInput } from "../../support/kinds/stack-inputs.js";
import { openBed, type PlantonBed } from "../../support/planton-bed.js";

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openBed();
});
afterAll(() => bed.close());

test("a deletion whose response was lost: the next destroy reads what exists first", async () => {
  const cwd = join(bed.folder, "net");
  bed.write("net/stack-input.yaml", vpcInput({ name: "net" }));
  const run = (...words: string[]) => bed.planton(["pulumi", ...words], { cwd });
  const made = await run("up", "--yes");
  expect(made.code, made.all).toBe(0);
  await bed.planton(["sandbox", "fault", "add", "--method", "DELETE", "--path", "/v2/vpcs/*", "--drop-response"]);
  const ended = await run("destroy", "--yes");
  expect(ended.code, ended.all).not.toBe(0);
  const plain = await bed.pulumi(["up", "--yes", "--stack", "sandbox.vpc.net"], { cwd });
  expect(plain.code, plain.all).not.toBe(0);
  expect(plain.all).toContain("E_PENDING_OPERATIONS");
  const destroyed = await run("destroy", "--yes");
  expect(destroyed.code, destroyed.all).toBe(0);
  const again = await run("up", "--yes");
  expect(again.code, again.all).toBe(0);
});

test("a destroy that protection refuses asks for nothing to be read", async () => {
  const cwd = join(bed.folder, "guarded");
  bed.write("guarded/stack-input.yaml", clusterInput("guarded"));
  const run = (...words: string[]) => bed.planton(["pulumi", ...words], { cwd });
  expect((await run("up", "--yes")).code).toBe(0);
  expect((await run("destroy", "--yes")).code).toBe(4);
  expect((await run("up", "--yes")).all).not.toContain("reading its resources");
});
