import { afterAll, beforeAll, expect, test } from "vitest";
import { openLife } from "../../support/kind-life.js";
import { openBed, type PlantonBed } from "../../support/planton-bed.js";

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openBed();
});
afterAll(() => bed.close());

/** Slugs of what the sandbox's Sentry has in a list. */
async function slugsOf(list: "projects" | "teams"): Promise<readonly unknown[]> {
  const headers = { authorization: `Bearer ${bed.env["SENTRY_AUTH_TOKEN"]}` };
  const response = await fetch(`${bed.env["SENTRY_BASE_URL"]}0/organizations/planton/${list}/`, { headers });
  const listed = (await response.json()) as readonly { readonly slug: string }[];
  return listed.map(({ slug }) => slug);
}

const form = { apiVersion: "sentry.planton.dev/v1", kind: "SentryProject" };
const spec = { organization: "planton", create_team: {}, platform: "node", keys: [{ name: "web" }, { name: "jobs" }] };

test("a project is made with team and keys, changed in place, taken into another stack, and leaves nothing", async () => {
  const life = openLife(bed, "shop-errors");
  await life.up({ ...form, spec });
  await life.expectUnchanged();
  const made = await life.outputs();
  expect(made).toMatchObject({ project_slug: "shop-errors", team_slug: "shop-errors", organization: "planton" });
  const dsns = made["dsns"] as Record<string, string>;
  expect(Object.keys(dsns).sort()).toEqual(["jobs", "web"]);
  expect([dsns["web"], made["dsn"]]).toEqual([made["dsn"], expect.stringMatching(/^https:\/\/[0-9a-f]{32}@.+\/\d+$/)]);

  const changed = { ...spec, slug: "shop-errors-2", resolve_age_hours: 24, keys: [{ name: "web", active: false }] };
  const all = await life.up({ ...form, spec: changed }, ["--allow-data-loss"]);
  expect(all).toMatch(/3 updated/);
  expect(all).toMatch(/1 deleted/);
  expect(await life.outputs()).toMatchObject({ project_id: made["project_id"], dsn: made["dsn"] });
  await life.expectUnchanged();

  const other = openLife(bed, "shop-errors-imported");
  const metadata = { import_id: "planton.shop-errors-2", retain_on_delete: true };
  const { create_team: _team, ...imported } = changed;
  await other.up({ ...form, metadata, spec: { ...imported, team: "shop-errors-2", keys: [{ name: "other" }] } });
  await other.expectUnchanged();
  expect((await other.outputs())["project_id"]).toBe(made["project_id"]);
  await other.destroy();

  await life.destroy();
  expect([await slugsOf("projects"), await slugsOf("teams")]).toEqual([[], ["planton"]]);
});

test("a slug that somebody else has is refused, and theirs stays", async () => {
  const first = openLife(bed, "taken");
  await first.up({ ...form, spec: { organization: "planton", team: "planton" } });
  bed.write(
    "second/stack-input.yaml",
    JSON.stringify({
      target: {
        ...form,
        metadata: { name: "second" },
        spec: { organization: "planton", team: "planton", slug: "taken" },
      },
    }),
  );
  const refused = await bed.planton(["pulumi", "up", "--yes"], { cwd: `${bed.folder}/second` });
  expect(refused.code).not.toBe(0);
  expect(refused.all).toContain("metadata.import_id");
  await first.destroy();
});
