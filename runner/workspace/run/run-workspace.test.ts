import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Deployment, resourcesOf } from "../../../test/support/in-process/memory-deployment.js";
import { vpcType } from "../../../test/support/in-process/operation-bed.js";
import {
  cluster,
  errorOf,
  openWorkspaceBed,
  user,
  vpc,
  type WorkspaceBed,
} from "../../../test/support/in-process/workspace-bed.js";
import { lockFolder } from "../../pulumi/stack-ref.js";
import { assertUpstreamApplied } from "./run-workspace.js";
import { lastFailure } from "./workspace-run.js";

let bed: WorkspaceBed;
beforeEach(() => open());
afterEach(() => bed.close());

function open(options?: Parameters<typeof openWorkspaceBed>[0]): void {
  bed = openWorkspaceBed(options);
  bed.write("shop/planton.yaml", "name: shop\n");
  bed.write("shop/net.yaml", vpc("net"));
  bed.write("shop/data.yaml", cluster("data", "net"));
  bed.write("shop/app.yaml", user("app", "data"));
}

async function applied(): Promise<void> {
  expect(new Set(Object.values((await bed.up()).results))).toEqual(new Set(["succeeded"]));
  bed.engineRuns();
  bed.cloud.created.splice(0);
}

const net = "DigitalOceanVpc/net";
const data = "DigitalOceanDatabaseCluster/data";
const all = (result: string) => ({ net: result, data: result, app: result });
const namesOf = (urns: readonly string[]): (string | undefined)[] => urns.map((urn) => urn.split("::").at(-1));
const ups = (): readonly string[] => bed.engineRuns().filter((run) => run.startsWith("up"));
const moved = (): void => bed.write("shop/net.yaml", vpc("net").replace("nyc3", "ams3"));

test("every stack is applied after those that it refers to", async () => {
  const { results } = await bed.up();
  expect(results).toEqual(all("succeeded"));
  expect(namesOf(bed.cloud.created)).toEqual(["net", "data", "app"]);
});

describe("what a plan did not name", () => {
  test("is not replaced, unless that is allowed", async () => {
    bed.replaceOn = ["region", "vpc"];
    await applied();
    moved();
    const refused = await bed.up();
    expect(refused.plan.get(data)).toMatchObject({ data: { action: "update" } });
    expect(refused.results).toMatchObject({ data: "failed", app: "skipped for data" });
    expect(errorOf(refused.ends.get(data))).toMatchObject({ code: "E_PLAN_CHANGED" });
    expect(namesOf(bed.cloud.created)).toEqual(["net"]);
    const allowed = await bed.up({ allowReplacement: true });
    expect(allowed.results).toMatchObject({ data: "succeeded" });
    expect(namesOf(bed.cloud.created)).toEqual(["net", "data"]);
  });

  test.each([
    ["that others refer to", "net"],
    ["that nothing refers to", "app"],
  ])("is not deleted when the state of a stack %s has changed since the plan", async (_what, name) => {
    await applied();
    bed.write("shop/net.yaml", vpc("net", "description: other"));
    bed.write(
      "shop/app.yaml",
      user("app", "data").replace("spec: {", "spec: {mysqlAuthPlugin: mysql_native_password, "),
    );
    const stack = name === "net" ? "vpc.net" : "dbuser.app";
    const { ends, results } = await bed.up({ beforeRun: () => bed.change(stack, (state) => addStray(state)) });
    expect(results[name]).toBe("failed");
    const outcome = [...ends].find(([id]) => id.endsWith(name))?.[1];
    expect(errorOf(outcome)).toMatchObject({ code: "E_PLAN_CHANGED" });
    expect(bed.cloud.deleted).toEqual([]);
  });

  test("is not replaced when another run has made the stack since the plan", async () => {
    const { results, ends } = await bed.up({
      only: ["net"],
      beforeRun: () =>
        bed.change("vpc.net", (state, place) => {
          const inputs = { region: "ams3" };
          state.resources = resourcesOf(place, [{ type: vpcType, name: "net", id: "theirs", inputs }]);
        }),
    });
    expect([results, errorOf(ends.get(net))]).toMatchObject([{ net: "failed" }, { code: "E_PLAN_CHANGED" }]);
    expect(bed.cloud.created).toEqual([]);
  });

  test("is run when it only changes in place", async () => {
    await applied();
    bed.write("shop/net.yaml", vpc("net", "description: other"));
    const { results } = await bed.up({ beforeRun: () => bed.write("shop/planton.yaml", "name: shop\n") });
    expect(results).toEqual({ ...all("unchanged"), net: "succeeded" });
  });
});

