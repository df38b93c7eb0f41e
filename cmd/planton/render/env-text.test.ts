import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parseDotenv } from "../../../runner/secrets/backends/dotenv.js";
import { envLine, envVariables } from "./env-text.js";

const folder = mkdtempSync(join(tmpdir(), "planton-env-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const linesOf = (variables: ReadonlyMap<string, string>): string =>
  [...variables].map(([name, value]) => envLine(name, value)).join("\n");

/** The LINE expression and the steps after it of dotenv 17 (motdotla/dotenv, lib/main.js, function parse). */
function dotenvOf(text: string): Record<string, string> {
  const line =
    /^\s*(?:export\s+)?([\w.-]+)(?:\s*=\s*?|:\s+?)(\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?\s*(?:#.*)?$/gm;
  const found: Record<string, string> = {};
  for (const [, name = "", raw = ""] of text.replace(/\r\n?/gm, "\n").matchAll(line)) {
    const value = raw.trim();
    const inner = value.replace(/^(['"`])([\s\S]*)\1$/gm, "$2");
    found[name] = value[0] === '"' ? inner.replace(/\\n/g, "\n").replace(/\\r/g, "\r") : inner;
  }
  return found;
}

/** What `node --env-file` gives a program. */
function nodeOf(text: string, names: readonly string[]): Record<string, string | undefined> {
  const file = join(folder, ".env");
  writeFileSync(file, text);
  const print = `JSON.stringify(Object.fromEntries(${JSON.stringify(names)}.map((n) => [n, process.env[n]])))`;
  const output = execFileSync(process.execPath, [`--env-file=${file}`, "-p", print], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"] },
  });
  return JSON.parse(output) as Record<string, string>;
}

const pieces = ["'", '"', "`", "\\", "\n", "$", "#", " ", "a", "\\n", "$(id)", "=", "é", "\t", "\u00a0", "!"];
const combined = pieces.flatMap((first) =>
  pieces.flatMap((second) => [`${first}${second}`, `x${first}y${second}`, `${first}x${second}`, `x${first}${second}x`]),
);
const nasty: readonly string[] = [
  "",
  "mysql://u:p@h:4000/test?ssl=%7B%22minVersion%22%3A1%7D&a=$b",
  "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
  `{"a":"it's $x"}`,
  "it's\na $x",
  "a\\",
  "C:\\new\\run",
  `'"\`#\\`,
  "A=b\nC='d'",
  '\n"x"\n',
  ...combined,
];

describe("a value in a .env file", () => {
  const fits = nasty.filter((value) => {
    try {
      return envVariables({ value }).size === 1;
    } catch {
      return false;
    }
  });
  const variables = envVariables(Object.fromEntries(fits.map((value, index) => [`v${index}`, value])));
  const text = linesOf(variables);
  const expected = Object.fromEntries(variables);

  test("is carried unless it has quotes of every sort, or ends with a backslash, and is not plain either", () => {
    const left = nasty.filter((value) => !fits.includes(value));
    expect(left).toContain(`'"\`#\\`);
    expect(left.length).toBeLessThan(nasty.length / 20);
    for (const value of left) expect(value).toMatch(/\\$|["'`]/);
  });

  test("is read by node --env-file as it is", () => {
    expect(nodeOf(text, Object.keys(expected))).toEqual(expected);
  });

  test("is read by dotenv as it is", () => {
    expect(dotenvOf(text)).toEqual(expected);
  });

  test("is read by dotenv:// as it is", () => {
    expect(Object.fromEntries([...parseDotenv(text)].map(([name, { value }]) => [name, value]))).toEqual(expected);
  });

  test("is read by a shell as it is when it has no single quote and no backslash at its end", () => {
    const plain = [...variables].filter(([, value]) => !value.includes("'") && !value.endsWith("\\"));
    const script = `set -a\n${linesOf(new Map(plain))}\nexec "$NODE" -p 'JSON.stringify(process.env)'`;
    const { stdout } = spawnSync("/bin/sh", ["-s"], {
      input: script,
      env: { NODE: process.execPath },
      encoding: "utf8",
    });
    expect(JSON.parse(stdout)).toMatchObject(Object.fromEntries(plain));
  });

  test.each(["a\rb", "a\r\n", "a\0b", `'"\``, "it's\n\"`x`"])("%j fits none", (value) => {
    expect(() => envVariables({ value })).toThrow(expect.objectContaining({ code: "E_USAGE" }));
  });
});

describe("names", () => {
  test.each([
    [{ connection_uri: "a" }, {}, "CONNECTION_URI='a'"],
    [{ port: 4000, adopted: false, zones: ["a", "b"] }, {}, `PORT='4000'\nADOPTED='false'\nZONES='["a","b"]'`],
    [{ "odd-name": "a", "1st": "" }, {}, "ODD_NAME='a'\n_1ST=''"],
    [{ host: "a", port: 1 }, { prefix: "Mysql_" }, "Mysql_HOST='a'\nMysql_PORT='1'"],
    [{ "1st": "a" }, { prefix: "MY" }, "MY1ST='a'"],
    [{ connection_uri: "a" }, { as: "databaseUrl" }, "databaseUrl='a'"],
  ])("%j with %j: %s", (outputs, naming, text) => {
    expect(linesOf(envVariables(outputs, naming))).toBe(text);
  });

  test("that two outputs would share are refused", () => {
    expect(() => envVariables({ a_b: 1, "a-b": 2 })).toThrow(expect.objectContaining({ code: "E_USAGE" }));
  });
});
