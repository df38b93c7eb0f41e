import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBed, type PlantonBed, type RunOptions } from "../../support/planton-bed.js";
import { expectOk, namedAtDigitalOcean } from "../../support/stack-bed.js";
import { namesAt, notingPulumi, vpcManifest, type WorkspaceBed, workspaceBed } from "../../support/workspace-bed.js";

let bed: PlantonBed;
let shop: WorkspaceBed;
let options: RunOptions;
let takeCalls: () => readonly string[];
beforeAll(async () => {
  bed = await openBed();
  const noting = notingPulumi(bed);
  takeCalls = noting.takeCalls;
  // Only planton.yaml says where the states are.
  options = { env: { ...noting.env, PULUMI_BACKEND_URL: undefined } };
  shop = workspaceBed(bed, "shop", {
    "planton.yaml":
      "name: shop\nbackend: file://./state\nenvironments: {stg: {backend: 'file://./stg-state'}, prd: {}}\n",
    "net/a.yaml": vpcManifest("a"),
    "net/deep/b.yaml": vpcManifest("b", ["a"]),
  });
  for (const name of ["state", "stg-state"]) shop.write(`${name}/.keep`, "");
});
afterAll(() => bed.close());

const stateOf = ({ folder }: WorkspaceBed, state: string, stack: string): string =>
  join(folder, state, ".pulumi", "stacks", "shop", `${stack}.json`);

test("an environment with a backend of its own has its states there, and only there", async () => {
  expectOk(await shop.run(["up", "--env", "stg", "--yes"], options));
  expectOk(await shop.run(["up", "--env", "prd", "--yes"], options));
  for (const [state, env, other] of [
    ["stg-state", "stg", "prd"],
    ["state", "prd", "stg"],
  ] as const) {
    expect(existsSync(stateOf(shop, state, `sandbox.${env}.vpc.a`))).toBe(true);
    expect(existsSync(stateOf(shop, state, `sandbox.${other}.vpc.a`))).toBe(false);
  }
  takeCalls();
  const again = await shop.run(["up", "--env", "stg", "--yes"], options);
  expectOk(again);
  expect([again.result, takeCalls()]).toEqual(["unchanged", []]);
  expect(await namesAt(bed, "vpcs")).toEqual(["a-prd", "a-stg", "b-prd", "b-stg"]);
});

test("what is gone at the vendor is made again by up --refresh, once", async () => {
  const [{ id } = {}] = await namedAtDigitalOcean(bed, "vpcs", "b-stg");
  const headers = { authorization: `Bearer ${bed.env["DIGITALOCEAN_TOKEN"]}` };
  const gone = await fetch(`${bed.apiUrl}/v2/vpcs/${id}`, { method: "DELETE", headers });
  expect(gone.status).toBe(204);
  const up = await shop.run(["up", "--env", "stg", "--refresh", "--yes"], options);
  expectOk(up);
  expect(up.results).toEqual({ a: "unchanged", b: "succeeded" });
  expect(await namedAtDigitalOcean(bed, "vpcs", "b-stg")).toHaveLength(1);
  const after = await shop.run(["preview", "--env", "stg", "--refresh", "--exit-code"], options);
  expect([after.code, after.result]).toEqual([0, "unchanged"]);
});

test("a stack that another only depends on is not destroyed before it", async () => {
  const refused = await bed.planton(["destroy", "-f", shop.folder, "--env", "stg", "--only", "a", "--yes"], options);
  expect(refused.code).not.toBe(0);
  expect(refused.stderr).toContain("E_WORKSPACE");
  expect(await namedAtDigitalOcean(bed, "vpcs", "a-stg")).toHaveLength(1);
});

test("a fresh checkout whose manifests are for other environments prunes this one's stacks", async () => {
  const clone = shop.copyTo("clone");
  rmSync(join(clone.folder, "net/deep"), { recursive: true });
  clone.write("net/a.yaml", vpcManifest("a").replace('"name":"a"', '"name":"a","environments":["prd"]'));
  const plan = await clone.run(["preview", "--env", "stg"], options);
  expectOk(plan);
  expect(plan.results).toEqual({ a: "orphaned", b: "orphaned" });
  const up = await clone.run(["up", "--env", "stg", "--prune", "--yes"], options);
  expectOk(up);
  expect(up.results).toEqual({ a: "succeeded", b: "succeeded" });
  expect(await namesAt(bed, "vpcs")).toEqual(["a-prd", "b-prd"]);
});

test("each environment is applied with the credentials that planton.yaml names for it", async () => {
  const entry = (id: string, token: string): string => `${id}: {provider: digitalocean, api_token: ${token}}\n`;
  const file = entry("team-stg", bed.env["DIGITALOCEAN_TOKEN"] ?? "") + entry("team-prd", "dop_v1_wrong_marker");
  writeFileSync(join(bed.home, "credentials.yaml"), file, { mode: 0o600 });
  // Without a sandbox for planton, so that credential ids count; the API is still the sandbox's.
  const env = { PLANTON_SANDBOX: undefined, DIGITALOCEAN_TOKEN: undefined, DIGITALOCEAN_ACCESS_TOKEN: undefined };
  const teams = workspaceBed(bed, "teams", {
    "planton.yaml":
      "name: teams\nenvironments: {stg: {credentials: {digitalocean: team-stg}}, prd: {credentials: {digitalocean: team-prd}}}\n",
    "t.yaml": vpcManifest("t"),
  });
  const refused = await bed.planton(["up", "-f", teams.folder, "--env", "prd", "--yes"], { env });
  expect(refused.code).not.toBe(0);
  expect(refused.all).toContain("E_CREDENTIALS_REFUSED");
  expect(refused.all).toContain('"team-prd"');
  expect(refused.all).not.toContain("wrong_marker");
  const up = await teams.run(["up", "--env", "stg", "--yes"], { env });
  expectOk(up);
  expect(await namedAtDigitalOcean(bed, "vpcs", "t-stg")).toHaveLength(1);
  expectOk(await teams.run(["destroy", "--env", "stg", "--yes"], { env }));
});
