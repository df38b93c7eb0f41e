import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readRunMarker, runMarkerPath, writeRunMarker } from "./run-marker.js";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "planton-marker-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const marker = { stack: "dev", startedAtMs: 1, creates: [] };

test("is written whole, private, in a folder that git ignores", () => {
  writeRunMarker(dir, marker);
  writeRunMarker(dir, { ...marker, startedAtMs: 2 });
  expect(readRunMarker(dir, "dev")?.startedAtMs).toBe(2);
  expect(statSync(runMarkerPath(dir, "dev")).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(dir, ".planton")).sort()).toEqual([".gitignore", "dev.run.json"]);
  expect(readFileSync(join(dir, ".planton", ".gitignore"), "utf8")).toBe("*\n");
});

test("behind a link is never written to, and a device is not read", () => {
  const other = join(dir, "other");
  writeFileSync(other, "kept");
  mkdirSync(join(dir, ".planton"));
  symlinkSync(other, runMarkerPath(dir, "dev"));
  writeRunMarker(dir, marker);
  expect(readFileSync(other, "utf8")).toBe("kept");
  expect(readRunMarker(dir, "dev")?.startedAtMs).toBe(1);
  symlinkSync("/dev/zero", runMarkerPath(dir, "zero"));
  expect(() => readRunMarker(dir, "zero")).toThrow(expect.objectContaining({ code: "E_PENDING_OPERATIONS" }));
});
