import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addFault, clearFaults } from "../../../sandbox/kit/client/sandbox-client.js";
import { openBed, type PlantonBed, root } from "../../support/planton-bed.js";
import { expectOk } from "../../support/stack-bed.js";
import { hasTerminals, startOnTerminal, type Terminal } from "../../support/terminal.js";
import { clusterManifest, namesAt, vpcManifest, type WorkspaceBed, workspaceBed } from "../../support/workspace-bed.js";

let bed: PlantonBed;
let net: WorkspaceBed;
beforeAll(async () => {
  bed = await openBed();
  net = workspaceBed(bed, "net", {
    "planton.yaml": "name: net\n",
    "first.yaml": vpcManifest("first"),
    "cache.yaml": clusterManifest("cache"),
  });
});
afterAll(() => bed.close());

const start = (...words: readonly string[]): Terminal =>
  startOnTerminal([join(root, "bin/planton"), ...words], { cwd: net.folder, env: bed.env });

describe.skipIf(!hasTerminals)("on a terminal", () => {
  test("up shows the plan and asks; the default answer changes nothing, and yes applies it in a live view", async () => {
    const none = start("up");
    await none.type(/apply this plan\? \[y\/N\]/, "\r");
    expect(await none.ended, none.shown()).toBe(2);
    expect(none.shown()).toContain("[E_CONFIRMATION]");
    expect(await namesAt(bed, "vpcs")).toEqual([]);

    const up = start("up");
    await up.type(/create +vpc\/first[\s\S]*apply this plan\? \[y\/N\]/, "y\r");
    expect(await up.ended, up.shown()).toBe(0);
    expect(up.shown()).toMatch(/\[#*-*\] \d\/2 +(1|2) running/);
    expect(up.shown()).toContain("2 stacks: 2 created");
    expect(await namesAt(bed, "vpcs")).toEqual(["first"]);
  });

  test("^C starts nothing more and waits for what runs; the next run makes the rest", async () => {
    net.write("late.yaml", vpcManifest("late"));
    net.write("later.yaml", vpcManifest("later", ["late"]));
    await addFault(bed.home, { method: "POST", path: "/v2/vpcs", delayMs: 4000 });
    const stopped = start("up", "--yes");
    await stopped.type(/vpc\/late +Vpc "late"/, "\u0003");
    expect(await stopped.ended, stopped.shown()).toBe(8);
    expect(stopped.shown()).toContain("not started: vpc/later");
    expect(stopped.shown()).toContain("to go on: planton up");
    await clearFaults(bed.home);
    expectOk(await bed.planton(["recover", "-f", net.folder, "--yes"]));
    expectOk(await net.run(["up", "--yes"]));
    expect(await namesAt(bed, "vpcs")).toEqual(["first", "late", "later"]);
  });

  test("destroy of what holds data lets the names of its stacks be typed; another text deletes nothing", async () => {
    const order = /delete +db\/cache[\s\S]*holds data[\s\S]*type the [^(]*\(db\/cache\)/;
    const wrong = start("destroy", "--only", "cache", "--allow-data-loss");
    await wrong.type(order, "y\r");
    expect(await wrong.ended, wrong.shown()).toBe(2);
    expect(await namesAt(bed, "databases")).toEqual(["cache"]);
    const typed = start("destroy", "--only", "cache", "--allow-data-loss");
    await typed.type(order, "db/cache\r");
    expect(await typed.ended, typed.shown()).toBe(0);
    expect(await namesAt(bed, "databases")).toEqual([]);
  });
});
