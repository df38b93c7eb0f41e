import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Schema, Validator } from "@cfworker/json-schema";
import { afterAll, describe, expect, test } from "vitest";
import { PlantonError } from "../../../contract/planton-error.js";
import { checkStackInput } from "../../manifest/read-stack-input.js";
import type { ResourceChange } from "../../pulumi/stack-changes.js";
import { widgetCatalog } from "../../testdata/widget-catalog.js";
import type { UnitOutcome } from "../run/run-in-order.js";
import { unitId, unitTarget } from "../unit.js";
import { exitCodeOf } from "./command-result.js";
import { planDifferences } from "./compare-plan.js";
import { makeReport, type ReportedData, type ReportInput, reportCommands } from "./report.js";
import { readReport, writeReport } from "./report-file.js";

const schemaFile = new URL("../../../docs/report.schema.json", import.meta.url);
const schema = JSON.parse(readFileSync(schemaFile, "utf8")) as Schema;
const folder = mkdtempSync(join(tmpdir(), "planton-report-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const catalog = widgetCatalog();

function unit(name: string): ReportInput["units"][number] {
  const text = `{kind: TestGadget, metadata: {name: ${name}, env: stg}, spec: {}}`;
  const reading = checkStackInput({ catalog, file: `${name}.yaml`, text });
  const target = unitTarget(reading);
  return { id: unitId(target), target, reading, ref: { stack: `stg.gadget.${name}` } };
}

const names = ["a", "b", "c", "d", "e", "f", "g"];
const units = names.map(unit);
const idOf = (name: string): string => `TestGadget/stg/${name}`;
const change = (action: ResourceChange["action"], urn: string): ResourceChange => {
  return { urn, type: "t", action, isProtected: false };
};
const succeeded = (...changes: readonly ResourceChange[]): UnitOutcome<ReportedData> => {
  return { result: "succeeded", data: { changes, sameCount: 2, reason: "manifest changed" } };
};
const unchanged: UnitOutcome<ReportedData> = { result: "unchanged", data: { changes: [], sameCount: 3 } };
const interrupted: UnitOutcome<ReportedData> = { result: "cancelled", error: undefined };
const error = new PlantonError({ code: "E_VENDOR", message: "no", hint: "try" });

function byName(outcomes: Readonly<Record<string, UnitOutcome<ReportedData>>>) {
  return new Map(Object.entries(outcomes).map(([name, outcome]) => [idOf(name), outcome]));
}

function input(more: Partial<ReportInput>): ReportInput {
  const none = { units, plan: new Map(), ends: undefined, orphans: [], durationsMs: new Map(), outputs: new Map() };
  return { workspace: "shop", env: "stg", command: "up", ...none, ...more };
}

/** Every outcome that there is. */
const everyOutcome = byName({
  a: succeeded(change("create", "u:1"), change("replace", "u:3"), change("delete", "u:2")),
  b: unchanged,
  c: { result: "failed", error, data: { changes: [change("update", "u:4")], sameCount: 0 } },
  d: { result: "skipped", cause: idOf("c"), reason: "dependency" },
  e: interrupted,
  f: { result: "locked", error: new PlantonError({ code: "E_LOCKED", message: "held" }) },
  g: { result: "failed", error: new TypeError("x") },
});
const orphan = { stack: "stg.gadget.old", target: { kind: "TestGadget", name: "old" } };

/** Where a value breaks the schema. */
function faults(value: unknown): readonly string[] {
  const written: unknown = JSON.parse(JSON.stringify(value));
  return new Validator(schema, "2020-12", false)
    .validate(written)
    .errors.map(({ instanceLocation }) => instanceLocation);
}

describe("a report", () => {
  test("holds what the stacks came to", () => {
    const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:abc" };
    const outputs = new Map([[idOf("a"), { id: "1", uri: secret, list: [{ token: secret }] }]]);
    const plan = byName({ a: succeeded(change("create", "u:1")), c: succeeded(change("create", "u:4")) });
    const durationsMs = new Map([[idOf("a"), 2341.59]]);
    const report = makeReport(
      input({ plan, ends: everyOutcome, outputs, durationsMs, orphans: [{ ...orphan, outcome: undefined }] }),
    );
    expect(report).toMatchObject({ version: 1, workspace: "shop", env: "stg", command: "up", result: "failed" });
    expect(report.stacks[0]).toEqual({
      stack: "stg.gadget.a",
      kind: "TestGadget",
      name: "a",
      env: "stg",
      file: "a.yaml",
      action: "replace",
      result: "succeeded",
      reason: "manifest changed",
      changes: { create: 1, update: 0, replace: 1, delete: 1, same: 2 },
      destroys: ["u:2", "u:3"],
      duration_seconds: 2.342,
      outputs: { id: "1" },
      error: null,
    });
    expect(report.stacks.map(({ result }) => result)).toEqual([
      "succeeded",
      "unchanged",
      "failed",
      "skipped",
      "cancelled",
      "locked",
      "failed",
      "orphaned",
    ]);
    // What was planned, and what was done of it.
    expect(report.stacks[2]).toMatchObject({ action: "create", changes: { create: 0, update: 1 } });
    expect(report.stacks[2]?.error).toEqual({ code: "E_VENDOR", message: "no", hint: "try" });
    expect(report.stacks[3]?.reason).toBe("TestGadget/stg/c did not end well");
    expect(report.stacks[6]?.error?.code).toBe("E_INTERNAL");
    expect(report.stacks[7]).toMatchObject({ name: "old", env: null, file: null, action: "none" });
  });

  test.each(reportCommands)("of %s fits its schema, whatever the stacks came to", (command) => {
    for (const outcome of [undefined, ...everyOutcome.values()]) {
      const all = { env: undefined, command, orphans: [{ ...orphan, outcome }] };
      expect(faults(makeReport(input({ ...all, plan: everyOutcome })))).toEqual([]);
      expect(faults(makeReport(input({ ...all, ends: everyOutcome })))).toEqual([]);
    }
  });

  test("that lacks a key, or has another value than the schema's, does not fit it", () => {
    const report = makeReport(input({ ends: everyOutcome }));
    const [first] = report.stacks;
    const isRefused = (value: unknown, what: string) => expect(faults(value), what).not.toEqual([]);
    for (const key of Object.keys(report)) isRefused({ ...report, [key]: undefined }, key);
    for (const key of Object.keys(first ?? {})) {
      isRefused({ ...report, stacks: [{ ...first, [key]: undefined }] }, key);
      if (key !== "outputs") isRefused({ ...report, stacks: [{ ...first, [key]: { no: 1 } }] }, key);
    }
    expect(faults({ ...report, version: 2 })).not.toEqual([]);
    expect(faults({ ...report, result: "fine" })).not.toEqual([]);
    expect(faults({ ...report, stacks: [{ ...first, result: "fine" }] })).not.toEqual([]);
  });

  test.each([
    ["preview", "succeeded"],
    ["drift", "drifted"],
  ] as const)("of %s, which only plans, says what was found: %s", (command, result) => {
    const report = makeReport(
      input({ command, plan: byName({ a: succeeded(change("refresh", "u:1")), b: unchanged }) }),
    );
    const [first, second] = report.stacks;
    expect(first).toMatchObject({ action: "update", result: "succeeded", changes: { update: 1 }, error: null });
    expect(second).toMatchObject({ action: "none", result: "unchanged" });
    expect(makeReport(input({ ...{ command, units: units.slice(0, 1) }, plan: everyOutcome })).result).toBe(result);
  });

  test("of an up that was planned and not run says that nothing was done", () => {
    const report = makeReport(input({ plan: byName({ a: succeeded(change("create", "u:1")), b: unchanged }) }));
    expect(report.stacks[0]).toMatchObject({ action: "create", result: "cancelled", changes: { create: 0 } });
    expect(report.stacks[1]).toMatchObject({ action: "none", result: "unchanged" });
    expect(report.result).toBe("cancelled");
  });
});

test.each([
  [["succeeded", "unchanged"], "up", "succeeded", 0],
  [["unchanged"], "up", "unchanged", 0],
  [[], "up", "unchanged", 0],
  [["succeeded", "failed", "skipped", "locked", "cancelled"], "up", "failed", 4],
  [["succeeded", "cancelled", "locked"], "up", "cancelled", 8],
  [["succeeded", "locked", "skipped"], "up", "locked", 75],
  [["succeeded", "unchanged"], "drift", "drifted", 10],
  [["unchanged"], "drift", "unchanged", 0],
  [["succeeded", "failed"], "drift", "failed", 4],
] as const)("stacks %j of %s come to %s, exit code %i", (results, command, result, code) => {
  const of = {
    succeeded: succeeded(),
    unchanged,
    cancelled: interrupted,
    failed: { result: "failed", error },
  } as const;
  const more = { locked: everyOutcome.get(idOf("f")), skipped: everyOutcome.get(idOf("d")) };
  const ends = new Map<string, UnitOutcome<ReportedData>>();
  for (const [index, name] of results.entries())
    ends.set(units[index]?.id ?? "", { ...of, ...more }[name] ?? unchanged);
  const report = makeReport(input({ command, units: units.slice(0, results.length), ends }));
  expect(report.result).toBe(result);
  expect(exitCodeOf(report.result, { countsChanges: false })).toBe(code);
});

test("preview --exit-code reports changes, and failures all the same", () => {
  expect(exitCodeOf("succeeded", { countsChanges: true })).toBe(10);
  expect(exitCodeOf("unchanged", { countsChanges: true })).toBe(0);
  expect(exitCodeOf("failed", { countsChanges: true })).toBe(4);
});

describe("a plan that was approved", () => {
  const then = { units: units.slice(0, 2), orphans: [{ ...orphan, outcome: undefined }] };
  const planOf = (a: UnitOutcome<ReportedData>, b: UnitOutcome<ReportedData> = unchanged) => byName({ a, b });
  const approved = planOf(succeeded(change("create", "u:1"), change("replace", "u:2")));
  const path = join(folder, "approved.json");
  writeReport(path, makeReport(input({ ...then, command: "preview", plan: approved })));
  const report = readReport({ file: "approved.json", cwd: folder });

  test("is kept for its owner alone and is the plan of now", () => {
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(faults(report)).toEqual([]);
    expect(planDifferences(report, { ...then, plan: approved })).toEqual([]);
  });

  test.each<[string, Partial<ReportInput>, string[]]>([
    ["another action", { plan: planOf(succeeded(change("create", "u:1"))) }, ["stg.gadget.a"]],
    [
      "another resource is replaced",
      { plan: planOf(succeeded(change("create", "u:1"), change("replace", "u:3"))) },
      ["stg.gadget.a"],
    ],
    [
      "one more is made",
      { plan: planOf(succeeded(change("create", "u:1"), change("create", "u:9"), change("replace", "u:2"))) },
      ["stg.gadget.a"],
    ],
    [
      "a stack that was unchanged",
      { plan: planOf(approved.get(idOf("a")) ?? unchanged, succeeded(change("update", "u"))) },
      ["stg.gadget.b"],
    ],
    ["a preview that failed", { plan: planOf({ result: "failed", error }) }, ["stg.gadget.a"]],
    [
      "a stack too many",
      {
        units: units.slice(0, 3),
        plan: byName({ a: approved.get(idOf("a")) ?? unchanged, b: unchanged, c: succeeded(change("create", "u")) }),
      },
      ["stg.gadget.c"],
    ],
    ["a stack too few", { units: units.slice(0, 1) }, ["stg.gadget.b"]],
    [
      "an orphan that is destroyed",
      { orphans: [{ ...orphan, outcome: succeeded(change("delete", "u")) }] },
      ["stg.gadget.old"],
    ],
  ])("differs: %s", (_, now, stacks) => {
    const found = planDifferences(report, { ...then, plan: approved, ...now });
    expect(found.map(({ stack }) => stack)).toEqual(stacks);
  });

  test.each([
    ["not JSON", "{"],
    ["a list", "[]"],
    ["another version", JSON.stringify({ ...report, version: 2 })],
    ["no version", JSON.stringify({ ...report, version: undefined })],
    ["of another command", JSON.stringify({ ...report, command: "up" })],
    ["without stacks", JSON.stringify({ ...report, stacks: {} })],
    ["a stack that is none", JSON.stringify({ ...report, stacks: [1] })],
    ["URNs that are none", JSON.stringify({ ...report, stacks: [{ ...report.stacks[0], destroys: [1] }] })],
  ])("is not read from a file that is %s", (_, text) => {
    writeFileSync(join(folder, "bad.json"), text);
    expect(() => readReport({ file: "bad.json", cwd: folder })).toThrow(expect.objectContaining({ code: "E_USAGE" }));
  });
});
