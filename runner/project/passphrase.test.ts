import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ensurePassphrase, passphraseVariables } from "./passphrase.js";

let home: string;
let path: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "planton-passphrase-"));
  path = join(home, "passphrase");
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const refused = () => expect.objectContaining({ code: "E_FILESYSTEM", message: expect.stringContaining(`"${path}"`) });

describe("planton's own file", () => {
  test("is made once, whole and private, for state in files", () => {
    const env = { PLANTON_HOME: home };
    expect(passphraseVariables(env)).toEqual({});
    ensurePassphrase(env, "https://api.pulumi.com");
    expect(passphraseVariables(env)).toEqual({});
    ensurePassphrase(env, "file://~");
    const made = readFileSync(path, "utf8");
    expect(made).toMatch(/^[\w-]{43}\n$/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    ensurePassphrase(env, "file://~");
    expect(readFileSync(path, "utf8")).toBe(made);
    expect(passphraseVariables(env)).toEqual({ PULUMI_CONFIG_PASSPHRASE_FILE: path });
  });

  test.each([
    ["is empty", ""],
    ["is one line break", "\n"],
    ["was cut short", `${"x".repeat(42)}\n`],
  ])("that %s is refused, and kept", (_, text) => {
    const env = { PLANTON_HOME: home };
    writeFileSync(path, text);
    expect(() => passphraseVariables(env)).toThrow(refused());
    expect(() => ensurePassphrase(env, "file://~")).toThrow(refused());
    expect(readFileSync(path, "utf8")).toBe(text);
  });

  test("without its last line break is whole", () => {
    writeFileSync(path, "x".repeat(43));
    expect(passphraseVariables({ PLANTON_HOME: home })).toEqual({ PULUMI_CONFIG_PASSPHRASE_FILE: path });
  });
});

describe("the user's own", () => {
  test.each([
    ["file that is not there", undefined],
    ["empty file", ""],
    ["file of white space", " \n"],
  ])("%s is refused", (_, text) => {
    if (text !== undefined) writeFileSync(path, text);
    const env = { PLANTON_HOME: join(home, "other"), PULUMI_CONFIG_PASSPHRASE_FILE: path };
    expect(() => passphraseVariables(env)).toThrow(refused());
    expect(() => ensurePassphrase(env, "file://~")).toThrow(refused());
  });

  test.each<[string, Record<string, string>]>([
    ["an empty passphrase", { PULUMI_CONFIG_PASSPHRASE: "" }],
    [
      "a passphrase beside a file that is not read then",
      { PULUMI_CONFIG_PASSPHRASE: "x", PULUMI_CONFIG_PASSPHRASE_FILE: "/none" },
    ],
  ])("%s is their word, and planton's file is not read", (_, variables) => {
    writeFileSync(path, "");
    const env = { PLANTON_HOME: home, ...variables };
    expect(passphraseVariables(env)).toEqual({});
    ensurePassphrase(env, "file://~");
    expect(readFileSync(path, "utf8")).toBe("");
  });

  test("short file is taken", () => {
    writeFileSync(path, "short\n");
    expect(passphraseVariables({ PLANTON_HOME: home, PULUMI_CONFIG_PASSPHRASE_FILE: path })).toEqual({});
  });
});
