import { chmodSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBed, type PlantonBed } from "../../support/planton-bed.js";
import { expectOk, namedAtDigitalOcean } from "../../support/stack-bed.js";
import { namesAt, notingPulumi, vpcManifest, type WorkspaceBed, workspaceBed } from "../../support/workspace-bed.js";

let bed: PlantonBed;
let shop: WorkspaceBed;
let env: Readonly<Record<string, string>>;
let takeCalls: () => readonly string[];

const secret = (name: string, value: object): string =>
  JSON.stringify({
    apiVersion: "doppler.planton.dev/v1",
    kind: "DopplerSecret",
    metadata: { name },
    spec: { project: "planton", config: "dev", value },
  });

beforeAll(async () => {
  bed = await openBed();
  ({ env, takeCalls } = notingPulumi(bed));
  shop = workspaceBed(bed, "shop", {
    "planton.yaml": "name: shop\n",
    "net.yaml": vpcManifest("net"),
    "id.yaml": secret("id", { valueFrom: { kind: "DigitalOceanVpc", name: "net", fieldPath: "vpc_id" } }),
    "token.yaml": secret("token", { value: "dotenv://app.env#TOKEN" }),
    "note.yaml": secret("note", { value: "file://note.txt" }),
    "app.env": "TOKEN=first-token\nOTHER=1\n",
    "note.txt": "first note\n",
  });
  for (const name of ["app.env", "note.txt"]) chmodSync(join(shop.folder, name), 0o600);
  const up = await shop.run(["up", "--yes"]);
  expectOk(up);
  expect(up.results).toEqual(all("succeeded"));
});
afterAll(() => bed.close());

const all = (result: string) => ({ net: result, id: result, token: result, note: result });

/** Runs up over the whole folder; its results, and what pulumi was started for. */
async function upAll(folder: WorkspaceBed = shop) {
  takeCalls();
  const up = await folder.run(["up", "--yes"], { env });
  expectOk(up);
  return { results: up.results, calls: takeCalls().filter((call) => !call.startsWith("version")) };
}

const nothing = { results: all("unchanged"), calls: [] };

test("a file or a variable that a manifest names has changed: its stack alone is run", async () => {
  shop.write("app.env", "TOKEN=first-token\nOTHER=2\n");
  expect(await upAll()).toEqual(nothing);
  shop.write("app.env", "TOKEN=second-token\nOTHER=2\n");
  const rotated = await upAll();
  expect(rotated.results).toEqual({ ...all("unchanged"), token: "succeeded" });
  expect(rotated.calls.filter((call) => /--stack sandbox\.secret\.(id|note)|--stack sandbox\.vpc/.test(call))).toEqual(
    [],
  );
  shop.write("note.txt", "second note\n");
  expect((await upAll()).results).toEqual({ ...all("unchanged"), note: "succeeded" });
  expect(await upAll()).toEqual(nothing);
});

test("what pulumi has applied in the folder is unchanged for up -f, and the other way round", async () => {
  const stack = ["--stack", "sandbox.vpc.net"];
  const cwd = shop.folder;
  expectOk(await bed.pulumi(["preview", "--expect-no-changes", ...stack], { cwd }));
  expectOk(await bed.pulumi(["up", "--yes", ...stack], { cwd }));
  expect(await upAll()).toEqual(nothing);
  shop.write("net.yaml", vpcManifest("net", [], "by pulumi"));
  expectOk(await bed.pulumi(["up", "--yes", "--skip-preview", ...stack], { cwd }));
  expect(await namedAtDigitalOcean(bed, "vpcs", "net")).toMatchObject([{ description: "by pulumi" }]);
  expect((await upAll()).results).toEqual(all("unchanged"));
  expect(await upAll()).toEqual(nothing);
});

test("an output that is gone from the state: what takes it is refused alone, and right again with what gives it", async () => {
  const stack = ["--stack", "sandbox.vpc.net"];
  const cwd = shop.folder;
  const exported = await bed.pulumi(["stack", "export", ...stack], { cwd });
  const state = JSON.parse(exported.stdout) as { deployment: { resources: { type: string; outputs: object }[] } };
  const own = state.deployment.resources.find(({ type }) => type === "pulumi:pulumi:Stack");
  if (own === undefined) throw new Error("the state has no stack resource");
  own.outputs = {};
  expectOk(await bed.pulumi(["stack", "import", ...stack], { cwd, stdin: JSON.stringify(state) }));
  const alone = await shop.run(["up", "--yes", "--only", "id"]);
  expect([alone.code, alone.results], alone.all).toEqual([4, { id: "failed" }]);
  expect(alone.stacks[0]?.error?.message).toMatch(/^id\.yaml:1:131: .*"vpc_id".*\[E_REFERENCE_OUTPUT\]/);
  const { results } = await upAll();
  expect(results).toMatchObject({ token: "unchanged", note: "unchanged" });
  expect(await upAll()).toEqual(nothing);
});

test("a resource that was taken out of the state is taken back by its stack alone", async () => {
  const stack = ["--stack", "sandbox.secret.token"];
  const cwd = shop.folder;
  const { stdout } = await bed.pulumi(["stack", "export", ...stack], { cwd });
  const urn = /"urn": "(urn:pulumi:[^"]+::token)"/.exec(stdout)?.[1] ?? "";
  expectOk(await bed.pulumi(["state", "delete", urn, "--yes", ...stack], { cwd }));
  expect((await upAll()).results).toEqual({ ...all("unchanged"), token: "succeeded" });
  expect(await upAll()).toEqual(nothing);
});

test("a second clone in which a manifest has moved has nothing to do, and the first one neither after it", async () => {
  const clone = shop.copyTo("clone");
  mkdirSync(join(clone.folder, "below"));
  renameSync(join(clone.folder, "net.yaml"), join(clone.folder, "below", "net.yaml"));
  expect(await upAll(clone)).toEqual(nothing);
  expect(await upAll(shop)).toEqual(nothing);
  expect(await namesAt(bed, "vpcs")).toEqual(["net"]);
});
