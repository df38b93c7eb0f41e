import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { filesBelow, type PlantonBed } from "../planton-bed.js";

/** Runs something and checks that it made nothing at the vendor, no stack, and no file in the bed's folder. */
export async function leavesNothing<Result>(bed: PlantonBed, run: () => Promise<Result>): Promise<Result> {
  const before = await context(bed);
  const result = await run();
  const after = await context(bed);
  for (const [what, value] of Object.entries(before)) expect(after[what], what).toEqual(value);
  return result;
}

async function context(bed: PlantonBed): Promise<Record<string, unknown>> {
  const [databases, vpcs] = await Promise.all([bed.get("/v2/databases"), bed.get("/v2/vpcs")]);
  return {
    databases: databases["databases"],
    vpcs: vpcs["vpcs"],
    files: contents(bed.folder),
    stacks: contents(join(bed.home, "sandbox", "state"))
      .filter(([path]) => /\/stacks\/.*\.json$/.test(path))
      .map(([path, text]) => [path, resourcesOf(text)]),
    left: contents(join(bed.home, "run")),
  };
}

/**
 * Resources in a state file of Pulumi's file backend; times and the secrets' encryption change with failed updates,
 * too.
 */
function resourcesOf(state: string): unknown {
  const fixed = (key: string, value: unknown): unknown => (["ciphertext", "modified"].includes(key) ? "" : value);
  const { checkpoint } = JSON.parse(state, fixed) as { checkpoint?: { latest?: { resources?: unknown } } };
  return checkpoint?.latest?.resources ?? [];
}

function contents(folder: string): [path: string, text: string][] {
  if (!existsSync(folder)) return [];
  return filesBelow(folder).map(({ path, content }) => [path, content.toString("latin1")]);
}
