import { lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { updatedEnvText, writeEnvFile } from "./env-file.js";

const variables = new Map([
  ["URI", "a$b"],
  ["KEY", "it's"],
]);

describe("the text of a .env file", () => {
  test.each([
    ["of nothing", "", "URI='a$b'\nKEY=\"it's\"\n"],
    ["without a line end", "A=1", "A=1\nURI='a$b'\nKEY=\"it's\"\n"],
    ["in place", "A = 1 \nURI=x\n\n# c\nKEY=y\nB='2'", "A = 1 \nURI='a$b'\n\n# c\nKEY=\"it's\"\nB='2'"],
    [
      "with export, blanks and comments",
      "export URI = x # c\n  KEY: 'y' # d",
      "export URI = 'a$b' # c\n  KEY: \"it's\" # d",
    ],
    ["each time that it is there", "URI=1\nKEY=\nURI=2\n", "URI='a$b'\nKEY=\"it's\"\nURI='a$b'\n"],
    ["over several lines", "KEY='a\nURI=b\n'\nURI=\"c\n\"\nA=1\n", "KEY=\"it's\"\nURI='a$b'\nA=1\n"],
    [
      "where values and comments have the name",
      "A='URI=1'\n#URI=2\nURIS=3\n",
      "A='URI=1'\n#URI=2\nURIS=3\nURI='a$b'\nKEY=\"it's\"\n",
    ],
    [
      "with other line ends",
      "A=1\r\nURI=x\r\nB='1\r\n2'\r\nKEY=y \r\nC=3",
      "A=1\r\nURI='a$b'\r\nB='1\r\n2'\r\nKEY=\"it's\" \r\nC=3",
    ],
    ["with other line ends at its end", "A=1\r\n", "A=1\r\nURI='a$b'\r\nKEY=\"it's\"\r\n"],
  ])("is updated %s", (_, before, after) => {
    expect(updatedEnvText(before, variables)).toBe(after);
  });
});

describe("a .env file", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "planton-env-file-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const path = (): string => join(folder, ".env");

  test.each([undefined, 0o644, 0o600])("is for its owner alone, also when it was there with mode %s", (mode) => {
    if (mode !== undefined) writeFileSync(path(), "A=1\n", { mode });
    writeEnvFile(path(), variables);
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    expect(readFileSync(path(), "utf8")).toBe(`${mode === undefined ? "" : "A=1\n"}URI='a$b'\nKEY="it's"\n`);
  });

  test("keeps its byte order mark", () => {
    writeFileSync(path(), "\uFEFFA=1\nURI=2\n");
    writeEnvFile(path(), new Map([["URI", "3"]]));
    expect(readFileSync(path(), "utf8")).toBe("\uFEFFA=1\nURI='3'\n");
  });

  test("that is a link is refused, and what it names stays", () => {
    writeFileSync(join(folder, "other"), "A=1\n", { mode: 0o644 });
    symlinkSync("other", path());
    expect(() => writeEnvFile(path(), variables)).toThrow(expect.objectContaining({ code: "E_FILESYSTEM" }));
    expect(readFileSync(join(folder, "other"), "utf8")).toBe("A=1\n");
    expect(lstatSync(path()).isSymbolicLink()).toBe(true);
    symlinkSync("none", join(folder, "loose"));
    expect(() => writeEnvFile(join(folder, "loose"), variables)).toThrow(
      expect.objectContaining({ code: "E_FILESYSTEM" }),
    );
  });

  test("that is a folder, or in none, is refused", () => {
    mkdirSync(path());
    for (const place of [path(), join(folder, "none/.env")]) {
      expect(() => writeEnvFile(place, variables)).toThrow(expect.objectContaining({ code: "E_FILESYSTEM" }));
    }
  });

  test.each(["A='open\n", 'A="open\nB=1\n'])("in which %j would hide the variables is refused, and stays", (text) => {
    writeFileSync(path(), text);
    expect(() => writeEnvFile(path(), variables)).toThrow(expect.objectContaining({ code: "E_PROJECT_INVALID" }));
    expect(readFileSync(path(), "utf8")).toBe(text);
  });
});
