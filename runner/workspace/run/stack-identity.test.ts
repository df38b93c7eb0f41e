import { mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  cluster,
  openWorkspaceBed,
  removeFile,
  user,
  vpc,
  type WorkspaceBed,
} from "../../../test/support/in-process/workspace-bed.js";
import { assertUpstreamApplied } from "./run-workspace.js";

let bed: WorkspaceBed;
afterEach(() => bed.close());

const environments = "name: shop\nenvironments: {stg: {}, prd: {}}\n";

function open(options?: Parameters<typeof openWorkspaceBed>[0]): void {
  bed = openWorkspaceBed(options);
  write("shop", "name: shop\n");
}

function write(root: string, workspace: string): void {
  bed.write(`${root}/planton.yaml`, workspace);
  bed.write(`${root}/net.yaml`, vpc("net"));
  bed.write(`${root}/data.yaml`, cluster("data", "net"));
}

async function applied(env?: string): Promise<void> {
  const { results } = await bed.up(env === undefined ? {} : { env });
  expect(new Set(Object.values(results))).toEqual(new Set(["succeeded"]));
  bed.engineRuns();
  bed.cloud.created.splice(0);
}

/** The workspace as another machine has it: the manifests, and nothing that planton or pulumi has written. */
function checkOut(): void {
  for (const name of readdirSync(join(bed.folder, "shop"))) {
    if (/^Pulumi\.|^\.planton$/.test(name)) rmSync(join(bed.folder, "shop", name), { recursive: true });
  }
  renameSync(join(bed.folder, "shop"), join(bed.folder, "clone"));
  bed.root = "clone";
}

const unchanged = { net: "unchanged", data: "unchanged" };

describe.each([
  ["files", true],
  ["another backend", false],
])("stacks in %s", (_, isFileBackend) => {
  beforeEach(() => open({ isFileBackend }));

  test("are taken over by a fresh checkout, without a word of the user", async () => {
    await applied();
    checkOut();
    expect((await bed.up()).results).toEqual(unchanged);
    expect(bed.engineRuns()).toEqual([]);
    expect(bed.cloud.created).toEqual([]);
    expect((await bed.up()).results).toEqual(unchanged);
    bed.write("clone/net.yaml", vpc("net", "description: other"));
    expect((await bed.up()).results).toEqual({ ...unchanged, net: "succeeded" });
  });

  test("are applied to a fresh checkout that refers to them", async () => {
    await applied();
    checkOut();
    await assertUpstreamApplied(await bed.open({ only: ["data"] }));
    // Reading writes nothing into the folder.
    expect(readdirSync(join(bed.folder, "clone")).sort()).toEqual(["data.yaml", "net.yaml", "planton.yaml"]);
  });

  test("are destroyed by a fresh checkout", async () => {
    await applied();
    checkOut();
    expect((await bed.operate("destroy")).results).toEqual({ net: "succeeded", data: "succeeded" });
    expect([...bed.cloud.resources]).toEqual([]);
  });

  test("are those of a file that was moved in the workspace", async () => {
    await applied();
    mkdirSync(join(bed.folder, "shop/below"));
    renameSync(join(bed.folder, "shop/net.yaml"), join(bed.folder, "shop/below/net.yaml"));
    const { results } = await bed.up();
    expect(results).toEqual(unchanged);
    expect(bed.cloud.created).toEqual([]);
    expect((await bed.up()).results).toEqual(unchanged);
  });

  test("of another workspace of that name, in which the stack is about something else, are refused", async () => {
    bed.write("shop/net.yaml", vpc("net", "", "labels: {pulumi.planton.dev/stack.name: one}"));
    bed.write("shop/data.yaml", vpc("data"));
    await applied();
    write("other", "name: shop\n");
    bed.write("other/net.yaml", vpc("another", "", "labels: {pulumi.planton.dev/stack.name: one}"));
    removeFile(bed, "other/data.yaml");
    bed.root = "other";
    const { plan } = await bed.plan();
    expect(plan.get("DigitalOceanVpc/another")).toMatchObject({
      result: "failed",
      error: { code: "E_IDENTITY_STACK_EXISTS" },
    });
    expect(bed.cloud.created).toEqual([]);
  });
});

describe("the name of a resource at the vendor", () => {
  beforeEach(() => open());

  /** Names of what exists, sorted. */
  const names = (): unknown[] => [...bed.cloud.resources.values()].map(({ inputs }) => inputs["name"]).sort();

  test("has the environment in a workspace with some", async () => {
    write("shop", environments);
    await applied("stg");
    await applied("prd");
    expect(names()).toEqual(["data-prd", "data-stg", "net-prd", "net-stg"]);
    expect((await bed.up({ env: "stg" })).results).toEqual(unchanged);
    expect(bed.engineRuns()).toEqual([]);
  });

  test("stays when the pattern changes, for what exists, also in a fresh checkout", async () => {
    write("shop", environments);
    await applied("stg");
    bed.write("shop/planton.yaml", `${environments}resource_names: "{env}-{name}"\n`);
    bed.write("shop/more.yaml", vpc("more"));
    expect((await bed.up({ env: "stg" })).results).toEqual({ ...unchanged, more: "succeeded" });
    expect(names()).toEqual(["data-stg", "net-stg", "stg-more"]);
    checkOut();
    expect((await bed.up({ env: "stg", all: true })).results).toEqual({ ...unchanged, more: "unchanged" });
    expect(names()).toEqual(["data-stg", "net-stg", "stg-more"]);
  });

  test("is metadata.name for what is named within another resource", async () => {
    write("shop", environments);
    bed.write("shop/app.yaml", user("app", "data"));
    await applied("stg");
    expect(names()).toEqual(["app", "data-stg", "net-stg"]);
  });
});
