import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBed, type PlantonBed } from "../../support/planton-bed.js";
import { expectRefusal } from "../../support/refusal.js";
import { expectOk } from "../../support/stack-bed.js";
import { namesAt, vpcManifest, type WorkspaceBed, workspaceBed } from "../../support/workspace-bed.js";

let bed: PlantonBed;
let shop: WorkspaceBed;
beforeAll(async () => {
  bed = await openBed();
  const value = { valueFrom: { kind: "DigitalOceanVpc", name: "net", fieldPath: "vpc_id" } };
  shop = workspaceBed(bed, "shop", {
    "planton.yaml": "name: shop\nenvironments:\n  stg: {credentials: {digitalocean: do-stg}}\n  prd: {}\n",
    "net.yaml": vpcManifest("net"),
    "id.yaml": JSON.stringify({
      apiVersion: "doppler.planton.dev/v1",
      kind: "DopplerSecret",
      metadata: { name: "id", environments: ["stg"] },
      spec: { project: "planton", config: "dev", value },
    }),
  });
});
afterAll(() => bed.close());

const stg = ["--env", "stg"];
const planton = (...words: readonly string[]) => bed.planton([...words, "-f", shop.folder, ...stg]);

test("a plan says what is not known yet, is kept in a report, and only that plan is applied with --plan", async () => {
  const report = join(bed.base, "plan.json");
  const preview = await bed.planton(["preview", "-f", shop.folder, ...stg, "--exit-code", "--report", report]);
  expect([preview.code, preview.all]).toEqual([10, expect.stringContaining("known after vpc/net is applied: vpc_id")]);
  shop.write("more.yaml", vpcManifest("more"));
  const refused = await bed.planton(["up", "-f", shop.folder, ...stg, "--yes", "--plan", report]);
  expectRefusal(refused, { exitCode: 4, code: "E_PLAN_CHANGED", says: ["more"] });
  expect(await namesAt(bed, "vpcs")).toEqual([]);
  shop.write("more.yaml", "");
  const up = await shop.run(["up", ...stg, "--yes", "--plan", report, "--parallel", "1"]);
  expectOk(up);
  expect(up.results).toEqual({ net: "succeeded", id: "succeeded" });
  expect(await namesAt(bed, "vpcs")).toEqual(["net-stg"]);
  expect((await planton("preview", "--exit-code")).code).toBe(0);
});

test("status, outputs and drift say of the stacks what there is, and recover that nothing has to be done", async () => {
  const status = await planton("status");
  expectOk(status);
  expect(status.stdout).toMatch(/^stg +vpc\/net +applied +\d{4}-\d\d-\d\d \d\d:\d\d *$/m);
  expect(status.stdout).toContain("2 stacks: 2 applied");
  const json = await planton("outputs", "--format", "json");
  const outputs = JSON.parse(json.stdout) as Record<string, Record<string, unknown>>;
  const id = outputs["vpc/net"]?.["vpc_id"];
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  const text = await planton("outputs", "net");
  expect([text.stdout.split("\n")[0], text.stdout]).toEqual(["vpc/net", expect.stringContaining(String(id))]);
  expect((await planton("outputs", "net", "--format", "env")).stdout).toMatch(
    new RegExp(`^VPC_NET_VPC_ID='${id}'$`, "m"),
  );
  expectOk(await planton("drift"));
  expectOk(await planton("recover", "--yes"));

  shop.write("net.yaml", vpcManifest("net", [], "changed"));
  const later = await planton("status");
  expect(later.stdout).toMatch(/vpc\/net +pending .*manifest changed/);
  expect((await planton("preview", "--exit-code")).code).toBe(10);
});
