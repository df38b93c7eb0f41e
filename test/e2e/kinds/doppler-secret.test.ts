import { cpSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runAction } from "../../../sandbox/kit/client/adjust-sandbox.js";
import { addFault, clearFaults } from "../../../sandbox/kit/client/sandbox-client.js";
import { killProcess, processesOf } from "../../support/bed-processes.js";
import {
  secretAt,
  secretInput,
  secretNames,
  secretOutputs,
  secretStack,
  setSecret,
} from "../../support/doppler-bed.js";
import { type PlantonBed, root, until } from "../../support/planton-bed.js";
import { openTidbCloudBed, serverlessInput, serverlessStack, shownOutputs } from "../../support/tidbcloud-bed.js";

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openTidbCloudBed();
});
afterAll(() => bed.close());

const noSecret = { raw: null, computed: null, rawVisibility: null };
const upOf = (file: string) => ["pulumi", "up", "--yes", "--stack-input", file];
const up = upOf("stack-input.yaml");

/** Writes the stack input of a secret; gives its folder. */
function written(name: string, spec: object): string {
  bed.write(`${name}/stack-input.yaml`, secretInput(name, spec));
  return join(bed.folder, name);
}

async function expectUnchanged(name: string, cwd: string): Promise<void> {
  const same = await bed.pulumi(["preview", "--expect-no-changes", "--stack", secretStack(name)], { cwd });
  expect(same.code, same.all).toBe(0);
}

test("the URL of a cluster gets to Doppler, follows a new password, and goes with its stack", async () => {
  const cwd = join(bed.folder, "life");
  const withPassword = (password: string) => serverlessInput("life", ["root_password:", `  value: ${password}`]);
  bed.write("life/db.yaml", withPassword("First-Passw0rd"));
  bed.write("life/secret.yaml", secretInput("life-url", { value: { valueFrom: { name: "life" } } }));
  const early = await bed.planton(["pulumi", "preview", "--stack-input", "secret.yaml"], { cwd });
  expect(early.code, early.all).toBe(64);
  expect(early.stderr).toContain("target.spec.value");
  expect(early.stderr).toContain("apply the stack input of TiDBCloudServerlessCluster/life first");

  const cluster = await bed.planton(upOf("db.yaml"), { cwd });
  expect(cluster.code, cluster.all).toBe(0);
  const url = String((await shownOutputs(bed, "life"))["connection_uri"]);
  expect(url).toContain("First-Passw0rd");
  const made = await bed.planton(upOf("secret.yaml"), { cwd });
  expect(made.code, made.all).toBe(0);
  expect(await secretAt(bed, { name: "LIFE_URL" })).toMatchObject({ raw: url, rawVisibility: "masked" });
  expect(await secretOutputs(bed, "life-url", "life")).toEqual({
    project: "planton",
    config: "dev",
    secret_name: "LIFE_URL",
    visibility: "masked",
    secret_uri: "doppler://planton/dev/LIFE_URL",
    adopted: false,
  });
  const again = await bed.planton(upOf("secret.yaml"), { cwd });
  expect(again.code, again.all).toBe(0);
  expect(again.all).toMatch(/\d unchanged/);
  expect(again.all).not.toMatch(/created|updated|replaced|deleted/);
  await expectUnchanged("life-url", cwd);

  bed.write("life/db.yaml", withPassword("Second-Passw0rd"));
  const changed = await bed.planton(upOf("db.yaml"), { cwd });
  expect(changed.code, changed.all).toBe(0);
  // The stack of the secret is the selected one no more: plain pulumi needs its name.
  const plain = await bed.pulumi(["up", "--yes", "--stack", secretStack("life-url")], { cwd });
  expect(plain.code, plain.all).toBe(0);
  expect(plain.all).toContain("1 updated");
  const other = String((await shownOutputs(bed, "life"))["connection_uri"]);
  expect(other).toContain("Second-Passw0rd");
  expect((await secretAt(bed, { name: "LIFE_URL" })).raw).toBe(other);

  const destroyed = await bed.planton(["pulumi", "destroy", "--yes", "--stack-input", "secret.yaml"], { cwd });
  expect(destroyed.code, destroyed.all).toBe(0);
  expect(await secretAt(bed, { name: "LIFE_URL" })).toMatchObject(noSecret);
});

test("the examples work one after the other", async () => {
  for (const path of ["planton.yaml", "tidbcloud-serverless-cluster", "doppler-secret"])
    cpSync(join(root, "examples", path), join(bed.folder, "examples", path), { recursive: true });
  for (const path of ["tidbcloud-serverless-cluster", "doppler-secret"]) {
    const ended = await bed.planton(up, { cwd: join(bed.folder, "examples", path) });
    expect(ended.code, ended.all).toBe(0);
  }
  const plugins = readdirSync(join(bed.env["PULUMI_HOME"] ?? "", "plugins"));
  const names = plugins.filter((name) => name.includes("doppler")).map((name) => name.replace(/-v\d.*$/, ""));
  expect([...new Set(names)]).toEqual(["resource-planton-doppler"]);
  const cwd = join(bed.folder, "examples/tidbcloud-serverless-cluster");
  const shown = await bed.pulumi(["stack", "output", "connection_uri", "--show-secrets"], { cwd });
  expect((await secretAt(bed, { name: "SHOP_DATABASE_URL" })).raw).toBe(shown.stdout.trim());
});

