import { describe, expect, it } from "vitest";
import { systemClock } from "./clock.js";
import { PlantonError } from "./planton-error.js";
import { createTrace, noTrace, type Trace, tracedClock } from "./trace.js";

const secret = "s3cret-öf-the-user";

function openTrace(): { readonly trace: Trace; readonly lines: string[] } {
  const lines: string[] = [];
  let nowMs = Date.UTC(2026, 10, 30);
  const tick = (): number => {
    nowMs += 1;
    return nowMs;
  };
  return { trace: createTrace({ source: "test[1]", nowMs: tick, write: (line) => lines.push(line) }), lines };
}

const withoutTime = (line: string): string => line.replace(/^\S+ /, "");

describe("a line", () => {
  it("has time, process, stage and what is known", () => {
    const { trace, lines } = openTrace();
    trace.event("stack", { name: "db.orders", new: false, count: 2, id: undefined });
    expect(lines).toEqual(["2026-11-30T00:00:00.001Z test[1] stack name=db.orders new=false count=2"]);
  });

  it.each([
    ["with space", '"with space"'],
    ["", '""'],
    ['a"b', '"a\\"b"'],
    ["/v1/keys?page=2", "/v1/keys?page=2"],
    ["two\nlines", '"two\\nlines"'],
    ["\u001b[31mred", "\\x1b[31mred"],
    ["turned\u202eround", "turned\\u202eround"],
    ["##[error]", "#\\u0023[error]"],
  ])("shows the value %j as %s", (value, shown) => {
    const { trace, lines } = openTrace();
    trace.event("x", { value });
    expect(lines.map(withoutTime)).toEqual([`test[1] x value=${shown}`]);
  });

  it("holds no secret that was hidden before, in no form", () => {
    const { trace, lines } = openTrace();
    trace.hide([secret, ""]);
    const base64 = Buffer.from(secret).toString("base64");
    trace.event("x", {
      plain: `a${secret}`,
      path: `/v1/${encodeURIComponent(secret)}`,
      json: JSON.stringify(secret),
      base64,
    });
    expect(lines.map(withoutTime)).toEqual([
      'test[1] x plain=a[secret] path=/v1/[secret] json="\\"[secret]\\"" base64=[secret]',
    ]);
  });
});

describe("a stage", () => {
  it("has a line at its begin and its end, with its time and what it noted", async () => {
    const { trace, lines } = openTrace();
    const result = await trace.stage("account", { vendor: "acme" }, (note) => {
      note({ id: "team-1" });
      return 7;
    });
    expect(result).toBe(7);
    expect(lines.map(withoutTime)).toEqual([
      "test[1] account begin vendor=acme",
      "test[1] account end vendor=acme ms=2 id=team-1",
    ]);
  });

  it("that fails shows code and message, and throws on", async () => {
    const { trace, lines } = openTrace();
    trace.hide([secret]);
    const error = new PlantonError({ code: "E_VENDOR", message: `no ${secret}` });
    await expect(trace.stage("account", {}, () => Promise.reject(error))).rejects.toBe(error);
    await expect(
      trace.stage("other", {}, () => {
        throw new TypeError("x");
      }),
    ).rejects.toThrow(TypeError);
    expect(lines.map(withoutTime).filter((line) => line.includes("failed"))).toEqual([
      'test[1] account failed ms=2 error=E_VENDOR message="no [secret]"',
      "test[1] other failed ms=2 error=unexpected message=x",
    ]);
  });

  it("runs when nobody reads the trace", async () => {
    expect(await noTrace.stage("x", {}, (note) => note({}) ?? 7)).toBe(7);
  });
});

it("a clock that is traced writes its waits, but not those that are over at once", async () => {
  const { trace, lines } = openTrace();
  const clock = tracedClock({ ...systemClock, sleep: async () => {} }, trace);
  await clock.sleep(12.6);
  await clock.sleep(0);
  expect(lines.map(withoutTime)).toEqual(["test[1] wait ms=13"]);
  expect(tracedClock(systemClock, noTrace)).toBe(systemClock);
});
