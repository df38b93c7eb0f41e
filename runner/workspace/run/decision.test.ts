import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Deployment } from "../../../test/support/in-process/memory-deployment.js";
import { vpcType } from "../../../test/support/in-process/operation-bed.js";
import {
  cluster,
  dopplerSecret,
  openWorkspaceBed,
  resultsOf,
  user,
  vpc,
  type WorkspaceBed,
  type WorkspaceRequest,
} from "../../../test/support/in-process/workspace-bed.js";
import { writeRunMarker } from "../../project/run-marker.js";
import { decideUnit } from "./workspace-run.js";

let bed: WorkspaceBed;
afterEach(() => bed.close());

function open(options?: Parameters<typeof openWorkspaceBed>[0]): void {
  bed = openWorkspaceBed(options);
  bed.write("shop/planton.yaml", "name: shop\n");
  bed.write("shop/net.yaml", vpc("net"));
  bed.write("shop/data.yaml", cluster("data", "net"));
  bed.write("shop/app.yaml", user("app", "data"));
}

/** Everything is applied, and nothing of it is on record any more. */
async function applied(request?: WorkspaceRequest): Promise<void> {
  const { results } = await bed.up(request);
  expect(new Set(Object.values(results))).toEqual(new Set(["succeeded"]));
  bed.engineRuns();
  bed.pulumi.calls.splice(0);
}

/** Why each stack is run, by the name of its manifest. */
async function reasons(request?: WorkspaceRequest): Promise<Readonly<Record<string, string>>> {
  const run = await bed.open(request);
  const entries: [string, string][] = [];
  for (const unit of run.prepared) {
    const decision = await decideUnit(run, unit);
    entries.push([unit.target.name, decision.unchanged ? "unchanged" : decision.reason]);
  }
  expect(bed.engineRuns()).toEqual([]);
  return Object.fromEntries(entries);
}

const unchanged = { net: "unchanged", data: "unchanged", app: "unchanged" };

