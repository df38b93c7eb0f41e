import { expect, test } from "vitest";
import { printable, printableLines, printableOutput } from "./printable.js";

test.each([
  ["line breaks", "a\nb\r\nc\td\u2028e\u2029f\u0085g", "a\\nb\\r\\nc\\td\\u2028e\\u2029f\\u0085g"],
  [
    "escape sequences",
    "\u001b[31mred\u001b]0;title\u0007\u009b1m\u007f",
    "\\x1b[31mred\\x1b]0;title\\x07\\u009b1m\\u007f",
  ],
  ["what has no width", "a\u200bb\u200cc\u200dd\u2060e\ufefff\u00adg\u034fh\u3164i\u2800j", null],
  ["what turns the direction", "a\u202eb\u202ac\u2066d\u2069e\u200ef\u061cg", null],
  ["tags", "a\u{e0041}b", "a\\udb40\\udc41b"],
  ["half a character", "a\ud800b", "a\\ud800b"],
  [
    "commands for Azure Pipelines",
    "x ##[error]y ##vso[task.setvariable]z",
    "x #\\u0023[error]y #\\u0023vso[task.setvariable]z",
  ],
  ["commands for GitHub", "::warning::x", "\\u003a:warning::x"],
])("shows %s", (_name, text, shown) => {
  const characters = [...text].map((one) => (/[ -~]/.test(one) ? one : unicodeEscape(one)));
  expect(printable(text)).toBe(shown ?? characters.join(""));
});

test("leaves everything else as it is", () => {
  const text = 'Zürich "数据库" a/b\\c ❤️ ::1 a::b # 1 ## 2';
  expect(printable(text)).toBe(text);
});

test("lets the line breaks of several lines stay, but no line be a command", () => {
  expect(printableLines("a:\n\tb\r\n  ::error::c\n##[error]d\u200b")).toBe(
    "a:\n\tb\\r\n  \\u003a:error::c\n#\\u0023[error]d\\u200b",
  );
});

test("lets JSON have its values, and planton's own commands for GitHub be", () => {
  const value = { a: "\u001b\n\t\u007f\u009b\u200b\u202e\u{e0041}##[error]::error::", "b\u2028": 1 };
  const shown = printableOutput(JSON.stringify(value, undefined, 2));
  expect(JSON.parse(shown)).toEqual(value);
  expect(shown).toMatch(/^[ -~\n]*$/);
  expect(printableOutput("::error file=a::b")).toBe("::error file=a::b");
});

function unicodeEscape(one: string): string {
  return `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
