import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { FoundResource } from "../../contract/vendor.js";
import { breakStack } from "../../test/support/broken-stack.js";
import type { HeldEntry } from "../../test/support/in-process/memory-deployment.js";
import { clusterType, type OperationBed, openOperationBed } from "../../test/support/in-process/operation-bed.js";
import { clusterInput } from "../../test/support/kinds/stack-inputs.js";

const plain = "db.main";
const lost: HeldEntry = { type: clusterType, name: "main", inputs: { name: "main", engine: "pg" } };
const found: FoundResource = { id: "c-9", description: "cluster", ours: true, takesMark: true, isReady: true };
const minuteMs = 60_000;

let bed: OperationBed;
beforeEach(() => {
  bed = openOperationBed();
  bed.write("app/stack-input.yaml", clusterInput("main"));
  bed.vendor.readable.set("c-9", { name: "main", engine: "pg" });
});
afterEach(() => bed.close());

const importing = `stack import --stack ${plain}`;
const up = `up --stack ${plain} --yes`;

describe("how long a creation that was begun is waited for", () => {
  test.each<[string, number, boolean, number]>([
    ["young, at the vendor: two minutes from its beginning", 30_000, false, 120_000],
    ["young, in the sandbox: twelve seconds", 2_000, true, 12_000],
  ])("%s", async (_, ageMs, isSandbox, limitMs) => {
    if (isSandbox) bed.env["PLANTON_SANDBOX"] = "1";
    const beganMs = await breakStack(bed, isSandbox ? `sandbox.${plain}` : plain, { pending: [lost], ageMs });
    expect(await bed.run("up")).toBe(0);
    expect(bed.clock.nowMs - beganMs).toBe(limitMs);
  });

  test.each<[string, readonly FoundResource[] | undefined, number, number]>([
    ["old and absent", [], 60 * minuteMs, 1],
    ["old and not looked for", undefined, 60 * minuteMs, 1],
    ["young and not looked for", undefined, minuteMs, 7],
  ])("%s: %#", async (_, list, ageMs, looks) => {
    await breakStack(bed, plain, { pending: [lost], ageMs });
    bed.vendor.find = () => list;
    expect(await bed.run("up")).toBe(0);
    expect(bed.vendor.asked).toHaveLength(looks);
    expect(bed.changes()).toEqual([importing, up]);
  });

  test("it is taken in when it comes late, and when it has become ready", async () => {
    const endedMs = await breakStack(bed, plain, { pending: [lost], ageMs: 0 });
    bed.vendor.find = () =>
      bed.clock.nowMs < endedMs + minuteMs ? [] : [{ ...found, isReady: bed.clock.nowMs >= endedMs + 9 * minuteMs }];
    expect(await bed.run("up")).toBe(0);
    expect(bed.clock.nowMs).toBe(endedMs + 9 * minuteMs);
    expect(bed.pulumi.read(bed.place(plain))?.resources?.at(-1)?.id).toBe("c-9");
  });

  test("it is given up when it is not ready within an hour", async () => {
    const endedMs = await breakStack(bed, plain, { pending: [lost], ageMs: 0 });
    bed.vendor.find = () => [{ ...found, isReady: false }];
    await expect(bed.run("up")).rejects.toMatchObject({ code: "E_PENDING_OPERATIONS" });
    expect(bed.clock.nowMs).toBe(endedMs + 60 * minuteMs);
    expect(bed.changes()).toEqual([]);
  });
});
