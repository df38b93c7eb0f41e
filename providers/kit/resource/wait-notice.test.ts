import { expect, it } from "vitest";
import { createTestClock } from "../testing/test-clock.js";
import { waitNotice } from "./wait-notice.js";

const clock = createTestClock();
const deadlineMs = clock.nowMs() + 600_000;

function noticeOf(): { readonly lines: string[]; readonly note: (reason: string, inMs: number) => void } {
  const lines: string[] = [];
  const onWait = waitNotice({ clock, deadlineMs }, async (line) => void lines.push(line));
  return { lines, note: (reason, inMs) => onWait(reason, clock.nowMs() + inMs) };
}

it("is silent about what is over within seconds", () => {
  const { lines, note } = noticeOf();
  for (const inMs of [500, 1000, 2000]) {
    note("status 503", inMs);
    clock.passMs(inMs);
  }
  expect(lines).toEqual([]);
});

it("says a long wait before it begins, with reason, deadline and what to do", () => {
  const { lines, note } = noticeOf();
  note("status 429", 60_000);
  expect(lines).toEqual([expect.stringMatching(/2026-01-02T03:14:05Z.*status 429; \^C stops it/)]);
});

it("says many short waits once, when they are long together", () => {
  const { lines, note } = noticeOf();
  for (let count = 0; count < 20; count += 1) {
    note(`try ${count}`, 1000);
    clock.passMs(1000);
  }
  expect(lines).toEqual([expect.stringContaining("try 4")]);
});
