import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { FoundResource } from "../../contract/vendor.js";
import { type Broken, breakStack } from "../../test/support/broken-stack.js";
import type { Deployment, HeldEntry } from "../../test/support/in-process/memory-deployment.js";
import {
  clusterType,
  type OperationBed,
  openOperationBed,
  vpcType,
} from "../../test/support/in-process/operation-bed.js";
import { clusterInput } from "../../test/support/kinds/stack-inputs.js";
import { type RecordedCreate, readRunMarker } from "../project/run-marker.js";

const stack = "db.main";
const inputs = { name: "main", engine: "pg", backupRestore: { databaseName: "source" } };
const lost: HeldEntry = { type: clusterType, name: "main", inputs };
const held: HeldEntry = { ...lost, id: "c-1" };
const lostVpc: HeldEntry = { type: vpcType, name: "net", inputs: { name: "net", region: "nyc3" } };

const found: FoundResource = { id: "c-9", description: "cluster", ours: true, takesMark: true, isReady: true };
const stranger = { ...found, ours: false };
const unmarked = { ...stranger, takesMark: false };

let bed: OperationBed;
beforeEach(() => {
  bed = openOperationBed();
  bed.write("app/stack-input.yaml", clusterInput("main"));
  bed.vendor.readable.set("c-9", { name: "main", engine: "pg" });
});
afterEach(() => bed.close());

const broken = (how: Broken): Promise<number> => breakStack(bed, stack, how);
const state = (): Deployment | undefined => bed.pulumi.read(bed.place(stack));
const ids = (): readonly (string | undefined)[] =>
  (state()?.resources ?? []).filter(({ type }) => !type.startsWith("pulumi:")).map(({ id }) => id);
const marker = () => readRunMarker(bed.place(stack).dir, stack);
const provider = `urn:pulumi:${stack}::app::pulumi:providers:digitalocean::digitalocean`;
const taking = `import ${clusterType} main c-9 --stack ${stack} --yes --skip-preview --generate-code=false --provider provider=${provider}`;
const importing = `stack import --stack ${stack}`;
const up = `up --stack ${stack} --yes`;

