import { expect, test } from "vitest";
import { colouredLines, hasColours } from "./write.js";

test.each([
  [
    "error: no such file [E_LOAD_NOT_FOUND]\n  hint: check",
    "\u001b[31merror:\u001b[39m no such file [E_LOAD_NOT_FOUND]\n\u001b[2m  hint: check\u001b[22m",
  ],
  ["warning: nothing to do [E_USAGE]", "\u001b[33mwarning:\u001b[39m nothing to do [E_USAGE]"],
  ['stack "error: a" made', 'stack "error: a" made'],
])("the label is coloured, what to do about it is dimmed: %j", (text, coloured) => {
  expect(colouredLines(text)).toBe(coloured);
});

test.each([
  [{}, true, true],
  [{ NO_COLOR: "" }, true, true],
  [{ NO_COLOR: "1" }, true, false],
  [{ TERM: "dumb" }, true, false],
  [{}, false, false],
])("with %j and a terminal %j there are colours: %j", (env, isTerminal, expected) => {
  expect(hasColours(env, isTerminal)).toBe(expected);
});