describe("a replaced resource that others still use", () => {
  test("is deleted after these were run", async () => {
    await applied();
    moved();
    const { results } = await bed.up();
    expect(results).toEqual({ net: "succeeded", data: "succeeded", app: "unchanged" });
    expect(ups()).toEqual(["up vpc.net", "up db.data", "up vpc.net"]);
    expect(namesOf(bed.cloud.deleted)).toEqual(["net"]);
    expect((await bed.up()).results).toEqual(all("unchanged"));
    expect(bed.engineRuns()).toEqual([]);
  });

  test("stays when one of these fails, is reported, and is deleted by the next run", async () => {
    await applied();
    moved();
    bed.faults.set("db.data", ["refused"]);
    const { ends, results } = await bed.up();
    expect(results).toEqual({ net: "failed", data: "failed", app: "skipped for data" });
    expect(errorOf(ends.get(net))).toMatchObject({ code: "E_VENDOR", hint: expect.stringContaining("run this again") });
    expect(bed.cloud.deleted).toEqual([]);
    const next = await bed.up();
    expect(next.results).toMatchObject({ net: "succeeded", data: "succeeded" });
    expect(namesOf(bed.cloud.deleted)).toEqual(["net"]);
    expect(namesOf(bed.cloud.created)).toEqual(["net"]);
  });

  test("stays when something outside of the selection uses it", async () => {
    await applied();
    moved();
    const { ends, results } = await bed.up({ only: ["net"] });
    expect(results).toEqual({ net: "failed" });
    expect(errorOf(ends.get(net))).toMatchObject({ code: "E_VENDOR" });
    expect((await bed.up()).results).toEqual({ net: "succeeded", data: "succeeded", app: "unchanged" });
  });

  test("is deleted by the next run when this one was killed in between", async () => {
    await applied();
    moved();
    bed.faults.set("vpc.net", ["killed in replacement"]);
    expect((await bed.up()).results).toMatchObject({ net: "cancelled", data: "cancelled", app: "cancelled" });
    const { results } = await bed.up();
    expect(results).toMatchObject({ net: "succeeded", data: "succeeded" });
    expect(namesOf(bed.cloud.created)).toEqual(["net"]);
    expect(namesOf(bed.cloud.deleted)).toEqual(["net"]);
    expect((await bed.up()).results).toEqual(all("unchanged"));
  });
});

describe("after a failure", () => {
  beforeEach(() => {
    bed.write("shop/other.yaml", vpc("other"));
    bed.write("shop/more.yaml", cluster("more", "other"));
  });

  test("dependents are skipped and name it, and others go on; the next run makes the rest", async () => {
    bed.faults.set("db.data", ["refused"]);
    const { ends, results } = await bed.up();
    expect(results).toEqual({
      net: "succeeded",
      data: "failed",
      app: "skipped for data",
      other: "succeeded",
      more: "succeeded",
    });
    expect(errorOf(ends.get(data))).toMatchObject({ code: "E_PULUMI" });
    expect((await bed.up()).results).toEqual({
      net: "unchanged",
      data: "succeeded",
      app: "succeeded",
      other: "unchanged",
      more: "unchanged",
    });
  });

  test("a stack has failed until something of it changes", async () => {
    const failure = async (name: string): Promise<string | undefined> => {
      const { run } = await bed.plan();
      const unit = run.prepared.find(({ ref }) => ref.stack === name);
      return unit && (await lastFailure(run, unit));
    };
    bed.faults.set("db.data", ["refused"]);
    await bed.up();
    expect([await failure("db.data"), await failure("vpc.net")]).toEqual(["E_PULUMI", undefined]);
    bed.write(
      "shop/data.yaml",
      cluster("data", "net").replace("nodeCount: 1", "nodeCount: 2").replace("1vcpu-1gb", "1vcpu-2gb"),
    );
    expect(await failure("db.data")).toBeUndefined();
    bed.write("shop/data.yaml", cluster("data", "net"));
    expect(await failure("db.data")).toBe("E_PULUMI");
    await bed.up();
    expect(await failure("db.data")).toBeUndefined();
  });

  test("nothing more is started with --fail-fast", async () => {
    bed.faults.set("vpc.net", ["refused"]);
    const { results } = await bed.up({ failFast: true, parallel: 1 });
    expect(new Set(Object.values(results))).toEqual(new Set(["failed", "skipped for net"]));
    expect(bed.cloud.created).toEqual([]);
  });

  test("of the first creation, what the vendor has made is taken over by the next run", async () => {
    bed.faults.set("vpc.net", ["killed in create"]);
    expect((await bed.up()).results).toMatchObject({ net: "cancelled", data: "cancelled", other: "succeeded" });
    expect((await bed.up()).results).toMatchObject({ data: "succeeded", app: "succeeded" });
    expect(namesOf(bed.cloud.created).filter((name) => name === "net")).toHaveLength(1);
  });
});

