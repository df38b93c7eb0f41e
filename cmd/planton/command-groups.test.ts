import { expect, test } from "vitest";
import { groupOf, withoutGlobalOptions } from "./command-groups.js";

const none = { sandbox: false, debug: false, debugDir: undefined };

test.each([
  ["pulumi up", "pulumi up", none],
  ["--debug pulumi up --sandbox", "pulumi up", { ...none, debug: true, sandbox: true }],
  ["pulumi up --debug-dir logs --yes", "pulumi up --yes", { ...none, debugDir: "logs" }],
  ["--debug-dir=logs pulumi up", "pulumi up", { ...none, debugDir: "logs" }],
  ["pulumi up -- --debug --sandbox", "pulumi up -- --debug --sandbox", none],
  ["pulumi up --debug-dir -- a", "pulumi up --debug-dir -- a", none],
  ["pulumi up --debug-dir", "pulumi up --debug-dir", none],
  ["-- pulumi up --debug", "pulumi up", { ...none, debug: true }],
])("%s", (typed, words, options) => {
  expect(withoutGlobalOptions(typed.split(" "))).toEqual({ words: words.split(" "), options });
});

test("global options before the first word do not hide which command it is", () => {
  expect(groupOf(["--debug", "--debug-dir", "kinds", "validate", "."])).toBe("validate");
});
