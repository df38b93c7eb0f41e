import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  cluster,
  dopplerSecret,
  errorOf,
  openWorkspaceBed,
  resultsOf,
  user,
  vpc,
  type WorkspaceBed,
} from "../../../test/support/in-process/workspace-bed.js";
import type { UnitPlan } from "./plan-unit.js";
import type { WorkspacePlan } from "./run-workspace.js";

let bed: WorkspaceBed;
beforeEach(() => {
  bed = openWorkspaceBed();
  bed.write("shop/planton.yaml", "name: shop\n");
  bed.write("shop/net.yaml", vpc("net"));
  bed.write("shop/data.yaml", cluster("data", "net"));
});
afterEach(() => bed.close());

async function applied(): Promise<void> {
  expect(new Set(Object.values((await bed.up()).results))).toEqual(new Set(["succeeded"]));
  bed.engineRuns();
}

const net = "DigitalOceanVpc/net";
const data = "DigitalOceanDatabaseCluster/data";

function planOf(plan: WorkspacePlan, id: string): UnitPlan {
  const outcome = plan.get(id);
  if (outcome?.result !== "succeeded" && outcome?.result !== "unchanged") throw new Error(`no plan of ${id}`);
  return outcome.data;
}

describe("a preview of a dependent", () => {
  test("does not know outputs of a stack that is not applied yet", async () => {
    const { plan } = await bed.plan();
    expect(planOf(plan, net)).toMatchObject({ action: "create", reason: "new", changedOutputs: "all", unknown: [] });
    expect(planOf(plan, data)).toMatchObject({ action: "create", unknown: [{ unit: net, outputs: ["vpc_id"] }] });
    expect(bed.cloud.created).toEqual([]);
  });

  test("is not made when the stack changes in place and its outputs stay as they are", async () => {
    await applied();
    bed.write("shop/net.yaml", vpc("net", "description: other"));
    const { plan } = await bed.plan();
    expect(planOf(plan, net)).toMatchObject({ action: "update", reason: "manifest changed", changedOutputs: [] });
    expect(planOf(plan, data)).toMatchObject({ action: "none", reason: undefined, unknown: [] });
    expect(bed.engineRuns()).toEqual(["preview vpc.net"]);
  });

  test("does not know an output that a change in place may change; it stays unchanged when the value is as it was", async () => {
    await applied();
    bed.unknownOnUpdate.add("vpc_id");
    bed.write("shop/net.yaml", vpc("net", "description: other"));
    const { plan, results } = await bed.up();
    expect(planOf(plan, net)).toMatchObject({ changedOutputs: ["vpc_id"] });
    expect(planOf(plan, data)).toMatchObject({
      action: "update",
      reason: "a stack that it refers to changes",
      unknown: [{ unit: net, outputs: ["vpc_id"] }],
    });
    expect(results).toEqual({ net: "succeeded", data: "unchanged" });
    expect(bed.engineRuns()).toEqual(["preview vpc.net", "preview db.data", "up vpc.net"]);
  });

  test("does not know the outputs of a stack that is replaced", async () => {
    await applied();
    bed.write("shop/net.yaml", vpc("net").replace("nyc3", "ams3"));
    const { plan } = await bed.plan();
    expect(planOf(plan, net)).toMatchObject({ action: "replace", changedOutputs: expect.arrayContaining(["vpc_id"]) });
    expect(planOf(plan, data)).toMatchObject({ unknown: [{ unit: net, outputs: ["vpc_id"] }] });
  });

  test("does not know a secret of a stack that changes", async () => {
    bed.write("shop/app.yaml", user("app", "data"));
    bed.write("shop/copy.yaml", dopplerSecret("copy", { user: "app" }));
    await applied();
    bed.write(
      "shop/app.yaml",
      user("app", "data", "labels: {a: b}").replace("spec: {", "spec: {mysqlAuthPlugin: mysql_native_password, "),
    );
    const { plan } = await bed.plan();
    expect(planOf(plan, "DigitalOceanDatabaseUser/app")).toMatchObject({ action: "update" });
    expect(planOf(plan, "DopplerSecret/copy")).toMatchObject({
      unknown: [{ unit: "DigitalOceanDatabaseUser/app", outputs: ["password"] }],
    });
  });

  test("is skipped when that of the stack fails, and others are made", async () => {
    bed.write("shop/other.yaml", vpc("other"));
    bed.faults.set("vpc.net", ["preview refused"]);
    const { plan } = await bed.plan();
    expect(resultsOf(plan)).toEqual({ net: "failed", data: "skipped for net", other: "succeeded" });
    expect(errorOf(plan.get(net))).toMatchObject({ code: "E_PULUMI" });
  });
});

test("a preview changes no state and nothing at the vendor", async () => {
  await applied();
  const before = JSON.stringify(bed.pulumi.read(bed.stackRef("vpc.net")));
  bed.write("shop/net.yaml", vpc("net", "description: other"));
  await bed.plan({ changesState: false });
  expect(JSON.stringify(bed.pulumi.read(bed.stackRef("vpc.net")))).toBe(before);
  expect(bed.cloud.created).toHaveLength(2);
});

test("--refresh reads at the vendor what is gone", async () => {
  await applied();
  const [id = ""] = [...bed.cloud.resources.keys()];
  bed.cloud.resources.delete(id);
  expect(planOf((await bed.plan()).plan, net)).toMatchObject({ action: "none" });
  expect(planOf((await bed.plan({ refresh: true })).plan, net)).toMatchObject({ action: "create" });
});
