import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clusterYaml } from "../../support/kinds/cluster-yaml.js";
import { leavesNothing } from "../../support/kinds/untouched.js";
import { filesBelow, openBed, type PlantonBed, root } from "../../support/planton-bed.js";
import { expectRefusal } from "../../support/refusal.js";
import { hasTerminals, startOnTerminal, type Terminal } from "../../support/terminal.js";

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openBed();
});
afterAll(() => bed.close());

async function clusterNames(): Promise<unknown[]> {
  const { databases = [] } = (await bed.get("/v2/databases")) as { databases?: { name: string }[] };
  return databases.map(({ name }) => name);
}

describe("without a terminal", () => {
  test.each(["up", "destroy", "refresh"])("%s without --yes refuses and makes nothing", async (operation) => {
    bed.write("silent/stack-input.yaml", clusterYaml("silent"));
    const cwd = join(bed.folder, "silent");
    const run = () => bed.planton(["pulumi", operation], { cwd, stdin: "yes\nyes\n" });
    const says = [`planton pulumi ${operation} --stack-input stack-input.yaml --yes`];
    expectRefusal(await leavesNothing(bed, run), { exitCode: 2, code: "E_CONFIRMATION", says });
    expect(readdirSync(cwd)).toEqual(["stack-input.yaml"]);
  });

  test("--allow-data-loss alone is no confirmation", async () => {
    const run = () => bed.planton(["pulumi", "destroy", "--allow-data-loss"], { cwd: join(bed.folder, "silent") });
    expectRefusal(await leavesNothing(bed, run), { exitCode: 2, code: "E_CONFIRMATION", says: ["--yes"] });
  });
});

describe.skipIf(!hasTerminals)("on a terminal", () => {
  const name = "asked";
  const stack = `sandbox.db.${name}`;
  let cwd: string;
  beforeAll(() => {
    bed.write(`${name}/stack-input.yaml`, clusterYaml(name));
    cwd = join(bed.folder, name);
  });
  const start = (...words: readonly string[]): Terminal =>
    startOnTerminal([join(root, "bin/planton"), "pulumi", ...words], { cwd, env: bed.env });
  const update = /Do you want to perform this update\?[\s\S]*details/;

  test.each([
    { what: "no, the default answer", text: "\r" },
    { what: "^C", text: "\x03" },
  ])("up asks, and $what makes nothing", async ({ text }) => {
    const terminal = start("up");
    await terminal.type(update, text);
    expect(await terminal.ended, terminal.shown()).not.toBe(0);
    expect(terminal.shown()).toContain("4 to create");
    expect(await clusterNames()).toEqual([]);
  });

  test("up asks, and yes makes it", async () => {
    const terminal = start("up");
    await terminal.type(update, "yes\r");
    expect(await terminal.ended, terminal.shown()).toBe(0);
    expect(await clusterNames()).toEqual([name]);
  });

  test("cancel without a lock says so; with one it asks about its holder", async () => {
    const none = start("cancel");
    expect(await none.ended, none.shown()).toBe(0);
    expect(none.shown()).toContain(`stack "${stack}" has no lock`);

    const folder = filesBelow(bed.home).find(({ path }) => path.endsWith(`${stack}.json`))?.path ?? "";
    const locks = join(folder.slice(0, folder.indexOf("/.pulumi/")), ".pulumi/locks/organization", name, stack);
    mkdirSync(locks, { recursive: true });
    const lock = { pid: 4711, username: "deploy", hostname: "host1", timestamp: "2026-08-21T10:00:00Z" };
    writeFileSync(join(locks, "a.json"), JSON.stringify(lock));
    const held = start("cancel");
    await held.type(/remove the lock of deploy@host1, process 4711, since 2026-08-21T10:00:00Z, \d+ days ago\?/, "y\r");
    expect(await held.ended, held.shown()).toBe(0);
    expect(readdirSync(locks)).toEqual([]);
  });

  test("destroy with --allow-data-loss previews, then lets the name be typed; another text changes nothing", async () => {
    const order =
      /Previewing destroy[\s\S]*4 to delete[\s\S]*protected in stack .*DatabaseCluster "asked"[\s\S]*type the stack's name \(\S+\)/;
    const wrong = start("destroy", "--allow-data-loss");
    await wrong.type(order, "yes\r");
    expect(await wrong.ended, wrong.shown()).toBe(2);
    expect(wrong.shown()).toContain("[E_CONFIRMATION]");
    expect(await clusterNames()).toEqual([name]);

    const confirmed = start("destroy", "--allow-data-loss");
    await confirmed.type(order, `${stack}\r`);
    expect(await confirmed.ended, confirmed.shown()).toBe(0);
    expect(confirmed.shown()).not.toContain("Do you want to perform this destroy?");
    // What is gone has no outputs.
    expect(confirmed.shown()).not.toContain("Outputs:");
    expect(await clusterNames()).toEqual([]);
  });
});
