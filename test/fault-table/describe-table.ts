import { afterAll, beforeAll, expect, test } from "vitest";
import { setPace } from "../../sandbox/kit/client/sandbox-client.js";
import { openBed, type PlantonBed } from "../support/planton-bed.js";
import { aftermaths, changingFaults, type FaultCase, readingFaults, runCase } from "./fault-case.js";
import type { FaultSubject } from "./fault-subject.js";
import { vendorCalls } from "./vendor-calls.js";

/** Makes a bed whose plugin repeats and polls without long waits. */
async function openTableBed(): Promise<PlantonBed> {
  const bed = await openBed({ env: { PLANTON_SANDBOX_POLL_MS: "20" } });
  await setPace(bed.home, { name: "fast", creationMs: 100 });
  return bed;
}

/** A case of the fixed sample, in words. */
export interface SampledCase {
  readonly kind: string;
  readonly operation: FaultSubject["operation"];
  /** "POST /v2/databases". */
  readonly call: string;
  readonly fault: string;
  readonly aftermath: string;
}

/**
 * Describes the table of some subjects: with PLANTON_FAULT_TABLE=all every call x every fault x all that the user may do
 * next, a test each; else the sample.
 */
export async function describeTable(subjects: readonly FaultSubject[], sample: readonly SampledCase[]): Promise<void> {
  let bed: PlantonBed;
  beforeAll(async () => {
    bed = await openTableBed();
  });
  afterAll(() => bed.close());
  const cases =
    process.env["PLANTON_FAULT_TABLE"] === "all"
      ? await allCases(subjects)
      : sample.map((row) => sampledCase(subjects, row));
  test.each(cases.map((row, index) => [titleOf(row), `case-${index}`, row] as const))("%s", (_title, name, row) =>
    runCase(bed, row, name));
  test("there are cases", () => expect(cases).not.toEqual([]));
}

async function allCases(subjects: readonly FaultSubject[]): Promise<readonly FaultCase[]> {
  const bed = await openTableBed();
  try {
    const rows: FaultCase[] = [];
    for (const [index, subject] of subjects.entries()) {
      for (const call of await vendorCalls(bed, subject, `calls-${index}`)) {
        for (const fault of call.method === "GET" ? readingFaults : changingFaults) {
          rows.push(...aftermaths.map((aftermath) => ({ subject, call, fault, aftermath })));
        }
      }
    }
    return rows;
  } finally {
    await bed.close();
  }
}

function sampledCase(subjects: readonly FaultSubject[], row: SampledCase): FaultCase {
  const subject = subjects.find(({ kind, operation }) => kind === row.kind && operation === row.operation);
  const fault = changingFaults.find(({ name }) => name === row.fault);
  const aftermath = aftermaths.find((name) => name === row.aftermath);
  const [method = "", path = ""] = row.call.split(" ");
  if (subject === undefined || fault === undefined || aftermath === undefined) throw new Error(JSON.stringify(row));
  return { subject, call: { method, path, skip: 0 }, fault, aftermath };
}

function titleOf({ subject, call, fault, aftermath }: FaultCase): string {
  const times = call.skip === 0 ? "" : ` (${call.skip + 1})`;
  return `${subject.operation} ${subject.kind}, ${call.method} ${call.path}${times}: ${fault.name}, ${aftermath}`;
}
