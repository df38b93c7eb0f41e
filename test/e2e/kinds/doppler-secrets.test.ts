import { cpSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { secretAt, secretNames } from "../../support/doppler-bed.js";
import { openLife } from "../../support/kind-life.js";
import { filesBelow, openBed, type PlantonBed, root } from "../../support/planton-bed.js";

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openBed({ env: { SHOP_SESSION_KEY: "session-marker-77" } });
});
afterAll(() => bed.close());

const form = { apiVersion: "doppler.planton.dev/v1", kind: "DopplerSecrets" };
const spec = (secrets: object) => ({ project: "planton", config: "dev", secrets });
const rawAt = async (name: string) => (await secretAt(bed, { name })).raw;

test("secrets are written at once, changed in place, taken into another stack, and leave nothing", async () => {
  const before = await secretNames(bed);
  const life = openLife(bed, "settings");
  await life.up({ ...form, spec: spec({ LIFE_A: "value-marker-1", LIFE_B: "env://SHOP_SESSION_KEY" }) });
  await life.expectUnchanged();
  expect(await life.outputs()).toMatchObject({ names: ["LIFE_A", "LIFE_B"], adopted: false });
  expect([await rawAt("LIFE_A"), await rawAt("LIFE_B")]).toEqual(["value-marker-1", "session-marker-77"]);
  // The manifest holds the first one itself, and the vendor has them all.
  const kept = filesBelow(bed.base).filter(
    ({ path }) => !/stack-input\.yaml$|sandbox\/data\/doppler\.json$/.test(path),
  );
  const found = kept.filter(({ content }) => /(value|session)-marker/.test(content.toString("latin1")));
  expect(found.map(({ path }) => path)).toEqual([]);

  const changed = spec({ LIFE_A: "value-marker-2", LIFE_C: "value-marker-3" });
  const all = await life.up({ ...form, spec: changed });
  expect(all).toContain("1 updated");
  expect(all).not.toContain("value-marker");
  expect([await rawAt("LIFE_A"), await rawAt("LIFE_B"), await rawAt("LIFE_C")]).toEqual([
    "value-marker-2",
    null,
    "value-marker-3",
  ]);
  await life.expectUnchanged();

  const other = openLife(bed, "settings-imported");
  await other.up({
    ...form,
    metadata: { import_id: "planton.dev.LIFE_A,LIFE_C", retain_on_delete: true },
    spec: changed,
  });
  await other.expectUnchanged();
  await other.destroy();

  await life.destroy();
  expect(await secretNames(bed)).toEqual(before);
});

test("the examples work one after the other", async () => {
  for (const path of ["planton.yaml", "sentry-project", "doppler-secrets"])
    cpSync(join(root, "examples", path), join(bed.folder, "examples", path), { recursive: true });
  for (const path of ["sentry-project", "doppler-secrets"]) {
    const ended = await bed.planton(["pulumi", "up", "--yes", "--stack-input", "stack-input.yaml"], {
      cwd: join(bed.folder, "examples", path),
    });
    expect(ended.code, ended.all).toBe(0);
  }
  expect(await rawAt("SENTRY_DSN")).toMatch(/^https:\/\/[0-9a-f]{32}@/);
});