test("an interruption starts nothing more and waits for what runs", async () => {
  const interruption = new AbortController();
  bed.during = ({ args }) => {
    if (args[0] === "up") interruption.abort();
  };
  const { results } = await bed.up({ signal: interruption.signal });
  expect(results).toEqual({ net: "succeeded", data: "cancelled", app: "cancelled" });
  expect(ups()).toEqual(["up vpc.net"]);
});

test("a run that was cancelled is not a failure", async () => {
  bed.faults.set("vpc.net", ["cancelled"]);
  expect((await bed.up()).results).toEqual(all("cancelled"));
});

describe("a stack that somebody else holds", () => {
  test("is locked, in a backend that only pulumi reads", async () => {
    await applied();
    moved();
    bed.pulumi.locked.add("vpc.net");
    const { ends, results } = await bed.up();
    expect(results).toEqual({ net: "locked", data: "skipped for net", app: "skipped for net" });
    expect(errorOf(ends.get(net))).toMatchObject({ code: "E_LOCKED" });
    bed.pulumi.locked.clear();
    expect((await bed.up()).results).toMatchObject({ net: "succeeded" });
  });

  test("is locked, in files, for up, destroy and refresh", async () => {
    bed.close();
    open({ isFileBackend: true });
    await applied();
    moved();
    const folder = lockFolder(bed.stackRef("vpc.net")) ?? "";
    mkdirSync(folder, { recursive: true });
    const timestamp = new Date(Date.now() + 1000).toISOString();
    writeFileSync(
      join(folder, "a.json"),
      JSON.stringify({ pid: process.pid, username: "us", hostname: hostname(), timestamp }),
    );
    const { results } = await bed.up();
    expect(results).toEqual({ net: "locked", data: "skipped for net", app: "skipped for net" });
    expect((await bed.operate("refresh")).results).toMatchObject({ net: "locked" });
    expect((await bed.operate("destroy")).results).toEqual({ net: "locked", data: "succeeded", app: "succeeded" });
    rmSync(folder, { recursive: true });
    expect((await bed.operate("destroy")).results).toEqual({ net: "succeeded", data: "unchanged", app: "unchanged" });
  });
});

test("two commands at once make nothing twice: the second is locked out of what the first works on", async () => {
  let second: ReturnType<WorkspaceBed["up"]> | undefined;
  bed.during = async ({ args, place }) => {
    if (args[0] !== "up" || place.stack !== "vpc.net" || second !== undefined) return;
    second = bed.up();
    await second;
  };
  const first = await bed.up();
  expect((await second)?.results).toEqual({ net: "locked", data: "skipped for net", app: "skipped for net" });
  expect(first.results).toEqual(all("succeeded"));
  expect(namesOf(bed.cloud.created)).toEqual(["net", "data", "app"]);
});

describe("destroy", () => {
  test("deletes dependents first", async () => {
    await applied();
    expect((await bed.operate("destroy")).results).toEqual(all("succeeded"));
    expect(namesOf(bed.cloud.deleted)).toEqual(["app", "data", "net"]);
    expect([...bed.cloud.resources]).toEqual([]);
  });

  test("leaves what a dependent that failed still uses", async () => {
    await applied();
    bed.isProtected.add("data");
    expect((await bed.up({ all: true })).results).toEqual(all("unchanged"));
    const { ends, results } = await bed.operate("destroy");
    expect(results).toEqual({ app: "succeeded", data: "failed", net: "skipped for data" });
    expect(errorOf(ends.get(data))).toMatchObject({ code: "E_PROTECTED" });
    expect((await bed.operate("destroy", { allowDataLoss: true })).results).toMatchObject({ net: "succeeded" });
  });

  test("of what the vendor refuses to delete has failed", async () => {
    await applied();
    const { results } = await bed.operate("destroy", { only: ["net"] });
    expect(results).toEqual({ net: "failed" });
    expect(bed.cloud.deleted).toEqual([]);
  });
});

test("a selection takes outputs of stacks that are applied, and of no others", async () => {
  const refused = { code: "E_REFERENCE_NOT_FOUND" };
  await expect(assertUpstreamApplied(await bed.open({ only: ["data"] }))).rejects.toMatchObject(refused);
  await applied();
  await assertUpstreamApplied(await bed.open({ only: ["data"] }));
  await bed.operate("destroy");
  await expect(assertUpstreamApplied(await bed.open({ only: ["data"] }))).rejects.toMatchObject(refused);
  await assertUpstreamApplied(await bed.open({ only: ["app"], withDependencies: true }));
});

function addStray(state: Deployment): void {
  const [one] = state.resources?.filter(({ type }) => !type.startsWith("pulumi:")) ?? [];
  if (one === undefined) throw new Error("the state has no resource");
  const { urn } = one;
  state.resources = [...(state.resources ?? []), { ...one, urn: `${urn}-stray`, id: "stray" }];
}
