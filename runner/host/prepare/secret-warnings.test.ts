import { expect, test } from "vitest";
import { readRunHandoff, runHandoffVariables } from "../../project/run-handoff.js";
import { openSecretWarnings } from "./secret-warnings.js";

const started = (secretWarnings: readonly string[] = [], skipsPreview = false) =>
  runHandoffVariables({
    stack: "s",
    operation: "up",
    hasCredentials: true,
    hasShownWarnings: true,
    secretWarnings,
    skipsPreview,
  });

test.each<[what: string, dryRun: boolean, env: Readonly<Record<string, string>>, expected: readonly string[]]>([
  ["a preview of planton", true, started(), ["a", "b"]],
  ["a preview of planton that has shown one", true, started(["a"]), ["b"]],
  ["the update after it", false, started(), []],
  ["an update without a preview", false, started(["a"], true), ["b"]],
  ["plain pulumi", false, {}, ["a", "b"]],
  ["a run with a variable of somebody else", true, { PLANTON_RUN: "{" }, ["a", "b"]],
])("in %s", async (_what, dryRun, env, expected) => {
  const warnings = openSecretWarnings({ dryRun }, readRunHandoff(env, "s"));
  const shown: string[] = [];
  const log = async (severity: string, text: string): Promise<void> => {
    expect(severity).toBe("warning");
    shown.push(text);
  };
  for (const text of ["a", "b"]) warnings.add(text);
  await warnings.show(log);
  await warnings.show(log);
  expect(shown).toEqual(expected);
});