describe("a creation that was begun and not ended", () => {
  test("is taken into the state before up, with the inputs that no import knows", async () => {
    await broken({ pending: [lost] });
    bed.vendor.find = () => [found];
    expect(await bed.run("up")).toBe(0);
    expect(bed.changes()).toEqual([taking, importing, up]);
    const adopted = state()?.resources?.find(({ id }) => id === "c-9");
    expect(adopted?.inputs).toEqual(inputs);
    expect(adopted?.outputs).toEqual(inputs);
    expect(bed.vendor.asked[0]).toMatchObject({
      owner: `app-${stack.replace(".", "-")}-${bed.record(stack)?.id}`,
      inputs,
    });
    expect(await bed.run("up")).toBe(0);
    expect(bed.changes().slice(3)).toEqual([up]);
  });

  test.each([
    ["its mark", found, new Set<string>()],
    ["--import with the id of the state", stranger, new Set(["c-9/main"])],
    ["--import with the id of an import", stranger, new Set(["c-9"])],
  ])("is taken by %s where the state has another id than the vendor adapter says", async (_, resource, imports) => {
    await broken({ pending: [lost] });
    bed.vendor.find = () => [{ ...resource, id: "c-9/main", importId: "c-9" }];
    await bed.recover({ imports });
    expect(ids()).toEqual(["c-9"]);
    expect(bed.changes()).toEqual([taking, importing]);
  });

  test.each<[string, Partial<RecordedCreate>, FoundResource, boolean]>([
    ["there can be one alone, and it was not there before", { knownBefore: [] }, { ...unmarked, isOnly: true }, true],
    ["there can be one alone, and nobody looked before", {}, { ...unmarked, isOnly: true }, false],
    ["there may be several", { knownBefore: [] }, unmarked, false],
  ])("without a mark, %s: taken %s", async (_, before, resource, isTaken) => {
    await broken({ marks: [{ type: clusterType, name: "main", inputs, ...before }] });
    bed.vendor.find = () => [resource];
    const recovering = bed.recover();
    if (!isTaken) return expect(recovering).rejects.toMatchObject({ code: "E_PENDING_OPERATIONS" });
    await recovering;
    expect(ids()).toEqual(["c-9"]);
  });

  test("is taken by the marker alone, and the marker goes", async () => {
    await broken({ marks: [{ type: clusterType, name: "main", inputs }] });
    bed.vendor.find = () => [found];
    await bed.recover();
    expect(ids()).toEqual(["c-9"]);
    expect(marker()).toBeUndefined();
  });

  test.each<[string, readonly FoundResource[]]>([
    ["one without the stack's mark", [stranger]],
    ["one of a type that takes no mark", [unmarked]],
    ["two with the mark", [found, { ...found, id: "c-8" }]],
  ])("rejects up, destroy and recover when the vendor has %s", async (_, list) => {
    await broken({ pending: [lost] });
    bed.vendor.find = () => list;
    for (const run of [() => bed.run("up"), () => bed.run("destroy"), () => bed.recover()]) {
      await expect(run()).rejects.toMatchObject({ code: "E_PENDING_OPERATIONS" });
    }
    expect(bed.changes()).toEqual([]);
    expect(state()?.pending_operations).toHaveLength(1);
  });

  test.each([stranger, unmarked])("is the one of the user's word: %o", async (one) => {
    await broken({ pending: [lost] });
    bed.vendor.find = () => [one, { ...stranger, id: "c-7" }];
    await bed.recover({ imports: new Set(["c-9"]) });
    expect(ids()).toEqual(["c-9"]);
    expect(bed.record(stack)?.forgotten).toBeUndefined();
  });

  test.each(["imports", "forget"] as const)("rejects an id of %s that was not found", async (option) => {
    await broken({ pending: [lost] });
    bed.vendor.find = () => [found];
    const wrong = { [option]: new Set(["c-5"]) };
    await expect(bed.recover(wrong)).rejects.toMatchObject({ code: "E_USAGE" });
    expect(bed.changes()).toEqual([]);
    bed.change(stack, (deployment) => {
      deployment.pending_operations = [];
    });
    await expect(bed.recover(wrong)).rejects.toMatchObject({ code: "E_USAGE" });
  });

  test.each<[string, FoundResource, readonly string[] | undefined]>([
    ["marked", found, ["c-9"]],
    ["unmarked", stranger, undefined],
  ])("is forgotten on the user's word, recorded where it is %s", async (_, one, forgotten) => {
    await broken({ pending: [lost] });
    bed.vendor.find = () => [one];
    await bed.recover({ forget: new Set(["c-9"]) });
    expect(ids()).toEqual([]);
    expect(state()?.pending_operations ?? []).toEqual([]);
    expect(bed.record(stack)?.forgotten).toEqual(forgotten);
    if (forgotten === undefined) return;
    await broken({ pending: [lost] });
    expect(await bed.run("up")).toBe(0);
    expect(ids()).toEqual([]);
  });

  test("stays on the record when pulumi cannot import what was found", async () => {
    await broken({ pending: [lost] });
    bed.vendor.readable.clear();
    bed.vendor.find = () => [found];
    await expect(bed.run("up")).rejects.toMatchObject({ code: "E_PULUMI" });
    expect(bed.changes()).toEqual([taking]);
    expect(state()?.pending_operations).toHaveLength(1);
  });

  test("stays on the record when the stack is locked", async () => {
    await broken({ pending: [lost] });
    bed.vendor.find = () => [found];
    bed.pulumi.locked.add(stack);
    await expect(bed.recover()).rejects.toMatchObject({ code: "E_LOCKED" });
    expect(state()?.pending_operations).toHaveLength(1);
  });

  test("is no reason to wait at preview", async () => {
    await broken({ pending: [lost], ageMs: 0 });
    expect(await bed.run("preview")).toBe(0);
    expect(bed.vendor.asked).toEqual([]);
  });

  test("that is no creation is dropped without asking the vendor", async () => {
    await broken({ holds: [held], pending: [held], operation: "updating" });
    expect(await bed.run("up")).toBe(0);
    expect(bed.changes()).toEqual([importing, up]);
    expect(bed.vendor.asked).toEqual([]);
    expect(ids()).toEqual(["c-1"]);
  });
});

