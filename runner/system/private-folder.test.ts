import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { disown, isAbandoned, makePrivateFolder, privateFolders, readOwner } from "./private-folder.js";
import { ownIdentity } from "./process-info.js";

const dayMs = 24 * 60 * 60_000;

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "planton-owned-"));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

test("a folder belongs to its maker, and to its maker alone", () => {
  const folder = makePrivateFolder(join(parent, "deep"), "stack");
  expect(readOwner(folder)).toEqual({ ...ownIdentity(), purpose: "stack" });
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(join(parent, "deep")).mode & 0o777).toBe(0o700);
  expect(privateFolders(join(parent, "deep"))).toEqual([folder]);
  expect(isAbandoned(folder, Date.now() + 2 * dayMs)).toBe(false);
  disown(folder);
  expect(readdirSync(folder)).toEqual([]);
});

test("nothing is found where nothing was made", () => {
  expect(privateFolders(join(parent, "absent"))).toEqual([]);
});

test.each([
  { what: "whose process is gone", owner: { pid: spawnSync("true").pid }, ageMs: 0, abandoned: true },
  { what: "whose process's number has a new bearer", owner: { start: "1" }, ageMs: 0, abandoned: true },
  { what: "of another machine, just made", owner: { machine: "other", pid: 1 }, ageMs: 0, abandoned: false },
  { what: "of another machine, old", owner: { machine: "other" }, ageMs: 2 * dayMs, abandoned: true },
  { what: "without a note, just made", owner: undefined, ageMs: 0, abandoned: false },
  { what: "without a note, old", owner: undefined, ageMs: 2 * dayMs, abandoned: true },
])("a folder $what: abandoned is $abandoned", ({ owner, ageMs, abandoned }) => {
  const folder = makePrivateFolder(parent, "stack");
  const note = owner === undefined ? "" : JSON.stringify({ ...ownIdentity(), purpose: "stack", ...owner });
  writeFileSync(join(folder, "owner.json"), note);
  const madeAt = new Date(Date.now() - ageMs);
  utimesSync(folder, madeAt, madeAt);
  expect(isAbandoned(folder, Date.now())).toBe(abandoned);
});
