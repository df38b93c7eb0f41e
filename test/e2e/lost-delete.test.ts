import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBed, type PlantonBed } from "../support/planton-bed.js";
import { vpcInput } from "../support/stack-inputs.js";

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openBed();
});
afterAll(() => bed.close());

test("a deletion whose answer was lost leads to a hint, and the hint leads out", async () => {
  const cwd = join(bed.folder, "net");
  bed.write("net/stack-input.yaml", vpcInput({ name: "net" }));
  const run = (...words: string[]) => bed.planton(["pulumi", ...words], { cwd });
  const made = await run("up", "--yes");
  expect(made.code, made.all).toBe(0);
  await bed.planton(["sandbox", "fault", "add", "--method", "DELETE", "--path", "/v2/vpcs/*", "--lost-answer"]);
  let ended = await run("destroy", "--yes");
  if (ended.code !== 0) ended = await run("destroy", "--yes");
  expect(ended.code, ended.all).not.toBe(0);
  expect(ended.stderr).toContain("planton pulumi refresh");
  const refreshed = await run("refresh", "--yes");
  expect(refreshed.code, refreshed.all).toBe(0);
  const destroyed = await run("destroy", "--yes");
  expect(destroyed.code, destroyed.all).toBe(0);
});
