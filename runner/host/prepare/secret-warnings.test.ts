import { expect, test } from "vitest";
import { openSecretWarnings } from "./secret-warnings.js";

const started = (shown: readonly string[] = []): Record<string, string> => ({
  PLANTON_RUN_SECRET_WARNINGS: JSON.stringify(shown),
});

test.each<[what: string, dryRun: boolean, env: Record<string, string>, expected: readonly string[]]>([
  ["a preview of planton", true, started(), ["a", "b"]],
  ["a preview of planton that has shown one", true, started(["a"]), ["b"]],
  ["the update after it", false, started(), []],
  ["an update without a preview", false, { ...started(["a"]), PLANTON_RUN_PREVIEW: "skipped" }, ["b"]],
  ["plain pulumi", false, {}, ["a", "b"]],
  ["a broken list", true, { PLANTON_RUN_SECRET_WARNINGS: "{" }, ["a", "b"]],
])("in %s", async (_what, dryRun, env, expected) => {
  const warnings = openSecretWarnings({ dryRun }, env);
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
