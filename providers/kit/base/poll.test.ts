import { describe, expect, it } from "vitest";
import { type Clock, systemClock } from "../../../contract/clock.js";
import { createKeyedLock } from "./keyed-lock.js";
import { pollUntil } from "./poll.js";

function stepClock(): Clock & { readonly sleeps: number[] } {
  const sleeps: number[] = [];
  let nowMs = 0;
  return {
    sleeps,
    nowMs: () => nowMs,
    random: () => 0,
    randomBytes: (count) => new Uint8Array(count),
    async sleep(durationMs) {
      sleeps.push(durationMs);
      nowMs += durationMs;
    },
  };
}

const pace = { firstIntervalMs: 100, maxIntervalMs: 300, growth: 2 };

describe("pollUntil", () => {
  it("looks less and less often until there is a result", async () => {
    const clock = stepClock();
    const responses = [undefined, undefined, undefined, "done"];
    const look = async () => responses.shift();
    expect(await pollUntil({ look, pace, timeoutMs: 10_000, clock, signals: [] })).toBe("done");
    expect(clock.sleeps).toEqual([100, 200, 300, 300]);
  });

  it("looks a last time at the deadline and gives up", async () => {
    const clock = stepClock();
    const look = async () => undefined;
    expect(await pollUntil({ look, pace, timeoutMs: 350, clock, signals: [] })).toBeUndefined();
    expect(clock.sleeps).toEqual([100, 200, 50]);
  });

  it("ends when a look fails", async () => {
    const look = () => Promise.reject(new Error("no"));
    await expect(pollUntil({ look, pace, timeoutMs: 350, clock: stepClock(), signals: [] })).rejects.toThrow("no");
  });

  it.each(["before", "during"])("ends with E_INTERRUPTED when the signal fires %s the wait", async (when) => {
    const controller = new AbortController();
    if (when === "before") controller.abort();
    else setImmediate(() => controller.abort());
    const slow = { firstIntervalMs: 60_000, maxIntervalMs: 60_000, growth: 1 };
    const poll = {
      look: async () => "never",
      pace: slow,
      timeoutMs: 60_000,
      clock: systemClock,
      signals: [controller.signal],
    };
    await expect(pollUntil(poll)).rejects.toMatchObject({ code: "E_INTERRUPTED" });
  });
});

describe("createKeyedLock", () => {
  it("runs one key in turn, also after a failure, and other keys at once", async () => {
    const lock = createKeyedLock();
    const order: string[] = [];
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const first = lock("a", async () => {
      await gate;
      order.push("a1");
      throw new Error("failed");
    });
    const second = lock("a", async () => void order.push("a2"));
    await lock("b", async () => void order.push("b"));
    release();
    await expect(first).rejects.toThrow("failed");
    await second;
    expect(order).toEqual(["b", "a1", "a2"]);
  });
});
