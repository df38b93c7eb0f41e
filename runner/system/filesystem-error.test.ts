import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { filesystemError } from "./filesystem-error.js";

const base = mkdtempSync(join(tmpdir(), "planton-folder-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));
const file = join(base, "file");
writeFileSync(file, "");

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

test.each([
  { what: "a home that is a file", home: file, path: file, names: true },
  { what: "a folder below a home that is a file", home: file, path: join(file, "run"), names: true },
  { what: "another folder", home: base.slice(0, -1), path: join(file, "run"), names: false },
])("$what is E_FILESYSTEM; the hint names PLANTON_HOME: $names", ({ home, path, names }) => {
  const error = filesystemError(
    thrownBy(() => mkdirSync(path, path === file ? {} : { recursive: true })),
    { PLANTON_HOME: home },
  );
  expect(error?.code).toBe("E_FILESYSTEM");
  expect(error?.message).toContain(`"${path}"`);
  expect(error?.hint.includes("PLANTON_HOME")).toBe(names);
});

test.each([
  "EDQUOT",
  "EFBIG",
  "ENOSPC",
  "EROFS",
])("%s of an open file, which carries no path, is E_FILESYSTEM", (code) => {
  const error = filesystemError(Object.assign(new Error(`${code}: write`), { code, syscall: "write" }), {});
  expect(error?.code).toBe("E_FILESYSTEM");
  expect(error?.message).toContain(code);
});

test("a full disk is E_FILESYSTEM", () => {
  const error = filesystemError(
    thrownBy(() => writeFileSync("/dev/full", "x")),
    {},
  );
  expect(error?.message).toContain("ENOSPC");
});

test.each([
  [
    "no permission for another thing than a file",
    () => {
      throw Object.assign(new Error("EPERM: kill"), { code: "EPERM", syscall: "kill" });
    },
  ],
  ["a file that is not there", () => readFileSync(join(base, "absent"))],
  ["a fault of ours", () => JSON.parse("{")],
])("%s is not", (_, action) => {
  expect(filesystemError(thrownBy(action), {})).toBeUndefined();
});
