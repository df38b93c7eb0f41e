import { cpSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBed, type PlantonBed, root } from "../../support/planton-bed.js";
import { expectOk, namedAtDigitalOcean } from "../../support/stack-bed.js";
import { notingPulumi, objectsAtSandbox, type WorkspaceBed, workspaceBed } from "../../support/workspace-bed.js";

let bed: PlantonBed;
let shop: WorkspaceBed;
beforeAll(async () => {
  bed = await openBed();
  cpSync(join(root, "examples", "workspace"), join(bed.folder, "infra"), { recursive: true });
  shop = workspaceBed(bed, "infra");
});
afterAll(() => bed.close());

const names = ["network", "analytics", "orders", "analytics-url", "orders-pool", "orders-access"];
const all = (result: string) => Object.fromEntries(names.map((name) => [name, result]));
const stg = ["--env", "stg", "--yes"];
const prd = ["--env", "prd", "--yes"];

test("the example: from nothing, then without an engine, then only what a change is for", async () => {
  const noting = notingPulumi(bed);
  const first = await shop.run(["up", ...stg], { env: noting.env });
  expectOk(first);
  expect(first.results).toEqual(all("succeeded"));
  expect(noting.takeCalls().filter((call) => call.startsWith("up "))).toHaveLength(names.length);
  expect(await namedAtDigitalOcean(bed, "databases", "orders-stg")).toMatchObject([{ size: "db-s-1vcpu-2gb" }]);

  const second = await shop.run(["up", ...stg], { env: noting.env });
  expectOk(second);
  expect([second.result, second.results]).toEqual(["unchanged", all("unchanged")]);
  expect(noting.takeCalls().filter((call) => !call.startsWith("version"))).toEqual([]);

  const cluster = { apiVersion: "tidb-cloud.planton.dev/v1", kind: "TiDBCloudServerlessCluster" };
  const spec = { region: "aws-us-east-1", database: "reports" };
  shop.write("analytics.yaml", JSON.stringify({ ...cluster, metadata: { name: "analytics" }, spec }));
  const third = await shop.run(["up", ...stg], { env: noting.env });
  expectOk(third);
  expect(third.results).toEqual({ ...all("unchanged"), analytics: "succeeded", "analytics-url": "succeeded" });
  const ran = noting.takeCalls().flatMap((call) => / --stack (\S+)/.exec(call)?.[1] ?? []);
  expect([...new Set(ran)].sort()).toEqual(["sandbox.stg.secret.analytics-url", "sandbox.stg.tidb.analytics"]);
});

test("a stack with an overlay is the same one for up -f, for up --stack-input and for pulumi", async () => {
  const up = await shop.run(["up", ...prd, "--only", "orders", "--with-dependencies"]);
  expectOk(up);
  expect(up.results).toEqual({ network: "succeeded", orders: "succeeded" });
  const [cluster, ...more] = await namedAtDigitalOcean(bed, "databases", "orders-prd");
  expect([cluster, more]).toMatchObject([{ size: "db-s-2vcpu-4gb", num_nodes: 2 }, []]);
  const cwd = join(shop.folder, "database");
  const settings = readdirSync(cwd);
  expectOk(await bed.pulumi(["preview", "--expect-no-changes", "--stack", "sandbox.prd.db.orders"], { cwd }));
  const one = ["pulumi", "up", "--stack-input", "cluster.yaml", "--env", "prd", "--yes", "--", "--expect-no-changes"];
  expectOk(await bed.planton(one, { cwd }));
  expect(readdirSync(cwd)).toEqual(settings);
  expect(await namedAtDigitalOcean(bed, "databases", "orders-prd")).toEqual([cluster]);
});

test("destroy needs --allow-data-loss, copes with what is gone already, and leaves nothing", async () => {
  const some = ["--only", "analytics", "--only", "analytics-url"];
  const refused = await bed.planton(["destroy", "-f", shop.folder, ...stg, ...some]);
  expect([refused.code, refused.all]).toEqual([4, expect.stringContaining("E_PROTECTED")]);
  const [{ id } = {}] = await namedAtDigitalOcean(bed, "databases", "orders-prd");
  const headers = { authorization: `Bearer ${bed.env["DIGITALOCEAN_TOKEN"]}` };
  await fetch(`${bed.apiUrl}/v2/databases/${id}`, { method: "DELETE", headers });
  const only = ["--only", "orders"];
  const drift = await shop.run(["drift", "--env", "prd", ...only]);
  expect([drift.code, drift.result, drift.stacks]).toMatchObject([10, "drifted", [{ action: "delete" }]]);
  // It lets nothing be lost: what a refresh finds gone is not there any more.
  expectOk(await shop.run(["refresh", ...prd, ...only]));
  for (const where of [stg, prd]) expectOk(await shop.run(["destroy", ...where, "--allow-data-loss"]));
  expect(await objectsAtSandbox(bed)).toBe(0);
});