describe("a second resource under the name of one that the state holds", () => {
  const create: RecordedCreate = { type: clusterType, name: "main", inputs };

  test.each<[string, Broken]>([
    ["the state says that it was begun", { holds: [held], pending: [lost] }],
    ["the marker says so, and it is the stack's", { holds: [held], marks: [{ ...create, alreadyExists: true }] }],
  ])("rejects up and --import, and goes on after --forget: %s", async (_, how) => {
    await broken(how);
    bed.vendor.find = () => [found, { ...found, id: "c-1" }];
    await expect(bed.run("up")).rejects.toMatchObject({ code: "E_PENDING_OPERATIONS" });
    await expect(bed.recover({ imports: new Set(["c-9"]) })).rejects.toMatchObject({ code: "E_PENDING_OPERATIONS" });
    expect(bed.changes()).toEqual([]);
    await bed.recover({ forget: new Set(["c-9"]) });
    expect(await bed.run("up")).toBe(0);
    expect(ids()).toEqual(["c-1"]);
    expect(bed.record(stack)?.forgotten).toEqual(["c-9"]);
  });

  test.each<[string, RecordedCreate, FoundResource]>([
    ["a stranger's", create, stranger],
    ["that was there before", { ...create, knownBefore: ["c-9"] }, unmarked],
  ])("is no business of this stack: %s", async (_, marked, one) => {
    await broken({ holds: [held], marks: [marked] });
    bed.vendor.find = () => [one];
    expect(await bed.run("up")).toBe(0);
    expect(bed.changes()).toEqual([up]);
    expect(marker()).toBeUndefined();
  });
});

describe("a creation that was begun while something else is to be taken out of the state", () => {
  test.each<[string, readonly HeldEntry[], string | undefined]>([
    ["a replaced resource that is in use", [held, { ...held, delete: true }], "c-1"],
    ["a resource that was deleted to be replaced", [{ ...held, pendingReplacement: true }], undefined],
  ])("is not forgotten without its marker: %s", async (_, holds, stays) => {
    await broken({ holds, pending: [lostVpc] });
    bed.vendor.find = ({ type }) => (type === vpcType ? [{ ...unmarked, id: "vpc-9" }] : []);
    for (let run = 0; run < 2; run += 1)
      await expect(bed.run("up")).rejects.toMatchObject({ code: "E_PENDING_OPERATIONS" });
    bed.vendor.readable.set("vpc-9", lostVpc.inputs ?? {});
    await bed.recover({ imports: new Set(["vpc-9"]) });
    expect(ids()).toEqual([...(stays === undefined ? [] : [stays]), "vpc-9"]);
    expect(await bed.run("up")).toBe(0);
  });

  test("is not forgotten when its import fails", async () => {
    await broken({ holds: [held, { ...held, delete: true }], pending: [{ ...lost, name: "second" }] });
    bed.vendor.find = () => [found];
    bed.vendor.readable.clear();
    await expect(bed.run("up")).rejects.toMatchObject({ code: "E_PULUMI" });
    expect(bed.changes().map((line) => line.split(" ", 2).join(" "))).toEqual([
      "stack import",
      `import ${clusterType}`,
    ]);
    expect(marker()?.creates).toMatchObject([{ type: clusterType, name: "second", inputs }]);
    bed.vendor.readable.set("c-9", { name: "main" });
    await bed.recover();
    expect(ids()).toEqual(["c-1", "c-9"]);
    expect(marker()).toBeUndefined();
  });
});
