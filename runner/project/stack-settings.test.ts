import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { projectTrust } from "./project-trust.js";
import { assertStackSettings, readStackRecord, stackSettingsPath, writeStackRecord } from "./stack-settings.js";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "planton-settings-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (text: string): void => writeFileSync(stackSettingsPath(folder, "dev"), text);

test("a settings file that was changed in between is read anew", () => {
  write("config:\n  planton:id: one\n");
  expect(readStackRecord(folder, "dev")?.id).toBe("one");
  write("config:\n  planton:id: two\n");
  expect(readStackRecord(folder, "dev")?.id).toBe("two");
  rmSync(stackSettingsPath(folder, "dev"));
  expect(readStackRecord(folder, "dev")).toBeUndefined();
});

test("what is written is read back, and only what is written", () => {
  write("config:\n  planton:id: one\n");
  const before = readStackRecord(folder, "dev");
  writeStackRecord(folder, { stack: "dev", id: "two" });
  write("config:\n  planton:id: one\n");
  expect(readStackRecord(folder, "dev")).toEqual(before);
});

test("a key that was added in between is refused, although the file was good before", () => {
  const trust = projectTrust({ HOME: folder });
  write("config:\n  planton:id: one\n");
  readStackRecord(folder, "dev");
  assertStackSettings(folder, "dev", trust);
  write("config:\n  planton:id: one\n  pulumi:disable-default-providers: [digitalocean]\nplugins: {}\n");
  readStackRecord(folder, "dev");
  expect(() => assertStackSettings(folder, "dev", trust)).toThrow(/./);
});
