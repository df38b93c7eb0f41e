import { describe, expect, it } from "vitest";
import { type Clock, systemClock } from "../contract/clock.js";
import { createMinuteLimit } from "./rate-limit.js";

function stepClock(): Clock & { readonly sleeps: number[] } {
  const sleeps: number[] = [];
  let nowMs = 0;
  const sleep = async (durationMs: number): Promise<void> => {
    sleeps.push(durationMs);
    nowMs += durationMs;
  };
  return { ...systemClock, sleeps, nowMs: () => nowMs, sleep };
}

const headers = (values: Record<string, string>): Headers => new Headers(values);

describe("createMinuteLimit", () => {
  it("lets as many through as a minute allows, then waits for the oldest to be a minute old", async () => {
    const clock = stepClock();
    const limiter = createMinuteLimit(clock, 3);
    for (let index = 0; index < 7; index += 1) await limiter.take({});
    expect(clock.sleeps).toEqual([60_000, 60_000]);
  });

  it.each([
    ["a used-up minute", 200, { "x-ratelimit-remaining-minute": "0", "x-ratelimit-reset": "7" }, [7000]],
    ["a 429", 429, { "x-ratelimit-reset": "9" }, [9000]],
    ["room left", 200, { "x-ratelimit-remaining-minute": "5", "x-ratelimit-reset": "7" }, []],
    ["no headers", 200, {}, []],
  ])("obeys %s", async (_name, status, values, sleeps) => {
    const clock = stepClock();
    const limiter = createMinuteLimit(clock, 90);
    limiter.observe(status, headers(values));
    await limiter.take({});
    expect(clock.sleeps).toEqual(sleeps);
  });

  it("takes nine tenths of what the vendor allows, or the least of what it is given", async () => {
    const clock = stepClock();
    const limiter = createMinuteLimit(clock, 1);
    limiter.observe(200, headers({ "x-ratelimit-limit-minute": "10" }));
    for (let index = 0; index < 9; index += 1) await limiter.take({});
    expect(clock.sleeps).toEqual([]);
    limiter.restrict(4);
    limiter.restrict(8);
    await limiter.take({});
    expect(clock.sleeps).toEqual([60_000]);
  });

  it("says that it waits, and until when", async () => {
    const clock = stepClock();
    const limiter = createMinuteLimit(clock, 1);
    const untils: number[] = [];
    const onWait = (_reason: string, untilMs: number): void => void untils.push(untilMs);
    const beganMs = clock.nowMs();
    for (let index = 0; index < 2; index += 1) await limiter.take({ onWait });
    expect(untils).toEqual([beganMs + 60_000]);
  });

  it("does not wait beyond the deadline", async () => {
    const limiter = createMinuteLimit(stepClock(), 1);
    await limiter.take({ deadlineMs: 1000 });
    await expect(limiter.take({ deadlineMs: 1000 })).rejects.toMatchObject({ code: "E_VENDOR" });
  });

  it("ends with E_INTERRUPTED when the signal fires", async () => {
    const limiter = createMinuteLimit(systemClock, 1);
    await limiter.take({});
    await expect(limiter.take({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "E_INTERRUPTED" });
  });
});
