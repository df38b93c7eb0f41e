import { mkdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { HeldEntry } from "../../test/support/in-process/memory-deployment.js";
import { clusterType, type OperationBed, openOperationBed } from "../../test/support/in-process/operation-bed.js";
import { clusterInput } from "../../test/support/kinds/stack-inputs.js";
import { lockFolder } from "../pulumi/stack-ref.js";
import type { OperationName } from "./run-operation.js";

const stack = "db.main";
const input = "app/stack-input.yaml";
const cluster: HeldEntry = { type: clusterType, name: "main", id: "c-1", inputs: { name: "main", engine: "pg" } };

let bed: OperationBed;
beforeEach(() => {
  bed = openOperationBed();
  bed.write(input, clusterInput("main"));
});
afterEach(() => bed.close());

/** The stack with these resources, made by a good up; everything of it is old. */
async function made(...entries: readonly HeldEntry[]): Promise<void> {
  await bed.establish(entries);
  bed.clock.nowMs += 3_600_000;
}

const run = (name: OperationName | "recover"): Promise<unknown> => (name === "recover" ? bed.recover() : bed.run(name));

const programs: Record<OperationName, string> = {
  up: `up --stack ${stack} --yes`,
  preview: `preview --stack ${stack}`,
  refresh: `refresh --stack ${stack} --yes --run-program`,
  destroy: `destroy --stack ${stack} --yes --run-program`,
};

describe("a lock", () => {
  const lock = (pid: number, host = hostname()): void => {
    const path = join(lockFolder(bed.place(stack)) ?? "", "a.json");
    mkdirSync(dirname(path), { recursive: true });
    // A process that started later than the lock was taken cannot have taken it.
    const timestamp = new Date().toISOString();
    writeFileSync(path, JSON.stringify({ pid, username: "me", hostname: host, timestamp }));
  };
  const deadPid = 2 ** 22 + 1;
  beforeEach(async () => {
    bed.env["PULUMI_BACKEND_URL"] = `file://${bed.folder}/backend`;
    await made(cluster);
  });

  test.each([
    "up",
    "refresh",
    "destroy",
    "recover",
  ] as const)("of another machine or a live process rejects %s", async (name) => {
    for (const [pid, host] of [
      [deadPid, "elsewhere"],
      [process.pid, hostname()],
    ] as const) {
      lock(pid, host);
      await expect(run(name)).rejects.toMatchObject({ code: "E_LOCKED" });
      expect(bed.changes()).toEqual([]);
    }
    expect(await bed.run("preview")).toBe(0);
  });

  test.each<["up" | "destroy" | "recover", boolean | undefined, "E_LOCKED" | "removed"]>([
    ["up", undefined, "E_LOCKED"],
    ["up", false, "E_LOCKED"],
    ["up", true, "removed"],
    ["destroy", true, "removed"],
    ["destroy", false, "E_LOCKED"],
    ["recover", undefined, "removed"],
  ])("of a run that is gone, at %s with the answer %s: %s", async (name, answer, end) => {
    lock(deadPid);
    bed.console.interactive = answer !== undefined;
    bed.console.answer = answer ?? false;
    bed.makes(cluster);
    const unlocking = `cancel --yes --stack ${stack}`;
    if (end === "E_LOCKED") {
      await expect(run(name)).rejects.toMatchObject({ code: end });
      expect(bed.changes()).toEqual([]);
    } else {
      await run(name);
      expect(bed.changes()).toEqual(name === "recover" ? [unlocking] : [unlocking, programs[name]]);
    }
  });

  test("of a run that is gone rejects refresh and recover without --yes", async () => {
    lock(deadPid);
    await expect(bed.run("refresh")).rejects.toMatchObject({ code: "E_PENDING_OPERATIONS" });
    await expect(bed.recover({ yes: false })).rejects.toMatchObject({ code: "E_LOCKED" });
    expect(bed.changes()).toEqual([]);
  });

  test("that only pulumi can see is reported as one", async () => {
    bed.env["PULUMI_BACKEND_URL"] = "s3://states";
    expect(await bed.run("up", { newStack: true })).toBe(0);
    bed.pulumi.locked.add(stack);
    for (const name of ["up", "refresh", "destroy"] as const) {
      await expect(bed.run(name)).rejects.toMatchObject({ code: "E_LOCKED" });
    }
    expect(await bed.run("preview")).toBe(0);
  });
});
