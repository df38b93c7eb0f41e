import { expect, test } from "vitest";
import { isMissed, type Row, tableText } from "./table.js";

const row = (target: Row["target"]): Row => ({ what: "x", measured: "", against: "", ratio: undefined, target });

test.each([
  { row: row(undefined), missed: false, verdict: "" },
  { row: row({ text: "<= 1", isMet: true }), missed: false, verdict: "ok" },
  { row: row({ text: "<= 1", isMet: false }), missed: true, verdict: "MISSED" },
])("a row's verdict is $verdict, as the exit code counts it", ({ row, missed, verdict }) => {
  expect(isMissed(row)).toBe(missed);
  expect(
    tableText([row])
      .split("\n")[1]
      ?.match(/ok|MISSED/)?.[0] ?? "",
  ).toBe(verdict);
});
