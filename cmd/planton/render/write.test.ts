import { expect, test } from "vitest";
import { colouredLines, hasColours } from "./write.js";

const mark = (sign: string) => (text: string) => `${sign}${text}${sign}`;
const colours = { red: mark("r"), yellow: mark("y"), dim: mark("d") };

test.each([
  [
    "error: no such file [E_LOAD_NOT_FOUND]\n  hint: check",
    "rerror:r no such file [E_LOAD_NOT_FOUND]\nd  hint: checkd",
  ],
  ["warning: nothing to do [E_USAGE]", "ywarning:y nothing to do [E_USAGE]"],
  ['stack "error: a" made', 'stack "error: a" made'],
])("text is coloured only by the colours handed in: %j", (text, shown) => {
  expect(colouredLines(text, colours)).toBe(shown);
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
