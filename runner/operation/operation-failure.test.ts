import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { FoundResource } from "../../contract/vendor.js";
import { type HeldEntry, resourcesOf, urnOf } from "../../test/support/in-process/memory-deployment.js";
import type { ScriptEnd, ScriptedRun } from "../../test/support/in-process/memory-pulumi.js";
import { clusterType, type OperationBed, openOperationBed } from "../../test/support/in-process/operation-bed.js";
import { clusterInput } from "../../test/support/kinds/stack-inputs.js";
import { type RecordedCreate, readRunMarker, writeRunMarker } from "../project/run-marker.js";
import type { OperationName } from "./run-operation.js";

const stack = "db.main";
const held: HeldEntry = { type: clusterType, name: "main", id: "c-1", inputs: { name: "main" }, protect: true };
const create: RecordedCreate = { type: clusterType, name: "main", inputs: { name: "main" }, begunAtMs: 0 };
const surplus: FoundResource = { id: "c-2", description: "cluster", ours: true, takesMark: true, isReady: true };
const stranger: FoundResource = { ...surplus, ours: false };

let bed: OperationBed;
beforeEach(() => {
  bed = openOperationBed();
  bed.write("app/stack-input.yaml", clusterInput("main"));
});
afterEach(() => bed.close());

const marker = () => readRunMarker(bed.place(stack).dir, stack);
const operations = (): readonly string[] => bed.changes().filter((line) => !line.startsWith("stack "));

async function made(): Promise<void> {
  await bed.establish([held]);
  bed.clock.nowMs += 3_600_000;
}

/** What the language host does before the engine is asked for a resource, and what the engine says of it. */
function begin({ event, place }: ScriptedRun, marked: RecordedCreate = create): string {
  writeRunMarker(place.dir, { stack: place.stack, startedAtMs: 0, creates: [marked] });
  const urn = urnOf(place, held);
  event({ resourcePreEvent: { metadata: { urn, op: "create" } } });
  return urn;
}

function failWith(message: string, end: ScriptEnd = 1): (run: ScriptedRun) => ScriptEnd {
  return (run) => {
    const urn = begin(run);
    run.event({ diagnosticEvent: { severity: "error", urn, message: `<{%fg 1%}>${message}<{%reset%}>` } });
    run.event({ resOpFailedEvent: { metadata: { urn, op: "create" } } });
    return end;
  };
}

