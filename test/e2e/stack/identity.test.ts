import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { secondAccount, secondToken } from "../../../sandbox/digitalocean/accounts.js";
import { setPace } from "../../../sandbox/kit/client/sandbox-client.js";
import { clusterInput, firewallInput, vpcInput } from "../../support/kinds/stack-inputs.js";
import { type Ended, openBed, type PlantonBed, type RunOptions, until } from "../../support/planton-bed.js";

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openBed();
});
afterAll(() => bed.close());

/** A folder with a stack input, and planton in it. */
function place(folder: string, text: string, file = "stack-input.yaml") {
  const cwd = join(bed.folder, folder);
  bed.write(join(folder, file), text);
  return {
    cwd,
    write: (next: string) => bed.write(join(folder, file), next),
    planton: (line: string, options: RunOptions = {}) =>
      bed.planton(["pulumi", ...line.split(" ")], { cwd, ...options }),
    settings: (stack: string) => join(cwd, `Pulumi.sandbox.${stack}.yaml`),
  };
}

async function names(list: "vpcs" | "databases"): Promise<unknown[]> {
  const response = (await bed.get(`/v2/${list}`))[list] ?? [];
  return (response as Record<string, unknown>[]).map(({ name }) => name);
}

function expectRefused(ended: Ended, code: number, ...says: string[]): void {
  expect(ended.code, ended.all).toBe(code);
  for (const text of says) expect(ended.stderr).toContain(text);
}

/** Process id in the lock file of a stack (`project/stack`) of the sandbox's backend. */
function lockHolder(stack: string): number {
  const backend = (bed.env["PULUMI_BACKEND_URL"] ?? "").replace("file://", "");
  const folder = join(backend, ".pulumi", "locks", "organization", stack);
  const [file = ""] = readdirSync(folder);
  return Number((JSON.parse(readFileSync(join(folder, file), "utf8")) as { pid: unknown }).pid);
}

test("another name, environment or kind on an existing stack is refused, and both ways on work", async () => {
  const at = place("target", vpcInput({ name: "first" }));
  expect((await at.planton("up --yes")).code).toBe(0);
  const settings = readFileSync(at.settings("vpc.first"), "utf8");
  const stack = "sandbox.vpc.first";
  const anyCluster = "9cc10173-e9ea-4176-9dbc-a4cee4c4ff30";
  for (const [text, kept] of [
    [vpcInput({ name: "first", env: "prod" }), "and its resources"],
    [firewallInput("first", { cluster: anyCluster, rules: [{ type: "tag", value: "a" }] }), "are deleted"],
    [vpcInput({ name: "second" }), "and its resources"],
  ] as const) {
    at.write(text);
    expectRefused(await at.planton("up --yes"), 2, `add --stack ${stack}`, "add --new-stack", kept);
  }
  const plain = await bed.pulumi(["up", "--yes"], { cwd: at.cwd });
  expect(plain.code).not.toBe(0);
  expect(plain.all).toContain(`--stack ${stack}`);
  const looked = await at.planton(`preview --stack ${stack}`);
  expect(looked.code, looked.all).toBe(0);
  expect(readFileSync(at.settings("vpc.first"), "utf8"), "a look changes no record").toBe(settings);

  const second = await at.planton("up --yes --new-stack");
  expect(second.code, second.all).toBe(0);
  expect(await names("vpcs")).toEqual(expect.arrayContaining(["first", "second"]));
  at.write(vpcInput({ name: "third" }));
  expectRefused(await at.planton("up --yes"), 2, `--stack ${stack} or --stack sandbox.vpc.second`);
  const kept = await at.planton(`up --yes --stack ${stack}`);
  expect(kept.code, kept.all).toBe(0);
  expect(readFileSync(at.settings("vpc.first"), "utf8")).toContain("DigitalOceanVpc/third");
});

test("a new cluster_name shows a replacement, and nothing protected is lost without the word for it", async () => {
  const named = (name: string) => clusterInput("x", { cluster_name: name }).replace('"metadata":{"name":"x"},', "");
  const at = place("derived", named("orders"));
  expect((await at.planton("up --yes")).code).toBe(0);
  at.write(named("invoices"));
  expect((await at.planton("preview")).all).toContain("replace");
  expectRefused(await at.planton("up --yes"), 4, "planton pulumi up --stack-input stack-input.yaml --allow-data-loss");
  expectRefused(
    await at.planton("destroy --yes"),
    4,
    "planton pulumi destroy --stack-input stack-input.yaml --allow-data-loss",
  );
  expect(await names("databases")).toEqual(["orders"]);
});

