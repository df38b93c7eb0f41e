import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { changeSettings, runAction } from "../../../sandbox/kit/client/adjust-sandbox.js";
import { powerlessKey } from "../../../sandbox/tidbcloud/api-keys.js";
import type { PlantonBed } from "../../support/planton-bed.js";
import {
  clustersNamed,
  expectUsable,
  openTidbCloudBed,
  serverlessInput,
  serverlessStack,
  shownOutputs,
} from "../../support/tidbcloud-bed.js";

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openTidbCloudBed();
});
afterAll(() => bed.close());

/** Writes the stack input of a cluster; gives its folder. */
function written(name: string, spec: readonly string[] = []): string {
  bed.write(`${name}/stack-input.yaml`, serverlessInput(name, spec));
  return join(bed.folder, name);
}

const up = ["pulumi", "up", "--yes"];
const set = (values: Readonly<Record<string, string | number | boolean | null>>) =>
  changeSettings(bed.home, { vendor: "tidbcloud", values });

test("one up ends with a usable connection_uri, and the cluster lives on to its destroy", async () => {
  const name = "life";
  const cwd = written(name);
  const made = await bed.planton(up, { cwd });
  expect(made.code, made.all).toBe(0);
  await expectUsable(bed, name);
  const outputs = await shownOutputs(bed, name);
  const { password, host, username } = outputs;
  expect(outputs["database_url"]).toBe(outputs["connection_uri"]);
  expect(outputs["prisma_database_url"]).toBe(`mysql://${username}:${password}@${host}:4000/test?sslaccept=strict`);
  expect(outputs["serverless_driver_url"]).toBe(`mysql://${username}:${password}@${host}/test`);
  expect(outputs["go_dsn"]).toContain(`${username}:${password}@tcp(${host}:4000)/test?`);
  const again = await bed.planton(up, { cwd });
  expect(again.all).toMatch(/2 unchanged|3 unchanged/);

  written(name, ["spending_limit_monthly_cents: 500", "labels: {team: web}"]);
  const changed = await bed.planton(up, { cwd });
  expect(changed.code, changed.all).toBe(0);
  expect(changed.all).toContain("1 updated");
  await expectUsable(bed, name);

  const refused = await bed.planton(["pulumi", "destroy", "--yes"], { cwd });
  expect(refused.code).toBe(4);
  expect(await clustersNamed(bed, name)).toHaveLength(1);
  const destroyed = await bed.planton(["pulumi", "destroy", "--yes", "--allow-data-loss"], { cwd });
  expect(destroyed.code, destroyed.all).toBe(0);
  expect(await clustersNamed(bed, name)).toEqual([]);
});

test("deletion_protection holds against --allow-data-loss until it was taken away", async () => {
  const name = "guarded";
  const cwd = written(name, ["deletion_protection: true"]);
  expect((await bed.planton(up, { cwd })).code).toBe(0);
  const destroy = ["pulumi", "destroy", "--yes", "--allow-data-loss"];
  const refused = await bed.planton(destroy, { cwd });
  expect(refused.code).not.toBe(0);
  expect(refused.all).toContain("deletionProtection");
  expect(await clustersNamed(bed, name)).toHaveLength(1);
  written(name, ["deletion_protection: false"]);
  expect((await bed.planton(up, { cwd })).code).toBe(0);
  const destroyed = await bed.planton(destroy, { cwd });
  expect(destroyed.code, destroyed.all).toBe(0);
  expect(await clustersNamed(bed, name)).toEqual([]);
});

