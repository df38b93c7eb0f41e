import { describe, expect, it } from "vitest";
import { goDuration, ignoredTimeoutWarning } from "./ignored-timeout.js";

describe("goDuration", () => {
  it.each([
    [0, "0s"],
    [0.02, "20ms"],
    [1, "1s"],
    [2.5, "2.5s"],
    [60, "1m0s"],
    [900, "15m0s"],
    [3600, "1h0m0s"],
    [90_061, "25h1m1s"],
  ])("prints %d s as %s", (seconds, expected) => {
    expect(goDuration(seconds)).toBe(expected);
  });
});

describe("ignoredTimeoutWarning", () => {
  it.each([
    { customTimeouts: undefined, seconds: 60, warns: false },
    { customTimeouts: [], seconds: 60, warns: true },
    { customTimeouts: [], seconds: 0, warns: false },
    { customTimeouts: ["create"], seconds: 60, warns: true },
    { customTimeouts: ["update"], seconds: 60, warns: false },
  ] as const)("for an update of $seconds s and $customTimeouts: $warns", ({ customTimeouts, seconds, warns }) => {
    expect(ignoredTimeoutWarning({ customTimeouts }, "update", seconds) !== undefined).toBe(warns);
  });
});
