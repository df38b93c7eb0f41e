import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { HeldEntry } from "../../test/support/in-process/memory-deployment.js";
import { clusterType, type OperationBed, openOperationBed } from "../../test/support/in-process/operation-bed.js";
import { clusterInput } from "../../test/support/kinds/stack-inputs.js";
import { type RunMarker, readRunMarker, runMarkerPath, writeRunMarker } from "../project/run-marker.js";
import type { OperationName } from "./run-operation.js";

const stack = "db.main";
const input = "app/stack-input.yaml";
const cluster: HeldEntry = { type: clusterType, name: "main", id: "c-1", inputs: { name: "main", engine: "pg" } };
const other: HeldEntry = { ...cluster, name: "other", id: "c-2" };

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

const app = (): string => join(bed.folder, "app");
const marker = (): RunMarker | undefined => readRunMarker(app(), stack);
const mark = (change: Partial<RunMarker>): void =>
  writeRunMarker(app(), { stack, startedAtMs: bed.clock.nowMs - 3_600_000, creates: [], ...change });
const ids = (): readonly (string | undefined)[] =>
  (bed.pulumi.read(bed.place(stack))?.resources ?? []).filter(({ type }) => type === clusterType).map(({ id }) => id);
const run = (name: OperationName | "recover"): Promise<unknown> => (name === "recover" ? bed.recover() : bed.run(name));

const programs: Record<OperationName, string> = {
  up: `up --stack ${stack} --yes`,
  preview: `preview --stack ${stack}`,
  refresh: `refresh --stack ${stack} --yes --run-program`,
  destroy: `destroy --stack ${stack} --yes --run-program`,
};
const reading = `refresh --stack ${stack} --yes --run-program --skip-preview --run-program=false`;
const importing = `stack import --stack ${stack}`;

describe("without a marker and with a clean state", () => {
  test.each(["up", "preview", "refresh", "destroy"] as const)("%s looks for nothing", async (name) => {
    await made(cluster);
    bed.makes(cluster);
    expect(await bed.run(name)).toBe(0);
    expect(bed.changes()).toEqual([programs[name]]);
    expect(bed.vendor.asked).toEqual([]);
  });
});

describe("after a run that left its marker", () => {
  const create = { type: clusterType, name: "second", inputs: { name: "second", engine: "pg" } };

  test.each([
    "up",
    "destroy",
    "recover",
  ] as const)("%s looks for what it began and removes the marker", async (name) => {
    await made(cluster);
    mark({ creates: [create] });
    bed.makes(cluster);
    await run(name);
    expect(bed.vendor.asked).toMatchObject([{ type: clusterType, inputs: create.inputs }]);
    expect(marker()).toBeUndefined();
    expect(bed.changes()).toEqual(name === "recover" ? [] : [programs[name]]);
  });

  test("preview looks for nothing and leaves the marker", async () => {
    await made(cluster);
    mark({ creates: [create] });
    expect(await bed.run("preview")).toBe(0);
    expect(bed.vendor.asked).toEqual([]);
    expect(marker()?.creates).toEqual([create]);
  });

  test("rejects refresh, which would drop the note", async () => {
    await made(cluster);
    mark({ creates: [create] });
    await expect(bed.run("refresh")).rejects.toMatchObject({ code: "E_PENDING_OPERATIONS" });
    expect(bed.changes()).toEqual([]);
    expect(marker()?.creates).toEqual([create]);
  });

  test.each([
    "up",
    "preview",
    "refresh",
    "destroy",
    "recover",
  ] as const)("rejects %s when it cannot be read", async (name) => {
    await made(cluster);
    mark({});
    writeFileSync(runMarkerPath(app(), stack), "{");
    await expect(run(name)).rejects.toMatchObject({ code: "E_PENDING_OPERATIONS" });
    expect(bed.changes()).toEqual([]);
  });

  test("up keeps the marker when the vendor cannot be asked", async () => {
    await made(cluster);
    mark({ creates: [create] });
    bed.vendor.find = () => {
      throw new Error("no network");
    };
    await expect(bed.run("up")).rejects.toThrow("no network");
    expect(marker()?.creates).toEqual([create]);
    expect(bed.changes()).toEqual([]);
  });

  test.each([
    { token: true },
    { token: false },
  ])("destroy without the stack input needs an account to look in: %o", async ({ token }) => {
    await made(cluster);
    mark({ creates: [create] });
    rmSync(join(bed.folder, input));
    if (token) {
      expect(await bed.run("destroy")).toBe(0);
      return;
    }
    delete bed.env["DIGITALOCEAN_TOKEN"];
    await expect(bed.run("destroy")).rejects.toMatchObject({ code: "E_PENDING_OPERATIONS" });
    expect(marker()?.creates).toEqual([create]);
  });
});