describe("the run marker after an up that failed", () => {
  test.each<[string, string, readonly FoundResource[], readonly string[] | undefined]>([
    ["goes when the vendor refused the creation and has nothing", "422", [], undefined],
    ["goes when the vendor refused it and has a stranger's", "422", [stranger], undefined],
    ["stays when the vendor refused it and has one of the stack", "422", [surplus], ["main"]],
    ["stays when the outcome is not known", "timeout", [], ["main"]],
    ["stays when the name is taken and nobody is to be seen", "already exists", [], ["main"]],
    ["goes when the name is taken by a stranger", "already exists", [stranger], undefined],
    [
      "stays when the name is taken by one without a mark",
      "already exists",
      [{ ...stranger, takesMark: false }],
      ["main"],
    ],
  ])("%s", async (_, message, list, names) => {
    bed.vendor.find = () => list;
    bed.pulumi.scripts.push(failWith(message));
    expect(await bed.run("up")).toBe(1);
    expect(marker()?.creates.map(({ name }) => name)).toEqual(names);
    expect(operations()).toEqual([`up --stack ${stack} --yes`]);
  });

  test("goes when nothing of it was begun", async () => {
    bed.pulumi.scripts.push(({ place }) => {
      writeRunMarker(place.dir, { stack: place.stack, startedAtMs: 0, creates: [create] });
      return 1;
    });
    expect(await bed.run("up")).toBe(1);
    expect(marker()).toBeUndefined();
  });

  test("stays when the vendor cannot be asked", async () => {
    bed.vendor.find = () => {
      throw new Error("no network");
    };
    bed.pulumi.scripts.push(failWith("422"));
    expect(await bed.run("up")).toBe(1);
    expect(marker()?.creates).toHaveLength(1);
  });

  test.each<[NodeJS.Signals, number]>([
    ["SIGKILL", 137],
    ["SIGTERM", 143],
    ["SIGINT", 130],
  ])("stays as it is after %s, with the code of the signal", async (signal, code) => {
    bed.pulumi.scripts.push((run) => {
      const end = failWith("422", signal)(run);
      run.event({ summaryEvent: { isPreview: false } });
      return end;
    });
    expect(await bed.run("up")).toBe(code);
    expect(marker()?.creates).toEqual([create]);
    expect(bed.vendor.asked).toEqual([]);
    expect(bed.console.lines.some((line) => line.includes(signal))).toBe(true);
  });

  test.each<[OperationName, boolean, string]>([
    ["up", false, "planton pulumi up ARGS"],
    ["destroy", true, "planton pulumi destroy ARGS --allow-data-loss"],
    ["destroy", false, "planton pulumi destroy ARGS"],
    ["refresh", false, "planton pulumi refresh ARGS"],
    ["preview", false, "planton pulumi preview ARGS"],
  ])("a killed %s, data loss allowed %s, goes on with itself", async (name, allowDataLoss, command) => {
    await made();
    bed.pulumi.scripts.push(() => "SIGKILL");
    expect(await bed.run(name, { allowDataLoss })).toBe(137);
    const hint = bed.console.lines.find((line) => line.startsWith("hint: "));
    expect(hint?.split(": ").at(-1)).toBe(command);
  });

  test("stays when the log ends in the preview", async () => {
    bed.pulumi.scripts.push(failWith("422", { inPreview: 1 }));
    expect(await bed.run("up")).toBe(1);
    expect(marker()?.creates).toEqual([create]);
  });
});

describe("a creation that an earlier run has made", () => {
  const refuse = (run: ScriptedRun): ScriptEnd => {
    begin(run, { ...create, alreadyExists: true });
    return 1;
  };

  test("is taken in and the up run again, once", async () => {
    bed.vendor.readable.set("c-2", { name: "main" });
    bed.vendor.find = () => [surplus];
    bed.pulumi.scripts.push(refuse);
    expect(await bed.run("up")).toBe(0);
    expect(operations().map((line) => line.split(" ")[0])).toEqual(["up", "import", "up"]);
    expect(bed.record(stack)?.target).toBeDefined();
  });

  test("keeps a second refusal", async () => {
    bed.vendor.readable.set("c-2", { name: "main" });
    bed.vendor.find = () => [surplus];
    bed.pulumi.scripts.push(refuse, refuse);
    expect(await bed.run("up")).toBe(1);
    expect(operations().map((line) => line.split(" ")[0])).toEqual(["up", "import", "up"]);
  });

  test.each(["preview", "refresh"] as const)("is not taken in by %s", async (name) => {
    await made();
    bed.pulumi.scripts.push(refuse);
    expect(await bed.run(name)).toBe(1);
    expect(operations()).toHaveLength(1);
  });

  test("beside the one that the engine has made ends with E_PENDING_OPERATIONS and both on record", async () => {
    bed.vendor.find = () => [surplus, { ...surplus, id: "c-1" }];
    bed.pulumi.scripts.push((run) => {
      const urn = begin(run);
      run.deployment.resources = resourcesOf(run.place, [held]);
      run.event({ resOutputsEvent: { metadata: { urn, op: "create" } } });
      return 1;
    });
    for (let tries = 0; tries < 2; tries += 1)
      await expect(bed.run("up")).rejects.toMatchObject({ code: "E_PENDING_OPERATIONS" });
    expect(marker()?.creates).toMatchObject([{ alreadyExists: true }]);
    expect(operations()).toHaveLength(1);
  });
});

