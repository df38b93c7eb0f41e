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
import { readRunMarker, removeRunMarker, runMarkerPath, writeRunMarker } from "./run-marker.js";

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

test("of a folder behind a link is neither read, written nor removed", () => {
  const other = join(dir, "other");
  mkdirSync(other);
  writeFileSync(join(other, "dev.run.json"), "kept");
  symlinkSync(other, join(dir, ".planton"));
  const refused = expect.objectContaining({ code: "E_PROJECT_INVALID" });
  expect(() => readRunMarker(dir, "dev")).toThrow(refused);
  expect(() => writeRunMarker(dir, marker)).toThrow(refused);
  expect(() => removeRunMarker(dir, "dev")).toThrow(refused);
  expect(readdirSync(other)).toEqual(["dev.run.json"]);
  expect(readFileSync(join(other, "dev.run.json"), "utf8")).toBe("kept");
});

const create = { type: "a:b:C", name: "main", inputs: {} };

test.each<[string, object]>([
  ["a create that is none", { creates: [null] }],
  ["a create without inputs", { creates: [{ type: "a:b:C", name: "main" }] }],
  ["a name that is part of another URN", { creates: [{ ...create, name: "x::a:b:C::main" }] }],
  ["a number in place of a name", { creates: [{ ...create, name: 5 }] }],
  ["ids that are no list of strings", { creates: [{ ...create, knownBefore: [{}] }] }],
  ["a time that is none", { creates: [{ ...create, begunAtMs: "now" }] }],
  ["a start that is none", { startedAtMs: "now" }],
  ["creates that are no list", { creates: {} }],
  ["a word for true", { needsRefresh: "yes" }],
  ["another stack", { stack: "prod" }],
])("with %s is refused", (_, change) => {
  mkdirSync(join(dir, ".planton"));
  writeFileSync(runMarkerPath(dir, "dev"), JSON.stringify({ ...marker, creates: [create], ...change }));
  expect(() => readRunMarker(dir, "dev")).toThrow(expect.objectContaining({ code: "E_PENDING_OPERATIONS" }));
});

test("with everything that planton writes is read", () => {
  const full = { ...create, begunAtMs: 1, knownBefore: ["id"], alreadyExists: true };
  writeRunMarker(dir, { ...marker, creates: [create, full], needsRefresh: true });
  expect(readRunMarker(dir, "dev")?.creates).toEqual([create, full]);
});