test("a Pulumi project of another runtime is refused and left as it is", async () => {
  const at = place("foreign", vpcInput({ name: "foreign" }));
  const text = "name: web\nruntime: nodejs\n";
  writeFileSync(join(at.cwd, "Pulumi.yaml"), text);
  for (const line of ["up --yes", "preview", "destroy --yes", "output"]) {
    expectRefused(await at.planton(line), 2, 'of the runtime "nodejs"', "--project-dir");
  }
  expect(readFileSync(join(at.cwd, "Pulumi.yaml"), "utf8")).toBe(text);
  expect(readdirSync(at.cwd).sort()).toEqual(["Pulumi.yaml", "stack-input.yaml"]);
});

test("two stack inputs in one folder have a stack each; plain pulumi uses that of the last up", async () => {
  const at = place("two", vpcInput({ name: "left" }), "left.yaml");
  bed.write("two/right.yaml", vpcInput({ name: "right" }));
  bed.write("two/copy.yaml", vpcInput({ name: "right" }));
  const selected = async () => (await bed.pulumi(["stack", "--show-name"], { cwd: at.cwd })).stdout.trim();
  expect((await at.planton("up --yes -i left.yaml")).code).toBe(0);
  const right = await at.planton("up --yes -i right.yaml");
  expect(right.stderr).toContain(`"sandbox.vpc.right" is now the selected one of "${at.cwd}"`);
  expect(await selected()).toBe("sandbox.vpc.right");
  const plain = await bed.pulumi(["preview", "--expect-no-changes"], { cwd: at.cwd });
  expect(plain.code, plain.all).toBe(0);
  expectRefused(await at.planton("up --yes -i copy.yaml"), 2, 'belongs to "right.yaml"');
  const back = await at.planton("up --yes -i left.yaml -- --expect-no-changes");
  expect(back.code, back.all).toBe(0);
  expect(await selected()).toBe("sandbox.vpc.left");
});

test("a stack input that was moved keeps its stack, also one with a name of its own", async () => {
  const at = place("moved", vpcInput({ name: "moved" }), "old.yaml");
  expect((await at.planton("up --yes -i old.yaml --stack own-name")).code).toBe(0);
  cpSync(join(at.cwd, "old.yaml"), join(at.cwd, "copy.yaml"));
  expectRefused(await at.planton("up --yes -i copy.yaml"), 2, '"sandbox.own-name" of "old.yaml"', "--new-stack");
  rmSync(join(at.cwd, "copy.yaml"));
  renameSync(join(at.cwd, "old.yaml"), join(at.cwd, "new.yaml"));
  const plain = await bed.pulumi(["up", "--yes"], { cwd: at.cwd });
  expect(plain.code, "no program, no proposal to delete").not.toBe(0);
  const moved = await at.planton("up --yes -i new.yaml -- --expect-no-changes");
  expect(moved.code, moved.all).toBe(0);
  expect(readFileSync(at.settings("own-name"), "utf8")).toContain("planton:stackInput: new.yaml");
});

test("a copied folder never makes a second set of resources in silence", async () => {
  const at = place("copies/app", vpcInput({ name: "copied" }));
  expect((await at.planton("up --yes")).code).toBe(0);
  const whole = join(bed.folder, "copies", "whole");
  cpSync(at.cwd, whole, { recursive: true });
  const same = await at.planton("up --yes -- --expect-no-changes", { cwd: whole });
  expect(same.code, "the project's name came along, so it is the same stack").toBe(0);

  const other = place("copies/elsewhere/app", vpcInput({ name: "copied" }));
  expectRefused(await other.planton("up --yes"), 2, "--adopt-stack", "--stack NAME");
  expect(existsSync(other.settings("vpc.copied"))).toBe(false);

  writeFileSync(join(whole, "Pulumi.yaml"), "name: renamed\nruntime: planton\n");
  expectRefused(await at.planton("up --yes", { cwd: whole }), 2, 'of project "renamed"', "--new-stack");
  expect((await names("vpcs")).filter((name) => name === "copied")).toHaveLength(1);
});

