import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { changeSettings, resetSettings } from "../../../sandbox/kit/client/adjust-sandbox.js";
import { clusterInput, vpcInput } from "../../support/kinds/stack-inputs.js";
import { openBed, type PlantonBed } from "../../support/planton-bed.js";
import { expectOk, expectUnchanged, namedAtDigitalOcean, stackBed } from "../../support/stack-bed.js";

const kind = "db";

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openBed();
});
beforeEach(() => resetSettings(bed.home, "digitalocean"));
afterAll(() => bed.close());

test.each([
  { what: "window", base: {}, part: { maintenanceWindow: { day: "sunday", hour: "03:00" } } },
  { what: "mode", base: { engine: "mysql", engineVersion: "8" }, part: { sqlMode: "ANSI" } },
])("a removed $what is left as it is, for this up and every later one", async ({ what, base, part }) => {
  const name = `removed-${what}`;
  const at = stackBed(bed, kind, name, clusterInput(name, { ...base, ...part }));
  const made = await at.planton("up", "--yes");
  expectOk(made);
  at.write(clusterInput(name, base));
  for (const _ of [1, 2]) {
    const ended = await at.planton("up", "--yes");
    expectOk(ended);
    expect(ended.all, "no limit of the plugin's own is given").not.toContain("customTimeouts");
  }
  await expectUnchanged(at);
  const [cluster] = await namedAtDigitalOcean(bed, "databases", name);
  if (what === "window") expect(cluster).toMatchObject({ maintenance_window: { day: "sunday" } });
  else expect(await bed.get(`/v2/databases/${cluster?.["id"]}/sql_mode`)).toEqual({ sql_mode: "ANSI" });
});

test("a removed description of a VPC is no change", async () => {
  const at = stackBed(bed, "vpc", "removed-text", vpcInput({ name: "removed-text", description: "x" }));
  expectOk(await at.planton("up", "--yes"));
  at.write(vpcInput({ name: "removed-text" }));
  expectOk(await at.planton("up", "--yes"));
  await expectUnchanged(at);
});

test.each([
  { what: "document", values: { autoscaleForm: "document" } },
  { what: "godo", values: { autoscaleForm: "godo" } },
  { what: "defaults", values: { autoscaleDefaults: true } },
  { what: "minima", values: { autoscaleMinima: true } },
])("autoscaling is not said where nothing has it on, and can be switched off: $what", async ({ what, values }) => {
  const name = `autoscale-${what}`;
  await changeSettings(bed.home, { vendor: "digitalocean", values });
  const at = stackBed(bed, kind, name, clusterInput(name));
  const autoscale = async () => {
    const [cluster] = await namedAtDigitalOcean(bed, "databases", name);
    const response = await bed.get(`/v2/databases/${cluster?.["id"]}/autoscale`);
    return (response["storage"] ?? (response["autoscale"] as Record<string, unknown>)["storage"]) as object;
  };
  expectOk(await at.planton("up", "--yes"));
  await expectUnchanged(at);
  at.write(clusterInput(name, { storageAutoscale: { enabled: true } }));
  expectOk(await at.planton("up", "--yes"));
  expect(await autoscale()).toMatchObject({ enabled: true });
  at.write(clusterInput(name));
  expectOk(await at.planton("up", "--yes"));
  expect(await autoscale()).toMatchObject({ enabled: false });
  await expectUnchanged(at);
});
