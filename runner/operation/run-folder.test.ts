import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ownIdentity } from "../system/process-info.js";
import { makeRunFolder, sweepRunFolders } from "./run-folder.js";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "planton-home-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

test("the folders of dead runs go, with what they hold; those of living ones and all else stay", () => {
  const env = { PLANTON_HOME: home };
  const dead = makeRunFolder(env);
  writeFileSync(join(dead, "stack-input.yaml"), "provider_config: {}");
  const note = { ...ownIdentity(), pid: spawnSync("true").pid, purpose: "run" };
  writeFileSync(join(dead, "owner.json"), JSON.stringify(note));
  const alive = makeRunFolder(env);
  const other = join(home, "run", "other");
  mkdirSync(other);
  expect(sweepRunFolders(env, Date.now())).toEqual([]);
  expect([dead, alive, other].map(existsSync)).toEqual([false, true, true]);
});

test("a home without runs is no fault", () => {
  expect(sweepRunFolders({ PLANTON_HOME: join(home, "absent") }, Date.now())).toEqual([]);
});
