import { chmodSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { vpcInput } from "../../support/kinds/stack-inputs.js";
import { openBed, type PlantonBed } from "../../support/planton-bed.js";

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openBed();
});
afterAll(() => bed.close());

test.each([
  "before",
  "after",
])("a run that is killed %s pulumi makes the stack needs no word of the user", async (when) => {
  const cwd = join(bed.folder, when);
  bed.write(`${when}/stack-input.yaml`, vpcInput({ name: when }));
  const real = `${bed.env["PATH"]?.split(":")[0]}/pulumi`;
  const init = when === "after" ? `"${real}" "$@"; kill -9 $PPID; exit 1` : "kill -9 $PPID; exit 1";
  const script = `#!/bin/sh\ncase "$*" in *"stack init"*) ${init};; esac\nexec "${real}" "$@"\n`;
  chmodSync(bed.write(`bin-${when}/pulumi`, script), 0o755);
  const words = ["pulumi", "up", "--yes"];
  const env = { PATH: `${join(bed.folder, `bin-${when}`)}:${bed.env["PATH"]}` };
  expect((await bed.planton(words, { cwd, env })).code).toBe(137);
  const settings = join(cwd, `Pulumi.sandbox.vpc.${when}.yaml`);
  expect(existsSync(settings)).toBe(true);
  const next = await bed.planton(words, { cwd });
  expect(next.code, next.all).toBe(0);
  expect(readFileSync(settings, "utf8")).toMatch(/encryptionsalt: .+[\s\S]*planton:id: /);
});
