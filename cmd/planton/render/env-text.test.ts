import { expect, test } from "vitest";
import { envText } from "./env-text.js";

test.each([
  {
    outputs: { connection_uri: "mysql://u:p@h:4000/test?ssl=%7B%7D&a=$b" },
    text: "CONNECTION_URI='mysql://u:p@h:4000/test?ssl=%7B%7D&a=$b'",
  },
  { outputs: { port: 4000, adopted: false }, text: "PORT='4000'\nADOPTED='false'" },
  { outputs: { zones: ["a", "b"] }, text: `ZONES='["a","b"]'` },
  { outputs: { "odd-name": "it's\na $x" }, text: 'ODD_NAME="it\'s\\na \\$x"' },
  { outputs: { "1st": "" }, text: "_1ST=''" },
])("$text", ({ outputs, text }) => {
  expect(envText(outputs)).toBe(text);
});
