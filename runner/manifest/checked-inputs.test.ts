import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CheckedInputs, openCheckedInputs } from "./checked-inputs.js";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "planton-checked-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const uid = process.geteuid?.();
const folder = (): string => join(home, "cache", "checked");
const open = (rulesId = "a"): CheckedInputs => openCheckedInputs({ folder: folder(), rulesId, uid });

test("what one process has checked is known to the next one of the same build alone", () => {
  expect(open().has("d1")).toBe(false);
  open().add("d1");
  expect(open().has("d1")).toBe(true);
  expect(open().has("d2")).toBe(false);
  expect(open("b").has("d1")).toBe(false);
});

test("another build's are removed with the first of the new one", () => {
  open("a").add("d1");
  open("b").add("d1");
  expect(readdirSync(folder())).toEqual(["b"]);
});

test("no more than a thousand are kept", () => {
  open().add("d1");
  for (let index = 1; index < 1000; index += 1) writeFileSync(join(folder(), "a", `x${index}`), "", { mode: 0o600 });
  open().add("d2");
  expect(readdirSync(join(folder(), "a"))).toEqual(["d2"]);
  expect(open().has("d2")).toBe(true);
});

test.each([
  ["the folder", () => folder()],
  ["the build's folder", () => join(folder(), "a")],
  ["the file", () => join(folder(), "a", "d1")],
])("what others may write to, %s here, says nothing", (_, path) => {
  open().add("d1");
  chmodSync(path(), 0o777);
  expect(open().has("d1")).toBe(false);
});

test("what is another user's says nothing", () => {
  open().add("d1");
  expect(openCheckedInputs({ folder: folder(), rulesId: "a", uid: (uid ?? 0) + 1 }).has("d1")).toBe(false);
});

test("a place that is no folder is not known and not written to", () => {
  mkdirSync(join(home, "cache"));
  symlinkSync(join(home, "elsewhere"), folder());
  open().add("d1");
  expect(open().has("d1")).toBe(false);
  expect(readdirSync(home)).toEqual(["cache"]);
});
