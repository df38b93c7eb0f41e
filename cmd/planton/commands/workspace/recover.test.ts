import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { noTrace } from "../../../../contract/trace.js";
import type { SessionDependencies } from "../../../../runner/session/stack-session.js";
import { openWorkspaceBed, vpc, type WorkspaceBed } from "../../../../test/support/in-process/workspace-bed.js";
import { recoverStacks } from "./recover.js";

const parts = vi.hoisted((): { of: () => SessionDependencies } => ({
  of: () => {
    throw new Error("no bed is open");
  },
}));
vi.mock("../pulumi.js", () => ({ sessionParts: () => parts.of() }));
vi.stubGlobal("PLANTON_VERSION", "1");

const names = ["a", "b", "c"];
let bed: WorkspaceBed;
let said: string[];
beforeEach(async () => {
  bed = openWorkspaceBed();
  parts.of = bed.parts;
  said = [];
  bed.write("shop/planton.yaml", "name: shop\n");
  for (const name of names) bed.write(`shop/${name}.yaml`, vpc(name));
  // What was being made carries no mark, so that the user has to say whose it is.
  const find = bed.vendor.find;
  bed.vendor.find = (pending) => find(pending)?.map((one) => ({ ...one, ours: false, takesMark: false }));
  for (const name of names) bed.faults.set(`vpc.${name}`, ["killed in create"]);
  await bed.up();
});
afterEach(() => bed.close());

const idOf = (name: string): string =>
  [...bed.cloud.resources].find(([, { urn }]) => urn.endsWith(`::${name}`))?.[0] ?? "";

async function recover(...ids: readonly string[]): Promise<unknown> {
  const cli = {
    env: bed.env,
    cwd: bed.folder,
    interactive: false,
    out: () => {},
    err: (line: string) => void said.push(line),
    trace: noTrace,
    readStdin: () => Promise.resolve(""),
    exit: () => {},
    catalog: bed.parts().catalog,
  };
  const flags = { file: [bed.root], only: [], kind: [], selector: [], yes: true, import: ids };
  return recoverStacks({ flags, cli }).catch((error: unknown) => error);
}

test("ids of several stacks are imported each into its own", async () => {
  expect(await recover(...names.map(idOf))).toBeUndefined();
  const { results } = await bed.up();
  expect(results).toEqual({ a: "unchanged", b: "unchanged", c: "unchanged" });
  expect(bed.cloud.resources.size).toBe(names.length);
});

test("a stack that cannot be recovered is an error, and no obstacle for those after it", async () => {
  expect(await recover(idOf("b"), idOf("c"))).toMatchObject({
    code: "E_PENDING_OPERATIONS",
    message: expect.stringContaining(`"vpc.a"`),
  });
  expect(said).toContain("2 stacks recovered; go on with planton up");
  expect(await recover(idOf("a"))).toBeUndefined();
  expect((await bed.up()).results).toEqual({ a: "unchanged", b: "unchanged", c: "unchanged" });
});

test("an id that no stack was making is an error", async () => {
  expect(await recover(...names.map(idOf), "elsewhere")).toMatchObject({
    code: "E_USAGE",
    message: expect.stringContaining(`"elsewhere"`),
  });
});
