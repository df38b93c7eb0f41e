import { afterAll, beforeAll, expect, test } from "vitest";
import { shownAtCloudflare } from "../../support/cloudflare-bed.js";
import { openLife } from "../../support/kind-life.js";
import { openBed, type PlantonBed } from "../../support/planton-bed.js";

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openBed();
});
afterAll(() => bed.close());

const apiVersion = "cloudflare.planton.dev/v1";
const policy = { apiVersion, kind: "CloudflareZeroTrustAccessPolicy" };
const application = { apiVersion, kind: "CloudflareZeroTrustAccessApplication" };

/** What the sandbox's Cloudflare has in a list of Access. */
const listed = (list: "apps" | "policies") =>
  shownAtCloudflare<readonly Readonly<Record<string, unknown>>[]>(bed, `/access/${list}`);

test("policies are made, attached, changed in place, kept while they are used, and leave nothing", async () => {
  const staff = openLife(bed, "staff");
  await staff.up({ ...policy, spec: { decision: "allow", include: [{ email_domain: "example.com" }] } });
  await staff.expectUnchanged();
  const { policy_id: policyId } = await staff.outputs();

  const admin = openLife(bed, "admin");
  const spec = { domain: "admin.example.com", policies: [{ policy: policyId }] };
  await admin.up({ ...application, spec });
  await admin.expectUnchanged();
  const made = await admin.outputs();
  expect(made).toMatchObject({ domain: "admin.example.com", aud: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(await listed("apps")).toMatchObject([{ policies: [{ id: policyId, precedence: 1 }] }]);

  const rules = { include: [{ everyone: true }], require: [{ geo: "CH" }], exclude: [{ ip: "192.0.2.0/24" }] };
  expect(await staff.up({ ...policy, spec: { decision: "deny", ...rules } })).toMatch(/1 updated/);
  await staff.expectUnchanged();
  expect(await listed("policies")).toMatchObject([
    {
      id: policyId,
      decision: "deny",
      include: [{ everyone: {} }],
      require: [{ geo: { country_code: "CH" } }],
      exclude: [{ ip: { ip: "192.0.2.0/24" } }],
    },
  ]);

  const refused = await bed.planton(["pulumi", "destroy", "--yes"], { cwd: `${bed.folder}/staff` });
  expect([refused.code === 0, (await listed("policies")).length]).toEqual([false, 1]);
  expect(refused.all).toContain("reusable_policy_in_use");

  expect(await admin.up({ ...application, spec: { ...spec, policies: [], session_duration: "1h" } })).toMatch(
    /1 updated/,
  );
  await admin.expectUnchanged();
  expect(await listed("apps")).toMatchObject([{ policies: [], session_duration: "1h" }]);
  await staff.destroy();

  const other = openLife(bed, "admin-imported");
  const importId = `accounts/${bed.env["CLOUDFLARE_ACCOUNT_ID"]}/${made["application_id"]}`;
  const metadata = { import_id: importId, retain_on_delete: true };
  await other.up({
    ...application,
    metadata,
    spec: { ...spec, application_name: "admin", policies: [], session_duration: "1h" },
  });
  await other.expectUnchanged();
  expect(await other.outputs()).toMatchObject({ aud: made["aud"] });
  await other.destroy();

  await admin.destroy();
  expect([await listed("apps"), await listed("policies")]).toEqual([[], []]);
});