test("a stack that is not in the backend (another machine, login or backend) is not made again", async () => {
  const at = place("missing", vpcInput({ name: "missing" }));
  expect((await at.planton("up --yes")).code).toBe(0);
  const settings = readFileSync(at.settings("vpc.missing"), "utf8");
  const empty = join(bed.folder, "other-backend");
  mkdirSync(empty);
  const env = { PULUMI_BACKEND_URL: `file://${empty}` };
  for (const line of [
    "up --yes",
    "preview",
    "refresh --yes",
    "destroy --yes",
    "recover --yes",
    "output",
    "cancel --yes",
  ]) {
    expectRefused(await at.planton(line, { env }), 2, empty, "--new-stack");
  }
  expect((await names("vpcs")).filter((name) => name === "missing")).toHaveLength(1);
  expect(readFileSync(at.settings("vpc.missing"), "utf8")).toBe(settings);
  expectRefused(await at.planton("up --yes --new-stack"), 2, "leave --new-stack out");
  expect(readFileSync(at.settings("vpc.missing"), "utf8"), "nor its salt").toBe(settings);
  const made = await at.planton("preview --new-stack", { env });
  expect(made.code, made.all).toBe(0);
  expect(made.stderr).toContain(`made in file://${empty}`);
});

test("a stack whose settings file is gone is taken over only on request", async () => {
  const at = place("settings", vpcInput({ name: "settings" }));
  const path = at.settings("vpc.settings");
  expect((await at.planton("up --yes")).code).toBe(0);
  const settings = readFileSync(path, "utf8");
  rmSync(path);
  for (const line of ["up --yes", "preview"]) expectRefused(await at.planton(line), 2, "--adopt-stack");
  for (const line of ["destroy --yes", "refresh --yes"]) expectRefused(await at.planton(line), 2, "--adopt-stack");
  expect(existsSync(path)).toBe(false);
  // Plain pulumi writes a settings file of its own, which says nothing of a stack input.
  await bed.pulumi(["preview"], { cwd: at.cwd });
  expect(existsSync(path)).toBe(true);
  expectRefused(await at.planton("up --yes"), 2, "--adopt-stack");
  const adopted = await at.planton("up --yes --adopt-stack -- --expect-no-changes");
  expect(adopted.code, adopted.all).toBe(0);
  // Nothing in this state carries the stack's mark, so it gets a new id.
  const lines = (text: string) =>
    text
      .split("\n")
      .map((line) => line.replace(/(planton:id: ).*/, "$1..."))
      .sort();
  expect(lines(readFileSync(path, "utf8"))).toEqual(lines(settings));
});

test("credentials of another account are refused before anything changes", async () => {
  const at = place("account", vpcInput({ name: "account" }));
  const path = join(at.cwd, "stack-input.yaml");
  expect((await at.planton("up --yes")).code).toBe(0);
  at.write(vpcInput({ name: "account", description: "changed" }));
  const env = { DIGITALOCEAN_TOKEN: secondToken, DIGITALOCEAN_ACCESS_TOKEN: secondToken };
  for (const line of ["up --yes", "preview", "refresh --yes", "destroy --yes"]) {
    expectRefused(await at.planton(line, { env }), 2, secondAccount.teamUuid, secondAccount.teamName);
  }
  const plain = await bed.pulumi(["up", "--yes"], { cwd: at.cwd, env });
  expect(plain.code).not.toBe(0);
  expect(plain.all).toContain(secondAccount.teamUuid);
  renameSync(path, `${path}.gone`);
  for (const line of ["refresh --yes", "destroy --yes"]) {
    expectRefused(await at.planton(line, { env }), 2, secondAccount.teamUuid);
  }
  renameSync(`${path}.gone`, path);
  const vpcs = (await bed.get("/v2/vpcs"))["vpcs"] as Record<string, unknown>[];
  expect(vpcs.find(({ name }) => name === "account")).toMatchObject({ description: "" });
  const own = await at.planton("preview");
  expect(own.all).toContain("1 to update");
});

test("a stack from standard input is bound to its account as well", async () => {
  const text = vpcInput({ name: "piped" });
  const at = place("piped-account", text);
  const stdin = { stdin: text };
  const made = await at.planton("up --yes -i -", stdin);
  expect(made.code, made.all).toBe(0);
  const settings = readFileSync(at.settings("vpc.piped"), "utf8");
  expect(settings).toContain("planton:account:");
  expect(settings).not.toContain("planton:stackInput");
  const env = { DIGITALOCEAN_TOKEN: secondToken, DIGITALOCEAN_ACCESS_TOKEN: secondToken };
  for (const line of ["up --yes -i -", "refresh --yes -i -", "destroy --yes -i -"]) {
    expectRefused(await at.planton(line, { env, ...stdin }), 2, secondAccount.teamUuid);
  }
});