describe("after a failed deletion or change", () => {
  const failures: readonly (readonly [string, () => void])[] = [
    ["a marker that says so", () => mark({ needsRefresh: true })],
    [
      "a state with init errors",
      () =>
        bed.change(stack, (deployment) => {
          deployment.resources =
            deployment.resources?.map((held) => (held.id === "c-1" ? { ...held, initErrors: ["422"] } : held)) ?? [];
        }),
    ],
  ];

  test.each(failures)("up and destroy read the resources first, without the program: %s", async (_, fail) => {
    await made(cluster);
    for (const name of ["up", "destroy"] as const) {
      fail();
      bed.makes(cluster);
      bed.makes(cluster);
      expect(await bed.run(name)).toBe(0);
      expect(bed.changes()).toEqual([reading, programs[name]]);
      expect(marker()).toBeUndefined();
      bed.pulumi.calls.length = 0;
    }
  });

  test.each(failures)("preview reads them in memory alone: %s", async (_, fail) => {
    await made(cluster);
    fail();
    expect(await bed.run("preview")).toBe(0);
    expect(bed.changes()).toEqual([`${programs.preview} --refresh`]);
    expect(await bed.run("preview", { extra: ["--diff"] })).toBe(0);
    expect(bed.changes()[1]).toBe(`${programs.preview} --refresh --diff`);
  });

  test("an own plugin sees to init errors itself", async () => {
    bed.vendor.hasOwnPlugin = true;
    await made(cluster);
    failures[1]?.[1]();
    expect(await bed.run("up")).toBe(0);
    expect(bed.changes()).toEqual([programs.up]);
  });

  test.each<[string, readonly string[]]>([
    ["planton-digitalocean:index/vpc:Vpc", []],
    ["digitalocean:index/vpc:Vpc", [reading]],
  ])("init errors of a type of one of two plugins: %s", async (type, readings) => {
    bed.vendor.otherPlugins = [{ name: "planton-digitalocean", version: "0.1.0", isOwn: true }];
    const failed = { type, name: "failed", id: "f-1" };
    await made(cluster, failed);
    bed.change(stack, (deployment) => {
      deployment.resources =
        deployment.resources?.map((held) => (held.id === "f-1" ? { ...held, initErrors: ["422"] } : held)) ?? [];
    });
    if (readings.length > 0) bed.makes(cluster, failed);
    expect(await bed.run("up")).toBe(0);
    expect(bed.changes()).toEqual([...readings, programs.up]);
  });

  test("the reading is tried with the program, then given up with the marker kept", async () => {
    await made(cluster);
    mark({ needsRefresh: true });
    bed.pulumi.scripts.push(
      () => 1,
      () => 1,
    );
    await expect(bed.run("up")).rejects.toMatchObject({ code: "E_PULUMI" });
    const withProgram = `refresh --stack ${stack} --yes --run-program --skip-preview`;
    expect(bed.changes()).toEqual([reading, withProgram]);
    expect(marker()?.needsRefresh).toBe(true);
  });

  test.each(["up", "destroy"] as const)("%s of a protected resource that the reading does not find", async (name) => {
    await made({ ...cluster, protect: true }, other);
    mark({ needsRefresh: true });
    bed.makes(other);
    if (name === "destroy") {
      expect(await bed.run(name)).toBe(0);
      return;
    }
    await expect(bed.run(name)).rejects.toMatchObject({ code: "E_PROTECTED" });
    expect(ids()).toEqual(["c-1", "c-2"]);
    expect(marker()?.needsRefresh).toBe(true);
    expect(bed.changes()).toEqual([reading, importing]);
  });
});

describe("a state with a half done replacement", () => {
  const deleted: HeldEntry = { ...cluster, pendingReplacement: true };

  test.each<[string, readonly (string | undefined)[], boolean]>([
    ["absent", ["c-2"], false],
    ["present", ["c-1", "c-2"], false],
    ["unreadable", ["c-1", "c-2"], true],
  ])("goes on with what the vendor says of the old one: %s", async (seen, held, stays) => {
    await made(deleted, other);
    if (seen === "present" || seen === "unreadable") bed.vendor.existing.set("c-1", seen);
    await bed.recover();
    expect(ids()).toEqual(held);
    expect(JSON.stringify(bed.pulumi.read(bed.place(stack))).includes("pendingReplacement")).toBe(stays);
  });

  test("is taken out with what only made sense with it", async () => {
    await made(deleted, other);
    bed.change(stack, ({ resources = [] }) => {
      const [urn = ""] = resources.filter(({ id }) => id === "c-1").map((held) => held.urn);
      for (const held of resources) if (held.id === "c-2") Object.assign(held, { deletedWith: urn });
    });
    expect(await bed.run("up")).toBe(0);
    expect(ids()).toEqual([]);
    expect(bed.changes()).toEqual([importing, programs.up]);
  });

  test("rejects refresh, and preview changes nothing", async () => {
    await made(deleted);
    await expect(bed.run("refresh")).rejects.toMatchObject({ code: "E_PENDING_OPERATIONS" });
    expect(await bed.run("preview")).toBe(0);
    expect(bed.changes()).toEqual([programs.preview]);
  });

  test.each(["up", "destroy"] as const)("%s deletes nothing that is in use", async (name) => {
    await made(cluster, { ...cluster, delete: true });
    bed.makes(cluster);
    expect(await bed.run(name)).toBe(0);
    expect(bed.changes()).toEqual([importing, programs[name]]);
    expect(ids()).toEqual(["c-1"]);
  });
});