test("what was written is taken by its URI in another manifest", async () => {
  const cwd = written("root-password", { value: "From-D0ppler-taken" });
  expect((await bed.planton(up, { cwd })).code).toBe(0);
  const { secret_uri: uri } = await secretOutputs(bed, "root-password");
  bed.write("by-uri/stack-input.yaml", serverlessInput("by-uri", ["root_password:", `  value: ${uri}`]));
  const cluster = await bed.planton(up, { cwd: join(bed.folder, "by-uri") });
  expect(cluster.code, cluster.all).toBe(0);
  const { cluster_id: clusterId, password } = await shownOutputs(bed, "by-uri");
  expect(password).toBe("From-D0ppler-taken");
  const fields = { clusterId: String(clusterId), password: "From-D0ppler-taken" };
  const check = { vendor: "tidbcloud", name: "check-password", fields };
  expect(await runAction(bed.home, check)).toMatchObject({ right: true });
});

test("a secret with another value is refused and stays as it is, until the manifest takes it over", async () => {
  const place = { name: "TAKEN" };
  await setSecret(bed, place, "value-of-somebody-else");
  const cwd = written("taken", { value: "value-of-ours" });
  const refused = await bed.planton(up, { cwd });
  expect(refused.code).not.toBe(0);
  for (const part of ["planton", "dev", "TAKEN", "adoption_policy: adopt_if_found"])
    expect(refused.all).toContain(part);
  expect(refused.all).not.toContain("value-of-");
  expect((await secretAt(bed, place)).raw).toBe("value-of-somebody-else");

  written("taken", { value: "value-of-ours", adoption_policy: "adopt_if_found" });
  const adopted = await bed.planton(up, { cwd });
  expect(adopted.code, adopted.all).toBe(0);
  expect((await secretAt(bed, place)).raw).toBe("value-of-ours");
  expect(await secretOutputs(bed, "taken")).toMatchObject({ adopted: true });
  await expectUnchanged("taken", cwd);
  written("taken", { value: "value-of-ours" });
  await expectUnchanged("taken", cwd);
  const destroyed = await bed.planton(["pulumi", "destroy", "--yes"], { cwd });
  expect(destroyed.code, destroyed.all).toBe(0);
  expect(destroyed.all).toMatch(/warning:.*TAKEN/);
  expect((await secretAt(bed, place)).raw).toBe("value-of-ours");
});

test("a secret that has the wanted value already is taken, and stays when the stack goes", async () => {
  await setSecret(bed, { name: "SAME" }, "the-same-value");
  const cwd = written("same", { value: "the-same-value" });
  const ended = await bed.planton(up, { cwd });
  expect(ended.code, ended.all).toBe(0);
  expect(await secretOutputs(bed, "same")).toMatchObject({ adopted: true });
  expect((await bed.planton(["pulumi", "destroy", "--yes"], { cwd })).code).toBe(0);
  expect((await secretAt(bed, { name: "SAME" })).raw).toBe("the-same-value");
});

test("another name makes a new one and takes the old one away; visibility changes in place", async () => {
  const cwd = written("moving", { secret_name: "MOVING_A", value: "moved" });
  expect((await bed.planton(up, { cwd })).code).toBe(0);
  written("moving", { secret_name: "MOVING_A", value: "moved", visibility: "unmasked" });
  const shown = await bed.planton(up, { cwd });
  expect(shown.all).toContain("1 updated");
  expect(await secretAt(bed, { name: "MOVING_A" })).toMatchObject({ raw: "moved", rawVisibility: "unmasked" });
  written("moving", { secret_name: "MOVING_B", value: "moved", visibility: "unmasked" });
  const moved = await bed.planton(up, { cwd });
  expect(moved.code, moved.all).toBe(0);
  expect(moved.all).toContain("1 replaced");
  expect(await secretAt(bed, { name: "MOVING_A" })).toMatchObject(noSecret);
  expect(await secretAt(bed, { name: "MOVING_B" })).toMatchObject({ raw: "moved", rawVisibility: "unmasked" });
});

test("changed or deleted at Doppler: a refresh shows it, and the next up puts it right", async () => {
  const place = { name: "DRIFTING" };
  const cwd = written("drifting", { value: "as-declared" });
  expect((await bed.planton(up, { cwd })).code).toBe(0);
  for (const value of ["as-typed-in", null]) {
    await setSecret(bed, place, value);
    const refreshed = await bed.planton(["pulumi", "refresh", "--yes"], { cwd });
    expect(refreshed.code, refreshed.all).toBe(0);
    expect(refreshed.all).toMatch(value === null ? /1 deleted/ : /1 updated/);
    expect(refreshed.all).not.toContain("as-typed-in");
    const ended = await bed.planton(up, { cwd });
    expect(ended.code, ended.all).toBe(0);
    expect((await secretAt(bed, place)).raw).toBe("as-declared");
  }
  expect(await secretOutputs(bed, "drifting")).toMatchObject({ adopted: false });
});