describe.each([
  ["files", true],
  ["another backend", false],
])("stacks in %s", (_, isFileBackend) => {
  beforeEach(() => open({ isFileBackend }));

  test("are new at first", async () => {
    expect(await reasons()).toEqual({ net: "new", data: "new", app: "new" });
  });

  test("are unchanged after they were applied, however much later; the engine is not started", async () => {
    await applied();
    bed.clock.nowMs += 86_400_000;
    expect(await reasons()).toEqual(unchanged);
    const { plan, results } = await bed.up();
    expect(resultsOf(plan)).toEqual(results);
    expect(results).toEqual(unchanged);
    expect(bed.engineRuns()).toEqual([]);
    if (isFileBackend) expect(bed.pulumi.calls).toEqual([]);
  });

  test("are unchanged after a run that changed nothing", async () => {
    await applied();
    const { results } = await bed.up({ all: true });
    expect(results).toEqual(unchanged);
    expect(bed.engineRuns().filter((run) => run.startsWith("up"))).toHaveLength(3);
    expect(await reasons()).toEqual(unchanged);
  });

  test("are all run with --all", async () => {
    await applied();
    expect(await reasons({ all: true })).toEqual({ net: "asked for", data: "asked for", app: "asked for" });
  });

  test("are run when their manifest has changed, and no others", async () => {
    await applied();
    bed.write("shop/data.yaml", cluster("data", "net", "tags: [a]"));
    expect(await reasons()).toEqual({ ...unchanged, data: "manifest changed" });
  });

  test("are unchanged when only the form of their manifest has", async () => {
    await applied();
    bed.write("shop/data.yaml", `# the data\n${cluster("data", "net")}`.replace("nodeCount", "node_count"));
    expect(await reasons()).toEqual(unchanged);
  });

  test("are run when a plain output that they take has changed", async () => {
    await applied();
    bed.change("vpc.net", (state) => setOutput(state, "vpc_id", "another"));
    expect(await reasons()).toEqual({ ...unchanged, net: "state changed", data: "reference changed" });
  });

  test("are run when an output of the stack that they refer to is gone", async () => {
    await applied();
    bed.change("vpc.net", (state) => setOutput(state, "vpc_id", undefined));
    expect(await reasons()).toMatchObject({ data: "reference changed" });
  });

  test("are run when a secret output that they take has changed, and not for one that they do not take", async () => {
    bed.write("shop/copy.yaml", dopplerSecret("copy", { user: "app" }));
    await applied();
    bed.change("dbuser.app", (state) => setOutput(state, "access_key", { ciphertext: "v1:new" }));
    expect(await reasons()).toEqual({ ...unchanged, app: "state changed", copy: "unchanged" });
    bed.change("dbuser.app", (state) => setOutput(state, "password", { ciphertext: "v1:new" }));
    expect(await reasons()).toMatchObject({ copy: "reference changed" });
  });

  test("are run when what a secret URI gives has changed", async () => {
    bed.secrets.set("doppler://shop/prd/KEY", "first-MARKER");
    bed.write("shop/copy.yaml", dopplerSecret("copy", { uri: "doppler://shop/prd/KEY" }));
    await applied();
    expect(await reasons()).toEqual({ ...unchanged, copy: "unchanged" });
    const notes = readdirSync(bed.folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".pulumi-tags"))
      .map((name) => readFileSync(join(bed.folder, name), "utf8"));
    expect(notes).toHaveLength(isFileBackend ? 4 : 0);
    expect(notes.join("")).not.toContain("MARKER");
    bed.secrets.set("doppler://shop/prd/KEY", "second-MARKER");
    expect(await reasons()).toEqual({ ...unchanged, copy: "manifest changed" });
  });

  test("are run by another version of planton or of the plugin", async () => {
    await applied();
    bed.versions = ["planton 1", "plugin 2"];
    expect(Object.values(await reasons())).toEqual(["manifest changed", "manifest changed", "manifest changed"]);
    expect((await bed.up()).results).toEqual(unchanged);
    bed.engineRuns();
    expect(await reasons()).toEqual(unchanged);
  });

  test.each<[string, (state: Deployment) => void]>([
    ["a resource was deleted from it", (state) => Object.assign(state, { resources: withoutMain(state) })],
    ["a refresh has read other inputs", (state) => changeMain(state, { inputs: { region: "ams3" } })],
    ["a resource is protected now", (state) => changeMain(state, { protect: true })],
  ])("are run when %s by somebody else", async (_what, change) => {
    await applied();
    bed.change("vpc.net", change);
    expect(await reasons()).toEqual({ ...unchanged, net: "state changed" });
  });

  test.each<[string, (state: Deployment) => void]>([
    ["a creation whose end is not known", (state) => Object.assign(state, { pending_operations: pendingOf(state) })],
    ["a creation that failed half way", (state) => changeMain(state, { initErrors: ["not ready"] })],
    ["a replaced resource that is to be deleted", (state) => Object.assign(state, { resources: withOld(state) })],
    ["a deleted resource without a successor", (state) => changeMain(state, { pendingReplacement: true })],
  ])("are run when their state has %s", async (_what, change) => {
    await applied();
    bed.change("vpc.net", change);
    expect(await reasons()).toEqual({ ...unchanged, net: "unfinished" });
  });

  test("are run when the last run has left its marker", async () => {
    await applied();
    writeRunMarker(join(bed.folder, "shop"), { stack: "vpc.net", startedAtMs: bed.clock.nowMs, creates: [] });
    expect(await reasons()).toEqual({ ...unchanged, net: "unfinished" });
    expect((await bed.up()).results).toEqual(unchanged);
    bed.engineRuns();
    expect(await reasons()).toEqual(unchanged);
  });

  test("are refused before anything runs with credentials of another account", async () => {
    await applied();
    bed.env["DIGITALOCEAN_TOKEN"] = "second-token";
    await expect(bed.up()).rejects.toMatchObject({ code: "E_IDENTITY_ACCOUNT" });
    expect(bed.engineRuns()).toEqual([]);
  });

  test("are new again after they were destroyed", async () => {
    await applied();
    expect((await bed.operate("destroy")).results).toEqual({ net: "succeeded", data: "succeeded", app: "succeeded" });
    bed.engineRuns();
    expect(await reasons()).toEqual({ net: "new", data: "new", app: "new" });
    expect((await bed.operate("destroy")).results).toEqual(unchanged);
    expect(bed.engineRuns()).toEqual([]);
  });
});

test("an overlay that has changed runs its manifest in its environment alone", async () => {
  open();
  bed.write("shop/planton.yaml", "name: shop\nenvironments: {stg: {}, prd: {}}\n");
  const overlay = (tags: string): string =>
    `kind: DigitalOceanDatabaseCluster\nmetadata: {name: data}\nspec: {tags: [${tags}]}\n`;
  bed.write("shop/overlays/prd/data.yaml", overlay("a"));
  await applied({ env: "stg" });
  await applied({ env: "prd" });
  bed.write("shop/overlays/prd/data.yaml", overlay("b"));
  expect(await reasons({ env: "stg" })).toEqual(unchanged);
  expect(await reasons({ env: "prd" })).toEqual({ ...unchanged, data: "manifest changed" });
});

const isMain = ({ type }: { readonly type: string }): boolean => type === vpcType;

function withoutMain({ resources = [] }: Deployment) {
  return resources.filter((one) => !isMain(one));
}

function changeMain(state: Deployment, change: object): void {
  state.resources = state.resources?.map((one) => (isMain(one) ? { ...one, ...change } : one)) ?? [];
}

function withOld({ resources = [] }: Deployment) {
  return [...resources, ...resources.filter(isMain).map((one) => ({ ...one, id: "old", delete: true }))];
}

function pendingOf({ resources = [] }: Deployment) {
  return resources.filter(isMain).map((resource) => ({ type: "creating", resource }));
}

function setOutput(state: Deployment, name: string, value: unknown): void {
  state.resources =
    state.resources?.map((one) => {
      if (one.type !== "pulumi:pulumi:Stack") return one;
      const { [name]: _before, ...others } = { ...one.outputs };
      return { ...one, outputs: value === undefined ? others : { ...others, [name]: value } };
    }) ?? [];
}