test("credentials that may not read their account pass by what they see of the stack, or by the word for it", async () => {
  const at = place("unread", vpcInput({ name: "unread" }));
  const path = join(at.cwd, "stack-input.yaml");
  expect((await at.planton("up --yes")).code).toBe(0);
  await bed.planton([
    "sandbox",
    "fault",
    "add",
    "--method",
    "GET",
    "--path",
    "/v2/account",
    "--status",
    "403",
    "--count",
    "999",
  ]);
  try {
    const own = await at.planton("up --yes -- --expect-no-changes");
    expect(own.code, own.all).toBe(0);
    const plainOwn = await bed.pulumi(["preview", "--expect-no-changes"], { cwd: at.cwd });
    expect(plainOwn.code, plainOwn.all).toBe(0);
    const env = { DIGITALOCEAN_TOKEN: secondToken, DIGITALOCEAN_ACCESS_TOKEN: secondToken };
    for (const line of ["up --yes", "preview", "refresh --yes", "destroy --yes", "recover --yes"]) {
      expectRefused(await at.planton(line, { env }), 2, "--skip-account-check", "nothing shows");
    }
    const plain = await bed.pulumi(["up", "--yes"], { cwd: at.cwd, env });
    expect(plain.code).not.toBe(0);
    expect(plain.all).toContain("PLANTON_SKIP_ACCOUNT_CHECK=");
    renameSync(path, `${path}.gone`);
    expectRefused(await at.planton("refresh --yes", { env }), 2, "--skip-account-check");
    renameSync(`${path}.gone`, path);
    const trusted = await at.planton("preview --skip-account-check", { env });
    expect(trusted.code, trusted.all).toBe(0);
    const first = place("unread-first", vpcInput({ name: "unread-first" }));
    const made = await first.planton("up --yes");
    expect(made.code, made.all).toBe(0);
    expect(readFileSync(first.settings("vpc.unread-first"), "utf8")).not.toContain("planton:account");
  } finally {
    await bed.planton(["sandbox", "fault", "clear"]);
  }
  const gone = await at.planton("destroy --yes");
  expect(gone.code, gone.all).toBe(0);
  const again = await at.planton("destroy --yes");
  expect(again.code, again.all).toBe(0);
  expect(again.all).not.toContain("created");
  const outputs = await bed.pulumi(["stack", "output", "--json", "--stack", "sandbox.vpc.unread"], {
    cwd: at.cwd,
  });
  expect(JSON.parse(outputs.stdout)).toEqual({});
});

test("hints can be typed as they are, also for a path with blanks", async () => {
  const at = place("blanks", vpcInput({ name: "blanks" }), "my stack.yaml");
  const refused = await bed.planton(["pulumi", "up", "-i", "my stack.yaml"], { cwd: at.cwd });
  expectRefused(refused, 2, "planton pulumi up --stack-input 'my stack.yaml' --yes");
});

test("a stack that another run holds is refused with who and since when, and that run ends well", async () => {
  await setPace(bed.home, { name: "fast", creationMs: 2000 });
  const at = place("locked", clusterInput("locked"));
  const marker = join(at.cwd, ".planton", "sandbox.db.locked.run.json");
  const running = bed.start(["pulumi", "up", "--yes"], { cwd: at.cwd });
  await until("the engine makes the cluster", () => running.soFar().includes("DatabaseCluster locked creating"));
  expect(JSON.parse(readFileSync(marker, "utf8"))).toMatchObject({
    stack: "sandbox.db.locked",
    creates: [{ name: "locked", inputs: { name: "locked", engine: "pg" } }],
  });
  const pid = lockHolder("locked/sandbox.db.locked");
  const holder = `locked by ${userInfo().username}@${hostname()}, process ${pid}, since `;
  // Held still, so that the other runs meet the lock however slow they are.
  process.kill(pid, "SIGSTOP");
  try {
    for (const line of ["up --yes", "recover --yes", "destroy --yes"]) {
      const refused = await at.planton(line);
      expectRefused(refused, 1, holder, "planton pulumi cancel --stack-input stack-input.yaml");
      expect(refused.stderr).toMatch(/since \d{4}-\d\d-\d\dT/);
      expect(refused.stderr).not.toContain("did not end cleanly");
    }
  } finally {
    process.kill(pid, "SIGCONT");
  }
  const end = await running.ended;
  expect(end.code, end.all).toBe(0);
  expect(existsSync(marker)).toBe(false);
  expect((await names("databases")).filter((name) => name === "locked")).toHaveLength(1);

  writeFileSync(marker, "{");
  expectRefused(await at.planton("up --yes"), 2, marker, "delete the file");
});