describe("a failed deletion", () => {
  const failDelete =
    (op: string) =>
    (run: ScriptedRun): ScriptEnd => {
      run.event({ resOpFailedEvent: { metadata: { urn: urnOf(run.place, held), op } } });
      return 1;
    };

  test.each<[OperationName, string, boolean, boolean | undefined]>([
    ["destroy", "delete", false, true],
    ["up", "delete-replaced", false, true],
    ["destroy", "delete", true, undefined],
    ["up", "update", false, undefined],
  ])("%s of op %s, own plugin %s: to be read first %s", async (name, op, hasOwnPlugin, needsRefresh) => {
    bed.vendor.hasOwnPlugin = hasOwnPlugin;
    await made();
    bed.pulumi.scripts.push(failDelete(op));
    expect(await bed.run(name)).toBe(1);
    expect(marker()?.needsRefresh).toBe(needsRefresh);
  });

  test("of a vendor with two plugins counts for the plugin that the resource is of", async () => {
    const mine = { type: "planton-digitalocean:index/vpc:Vpc", name: "mine", id: "m-1" };
    bed.vendor.otherPlugins = [{ name: "planton-digitalocean", version: "0.1.0", isOwn: true }];
    await bed.establish([held, mine]);
    const needed = [];
    for (const entry of [mine, held]) {
      bed.pulumi.scripts.push((run) => {
        run.event({ resOpFailedEvent: { metadata: { urn: urnOf(run.place, entry), op: "delete" } } });
        return 1;
      });
      expect(await bed.run("up")).toBe(1);
      needed.push(marker()?.needsRefresh);
    }
    expect(needed).toEqual([undefined, true]);
  });
});

describe("protected resources", () => {
  /** Pulumi's refusal, which `--ignore-protect` lifts. */
  const guard = ({ args, deployment, writeStderr }: ScriptedRun): ScriptEnd => {
    const guarded = deployment.resources?.find(({ protect }) => protect);
    if (guarded === undefined || args.includes("--ignore-protect")) return undefined;
    writeStderr(
      `error: Preview failed: resource "${guarded.urn}" cannot be deleted\nbecause it is marked for protection.\n`,
    );
    return { inPreview: 1 };
  };

  test.each(["up", "preview", "destroy"] as const)("reject %s, and no marker is left", async (name) => {
    await made();
    const settings = bed.settings(stack);
    bed.pulumi.scripts.push(guard);
    await expect(bed.run(name)).rejects.toMatchObject({ code: "E_PROTECTED" });
    expect(marker()).toBeUndefined();
    expect(bed.settings(stack)).toBe(settings);
  });

  test.each(["up", "destroy"] as const)("may go at %s with --allow-data-loss", async (name) => {
    await made();
    bed.pulumi.scripts.push(guard);
    expect(await bed.run(name, { allowDataLoss: true })).toBe(0);
    expect(operations()[0]).toContain("--ignore-protect");
    expect(bed.console.confirmed).toEqual([]);
  });

  test("name the half done replacement whose old one still has the data", async () => {
    await made();
    bed.change(stack, (deployment, place) => {
      deployment.resources = resourcesOf(place, [
        { ...held, id: "c-2" },
        { ...held, delete: true },
      ]);
    });
    bed.pulumi.scripts.push(guard);
    const error: unknown = await bed.run("up").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "E_PROTECTED", message: expect.stringMatching(/c-1.*c-2/) });
  });
});

test.each<[string, OperationName, string, string]>([
  ["the vendor's", "up", "quota exceeded", "ask for more"],
  ["a wrong passphrase", "up", "incorrect passphrase", "PULUMI_CONFIG_PASSPHRASE"],
  ["a reference at destroy", "destroy", 'unknown stack "x"', "--run-program=false"],
  ["a plugin that ended", "refresh", "error reading from server: EOF", "planton pulumi refresh ARGS"],
])("explains a failure: %s", async (_, name, message, hint) => {
  await made();
  bed.pulumi.scripts.push(({ writeStderr }) => {
    writeStderr(`error: ${message}\n`);
    return 1;
  });
  expect(await bed.run(name)).toBe(1);
  expect(bed.console.lines.at(-1)).toContain(hint);
});