test("a lost response makes no second run necessary, and nothing somebody else's of the secret", async () => {
  await addFault(bed.home, { method: "POST", path: "/v3/configs/config/secrets", dropResponse: true });
  const cwd = written("lost", { value: "written-once" });
  const ended = await bed.planton(up, { cwd });
  expect(ended.code, ended.all).toBe(0);
  expect((await secretAt(bed, { name: "LOST" })).raw).toBe("written-once");
  expect(await secretOutputs(bed, "lost")).toMatchObject({ adopted: false });
  expect((await bed.planton(["pulumi", "destroy", "--yes"], { cwd })).code).toBe(0);
  expect(await secretAt(bed, { name: "LOST" })).toMatchObject(noSecret);
});

test.each([
  { what: "plugin", part: "pulumi-resource-planton-doppler" },
  { what: "CLI", part: "/pulumi up" },
])("kill -9 of the $what after the secret was written: the next up goes on with it as its own", async ({
  what,
  part,
}) => {
  const name = `killed-${what.toLowerCase()}`;
  const secretName = name.toUpperCase().replace("-", "_");
  await addFault(bed.home, { method: "POST", path: "/v3/configs/config/secrets", dropResponse: true });
  // The look after the lost response, which lasts until the kill.
  await addFault(bed.home, { method: "GET", path: "/v3/configs/config/secret", skip: 1, delayMs: 30_000 });
  const cwd = written(name, { value: "written-before-the-kill" });
  const running = bed.start(up, { cwd });
  const isWritten = async (): Promise<boolean> => (await secretNames(bed)).includes(secretName);
  await until("the secret is written", isWritten, 60_000);
  killProcess(bed.home, part, "SIGKILL");
  const ended = await running.ended;
  expect(ended.code).not.toBe(0);
  await until("host and plugin are gone", () => processesOf(bed.home, "pulumi").length === 0, 15_000);
  await clearFaults(bed.home);
  if (what === "CLI") {
    const recovered = await bed.planton(["pulumi", "recover", "--yes"], { cwd });
    expect(recovered.code, recovered.all).toBe(0);
  }
  const next = await bed.planton(up, { cwd });
  expect(next.code, next.all).toBe(0);
  expect(await secretOutputs(bed, name)).toMatchObject({ adopted: false });
  await expectUnchanged(name, cwd);
});

test("metadata.import_id takes a secret into the stack as it is", async () => {
  await setSecret(bed, { name: "IMPORTED" }, "was-there");
  const text = secretInput("imported", { value: "was-there" });
  const withId = text.replace('"name":"imported"', '"name":"imported","import_id":"planton.dev.IMPORTED"');
  bed.write("imported/stack-input.yaml", withId);
  const cwd = join(bed.folder, "imported");
  const ended = await bed.planton(up, { cwd });
  expect(ended.code, ended.all).toBe(0);
  expect(ended.all).toContain("1 imported");
  await expectUnchanged("imported", cwd);
});

test("a manifest of a spec alone is recognized by its keys, and named by its secret", async () => {
  const spec = { project: "planton", config: "dev", secret_name: "BARE_ONE", value: "bare" };
  bed.write("bare/stack-input.yaml", JSON.stringify({ target: { spec } }));
  const cwd = join(bed.folder, "bare");
  const ended = await bed.planton(up, { cwd });
  expect(ended.code, ended.all).toBe(0);
  expect((await secretAt(bed, { name: "BARE_ONE" })).raw).toBe("bare");
  await expectUnchanged("bare-one", cwd);
});

test("destroy of the secret after its cluster says how to go on", async () => {
  const cwd = join(bed.folder, "order");
  bed.write("order/db.yaml", serverlessInput("order"));
  bed.write("order/secret.yaml", secretInput("order-url", { value: { valueFrom: { name: "order" } } }));
  for (const file of ["db.yaml", "secret.yaml"]) expect((await bed.planton(upOf(file), { cwd })).code).toBe(0);
  const destroy = ["pulumi", "destroy", "--yes", "--allow-data-loss", "--stack-input"];
  expect((await bed.planton([...destroy, "db.yaml"], { cwd })).code).toBe(0);
  const removed = await bed.pulumi(["stack", "rm", "--yes", "--stack", serverlessStack("order")], { cwd });
  expect(removed.code, removed.all).toBe(0);
  const stuck = await bed.planton([...destroy, "secret.yaml"], { cwd });
  expect(stuck.code).not.toBe(0);
  expect(stuck.stderr).toContain("-- --run-program=false");
  const gone = await bed.planton([...destroy, "secret.yaml", "--", "--run-program=false"], { cwd });
  expect(gone.code, gone.all).toBe(0);
  expect(await secretAt(bed, { name: "ORDER_URL" })).toMatchObject(noSecret);
});
