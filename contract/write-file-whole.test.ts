import {
  existsSync,
  lstatSync,
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
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { canMountDisk, mountSmallDisk, unmountDisk } from "../test/support/small-disk.js";
import { writeFileWhole } from "./write-file-whole.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "planton-whole-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("makes a file with its mode, and replaces it", () => {
  const path = join(folder, "file");
  const now = () => [readFileSync(path, "utf8"), statSync(path).mode & 0o777];
  writeFileWhole(path, "one\n", { mode: 0o600 });
  expect(now()).toEqual(["one\n", 0o600]);
  const before = statSync(path).ino;
  writeFileWhole(path, "two\n");
  expect(now()).toEqual(["two\n", 0o600]);
  expect(statSync(path).ino).not.toBe(before);
  writeFileWhole(path, "three\n", { mode: 0o400 });
  expect(now()).toEqual(["three\n", 0o400]);
  expect(readdirSync(folder)).toEqual(["file"]);
});

test("ifAbsent leaves a file that is there, with EEXIST", () => {
  const path = join(folder, "file");
  writeFileWhole(path, "one\n", { ifAbsent: true });
  expect(() => writeFileWhole(path, "two\n", { ifAbsent: true })).toThrow(
    expect.objectContaining({ code: "EEXIST", path }),
  );
  expect(readFileSync(path, "utf8")).toBe("one\n");
  expect(readdirSync(folder)).toEqual(["file"]);
});

test.each([
  ["replaced", false, ["two\n", "one\n"]],
  ["followed when asked to", true, ["two\n", "two\n"]],
])("a symbolic link is %s", (_, throughLink, [linked, real]) => {
  mkdirSync(join(folder, "real"));
  writeFileSync(join(folder, "real", "file"), "one\n");
  symlinkSync(join("real", "file"), join(folder, "link"));
  writeFileWhole(join(folder, "link"), "two\n", { throughLink });
  expect(lstatSync(join(folder, "link")).isSymbolicLink()).toBe(throughLink);
  expect(readFileSync(join(folder, "link"), "utf8")).toBe(linked);
  expect(readFileSync(join(folder, "real", "file"), "utf8")).toBe(real);
});

test("a failure names the file and leaves nothing", () => {
  const path = join(folder, "taken");
  mkdirSync(join(path, "inner"), { recursive: true });
  expect(() => writeFileWhole(path, "text")).toThrow(expect.objectContaining({ path }));
  expect(readdirSync(folder)).toEqual(["taken"]);
  const nowhere = join(folder, "none", "file");
  expect(() => writeFileWhole(nowhere, "text")).toThrow(expect.objectContaining({ code: "ENOENT", path: nowhere }));
});

describe.skipIf(!canMountDisk)("a full disk (needs the right to mount one)", () => {
  let disk: string;
  beforeEach(() => {
    disk = join(folder, "disk");
    mountSmallDisk(disk);
  });
  afterEach(() => unmountDisk(disk));

  test("keeps the old file, names it, and leaves nothing", () => {
    const path = join(disk, "file");
    writeFileWhole(path, "one\n");
    expect(() => writeFileWhole(path, "x".repeat(256 * 1024))).toThrow(
      expect.objectContaining({ code: "ENOSPC", path }),
    );
    expect(readFileSync(path, "utf8")).toBe("one\n");
    const absent = join(disk, "absent");
    expect(() => writeFileWhole(absent, "x".repeat(256 * 1024), { ifAbsent: true })).toThrow(
      expect.objectContaining({ code: "ENOSPC", path: absent }),
    );
    expect(existsSync(absent)).toBe(false);
    expect(readdirSync(disk)).toEqual(["file"]);
  });
});
