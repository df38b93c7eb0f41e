import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { isPlantonError, type PlantonError } from "../../contract/planton-error.js";
import { readCredentialsFile } from "./credentials-file.js";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "planton-credentials-"));
  path = join(folder, "credentials.yaml");
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

function read(text: string): ReturnType<typeof readCredentialsFile> {
  writeFileSync(path, text, { mode: 0o600 });
  return readCredentialsFile(path);
}

function errorOf(text: string): PlantonError {
  try {
    read(text);
  } catch (error) {
    if (isPlantonError(error)) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

const entry = (line: string): string => `prod:\n  provider: test\n  ${line}\n`;

test.each<[what: string, line: string, place: string]>([
  ["a value like a tag", "token: !marker-1", "line 3, column 10"],
  ["a value behind a tag", "token: !foo marker-1", "line 3, column 10"],
  ["a value like a directive", "token: %marker-1", "line 3, column 10"],
  ["a value like nothing in YAML", "token: @marker-1", "line 3, column 10"],
  ["a key twice", "provider: marker-1", "line 3, column 3"],
  ["a quote that does not end", 'token: "marker-1', "line 4, column 1"],
  ["a value like an alias", "token: *marker-1", ""],
  ["a value like an anchor", "token: &marker-1", ""],
  ["a list as key", "[marker-1]: a", ""],
  ["a value that is a number", "token: 7000000001", ""],
  ["a value that is a list", "token: [marker-1]", ""],
])("%s is E_CREDENTIALS_FILE with a place and without the text, and nothing is printed", (_, line, place) => {
  const printed = [
    vi.spyOn(process, "emitWarning").mockReturnValue(),
    vi.spyOn(process.stderr, "write").mockReturnValue(true),
    vi.spyOn(console, "warn").mockReturnValue(),
  ];
  const { code, message, hint, cause } = errorOf(entry(line));
  expect([code, cause]).toEqual(["E_CREDENTIALS_FILE", undefined]);
  expect(message.endsWith(place)).toBe(true);
  expect(hint).toContain("quotes");
  expect(`${message} ${hint}`).not.toMatch(/marker|7000000001/);
  for (const spy of printed) expect(spy).not.toHaveBeenCalled();
});

test("a value in quotes is taken as it is", () => {
  expect(read(entry('token: "!marker-1"'))).toEqual({ prod: { provider: "test", token: "!marker-1" } });
});

test("a file that holds nothing has no entries, and neither has none", () => {
  for (const text of ["", "# nothing yet\n"]) expect(read(text)).toEqual({});
  rmSync(path);
  expect(readCredentialsFile(path)).toEqual({});
});

test("a device is refused and not read", () => {
  symlinkSync("/dev/zero", path);
  expect(() => readCredentialsFile(path)).toThrow(expect.objectContaining({ code: "E_CREDENTIALS_FILE" }));
});
