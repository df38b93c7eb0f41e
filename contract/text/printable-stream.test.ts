import { expect, test } from "vitest";
import { printableStyled } from "./printable.js";
import { printableStream } from "./printable-stream.js";

const texts: readonly (readonly [what: string, text: string, shown: string])[] = [
  ["colours", "\u001b[38;5;13m\u001b[1mup\u001b[0m", "\u001b[38;5;13m\u001b[1mup\u001b[0m"],
  ["a title", "a\u001b]0;title\u0007b", "a\\x1b]0;title\\x07b"],
  ["a cleared line", "real\r\u001b[2Kforged", "real\\r\\x1b[2Kforged"],
  ["hidden text", "\u001b[8mhidden\u001b[0m", "\\x1b[8mhidden\u001b[0m"],
  ["hidden text among colours", "\u001b[1;8mhidden", "\\x1b[1;8mhidden"],
  ["what turns the direction", "a\u202eb", "a\\u202eb"],
  ["a command for GitHub", "a\n  ::warning file=x::y\n", "a\n  \\u003a:warning file=x::y\n"],
  ["one behind a colour", "\u001b[1m::error::y", "\u001b[1m\\u003a:error::y"],
  ["a command for Azure Pipelines", "x ##vso[task.setvariable]y", "x #\\u0023vso[task.setvariable]y"],
  ["what pulumi names things", "urn:pulumi:dev::app::a:b:C::name\n", "urn:pulumi:dev::app::a:b:C::name\n"],
  ["an escape at the end", "a\u001b[", "a\\x1b["],
  ["two marks at the end", "a ##", "a ##"],
];

test.each(texts)("%s in one part", (_what, text, shown) => {
  expect(printableStyled(text)).toBe(shown);
  const stream = printableStream();
  expect(stream.write(text) + stream.end()).toBe(shown);
});

test.each(texts)("%s in parts of one and two characters", (_what, text, shown) => {
  for (const size of [1, 2]) {
    const stream = printableStream();
    let out = "";
    for (let at = 0; at < text.length; at += size) out += stream.write(text.slice(at, at + size));
    expect(out + stream.end()).toBe(shown);
  }
});

test("a question is shown at once", () => {
  expect(printableStream().write("do you want to go on? ")).toBe("do you want to go on? ");
});