test("a cluster of that name made elsewhere is refused, and taken over where the manifest says so", async () => {
  const name = "elsewhere";
  const fields = { displayName: name, region: "aws-us-east-1", projectId: "" };
  const { clusterId } = await runAction(bed.home, { vendor: "tidbcloud", name: "create-cluster", fields });
  const cwd = written(name);
  const refused = await bed.planton(up, { cwd });
  expect(refused.code).not.toBe(0);
  expect(refused.all).toContain(String(clusterId));
  expect(await clustersNamed(bed, name)).toHaveLength(1);

  written(name, ["adoption: {policy: adopt_if_found}", "root_password: {generate: true, set_on_adopt: true}"]);
  const adopted = await bed.planton(up, { cwd });
  expect(adopted.code, adopted.all).toBe(0);
  const outputs = await shownOutputs(bed, name);
  expect(outputs).toMatchObject({ cluster_id: clusterId, adopted: true });
  const again = await bed.pulumi(["preview", "--expect-no-changes", "--stack", serverlessStack(name)], { cwd });
  expect(again.code, again.all).toBe(0);
  const destroyed = await bed.planton(["pulumi", "destroy", "--yes", "--allow-data-loss"], { cwd });
  expect(destroyed.code, destroyed.all).toBe(0);
  expect(await clustersNamed(bed, name)).toHaveLength(1);
});

test("renamed, moved or deleted elsewhere: a rename is put back, a move is left alone, a lost cluster is made again", async () => {
  const name = "drifting";
  const cwd = written(name);
  expect((await bed.planton(up, { cwd })).code).toBe(0);
  const clusterId = String((await clustersNamed(bed, name))[0]?.["clusterId"]);
  const act = (action: string, fields: Readonly<Record<string, string>>) =>
    runAction(bed.home, { vendor: "tidbcloud", name: action, fields: { clusterId, ...fields } });
  const refreshedUp = async (): Promise<void> => {
    expect((await bed.planton(["pulumi", "refresh", "--yes"], { cwd })).code).toBe(0);
    const end = await bed.planton(up, { cwd });
    expect(end.code, end.all).toBe(0);
    await expectUsable(bed, name);
  };
  await act("rename-cluster", { displayName: "another-name" });
  await refreshedUp();
  await act("move-cluster", { projectId: "1372813089209061635" });
  await refreshedUp();
  expect((await clustersNamed(bed, name))[0]?.["clusterId"]).toBe(clusterId);
  await act("remove-cluster", {});
  await refreshedUp();
  expect((await clustersNamed(bed, name))[0]?.["clusterId"]).not.toBe(clusterId);
});

test.each([
  { what: "a wrong key", env: { TIDBCLOUD_PRIVATE_KEY: "wrong" }, code: 3, says: "refuses the key" },
  {
    what: "a key without rights",
    env: { TIDBCLOUD_PUBLIC_KEY: powerlessKey.publicKey, TIDBCLOUD_PRIVATE_KEY: powerlessKey.privateKey },
    code: 1,
    says: "403",
  },
  { what: "half a pair", env: { TIDBCLOUD_PRIVATE_KEY: undefined }, code: 3, says: "TIDBCLOUD_PRIVATE_KEY" },
  { what: "an unknown region", spec: ["region: aws-no-where-9"], code: 1, says: "use a region" },
  { what: "an unknown project", spec: ['project_id: "42"'], code: 1, says: "project_id must be a project" },
])("$what is refused with a hint, and nothing is made", async ({ what, env, spec, code, says }) => {
  const name = `refused-${what.replaceAll(" ", "-")}`;
  const cwd = written(name);
  const text = spec === undefined ? serverlessInput(name) : serverlessInput(name, spec);
  bed.write(
    `${name}/stack-input.yaml`,
    spec?.[0]?.startsWith("region") ? text.replace("    region: aws-us-east-1\n", "") : text,
  );
  const ended = await bed.planton(up, { cwd, ...(env === undefined ? {} : { env }) });
  expect([ended.code, ended.all]).toEqual([code, expect.stringContaining(says)]);
  expect(await clustersNamed(bed, name)).toEqual([]);
});

test("one free cluster too many gets the vendor's response with a hint", async () => {
  await set({ freeClusters: 0 });
  const cwd = written("too-many");
  const refused = await bed.planton(up, { cwd });
  await set({ freeClusters: 50 });
  expect(refused.code).not.toBe(0);
  expect(refused.all).toContain("spending_limit_monthly_cents");
  expect(await clustersNamed(bed, "too-many")).toEqual([]);
});
