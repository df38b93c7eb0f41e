import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { assertUsableState, readStateFile } from "./state-file.js";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "planton-state-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const place = () => ({ backendUrl: `file://${dir}`, project: "app", stack: "dev", dir });
const state = "stacks/app/dev.json";

function path(name: string): string {
  const file = join(dir, ".pulumi", name);
  mkdirSync(dirname(file), { recursive: true });
  return file;
}

describe("a state file that was cut off", () => {
  beforeEach(() => writeFileSync(path(state), '{"version": 3, "check'));

  test("is refused with the backup beside it", () => {
    writeFileSync(path(`${state}.bak`), '{"version": 3}');
    const refused = expect.objectContaining({ code: "E_FILESYSTEM", hint: expect.stringContaining(`${state}.bak`) });
    expect(() => readStateFile(place())).toThrow(refused);
    expect(() => assertUsableState(place())).toThrow(refused);
  });

  test.each(["", "{"])("is refused without a backup that is no better: %j", (backup) => {
    writeFileSync(path(`${state}.bak`), backup);
    const refused = expect.objectContaining({ code: "E_FILESYSTEM", hint: expect.not.stringContaining(".bak") });
    expect(() => readStateFile(place())).toThrow(refused);
  });
});

test.each([
  "meta.yaml",
  state,
  `${state}.attrs`,
  `${state}.gz`,
  "stacks/dev.json",
  "locks/organization/app/dev/a.json",
])("a pipe or a device as %s is refused before pulumi waits for it", (name) => {
  const refused = expect.objectContaining({ code: "E_FILESYSTEM", message: expect.stringContaining(name) });
  execFileSync("mkfifo", [path(name)]);
  expect(() => assertUsableState(place())).toThrow(refused);
  rmSync(path(name));
  symlinkSync("/dev/zero", path(name));
  expect(() => assertUsableState(place())).toThrow(refused);
});

test("a backend without a file, and one that is none of files, are taken", () => {
  expect(readStateFile(place())).toBeUndefined();
  assertUsableState(place());
  assertUsableState({ ...place(), backendUrl: "s3://states" });
});
