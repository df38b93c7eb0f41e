import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { Ended, PlantonBed } from "./planton-bed.js";

/** A stack in a folder of its own. */
export interface StackBed {
  readonly cwd: string;
  readonly stack: string;
  readonly write: (text: string) => void;
  /** `planton pulumi` with these words. */
  readonly planton: (...words: string[]) => Promise<Ended>;
  /** `pulumi` with these words, on the stack. */
  readonly pulumi: (...words: string[]) => Promise<Ended>;
  /** Removes the run marker, as a fresh checkout lacks it. */
  readonly loseMarker: () => void;
}

/** Opens the stack of a stack input: of the short name of its kind and a metadata.name, which is the folder's name too. */
export function stackBed(bed: PlantonBed, kind: string, name: string, text: string): StackBed {
  const cwd = join(bed.folder, name);
  const stack = `sandbox.${kind}.${name}`;
  const write = (next: string): void => void bed.write(`${name}/stack-input.yaml`, next);
  write(text);
  return {
    cwd,
    stack,
    write,
    planton: (...words) => bed.planton(["pulumi", ...words], { cwd }),
    pulumi: (...words) => bed.pulumi([...words, "--stack", stack], { cwd }),
    loseMarker: () => rmSync(join(cwd, ".planton"), { recursive: true, force: true }),
  };
}

/** Objects of a list of DigitalOcean's API with that name. */
export async function namedAtDigitalOcean(
  bed: PlantonBed,
  list: "databases" | "vpcs",
  name: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const all = ((await bed.get(`/v2/${list}?per_page=200`))[list] ?? []) as Record<string, unknown>[];
  return all.filter((item) => item["name"] === name);
}

/** The one cluster of a name, with the values of its list of trusted sources. */
export async function onlyCluster(bed: PlantonBed, name: string): Promise<{ id: string; sources: readonly string[] }> {
  const found = await namedAtDigitalOcean(bed, "databases", name);
  expect(found).toHaveLength(1);
  const rules = (found[0]?.["rules"] ?? []) as { readonly value: string }[];
  return { id: String(found[0]?.["id"]), sources: rules.map(({ value }) => value) };
}

/** The command ended with 0. */
export function expectOk(ended: Ended): void {
  expect(ended.code, ended.all).toBe(0);
}

/** The command failed, and said these. */
export function expectFailed(ended: Ended, ...says: string[]): void {
  expect(ended.code, ended.all).not.toBe(0);
  for (const text of says) expect(ended.all).toContain(text);
}

/** A preview shows no changes. */
export async function expectUnchanged({ pulumi }: StackBed): Promise<void> {
  expectOk(await pulumi("preview", "--expect-no-changes"));
}
