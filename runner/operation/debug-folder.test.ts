import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ownIdentity } from "../system/process-info.js";
import { makeDebugFolder, scrubDebugFolder, withPrivateFiles } from "./debug-folder.js";

const secret = "dop_v1_secret-of-a-test";
const secrets = [secret];

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "planton-debug-"));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const make = (stack = "p/s"): string => makeDebugFolder({ parent, stack, secrets, nowMs: Date.now() });
const modeOf = (path: string): number => statSync(path).mode & 0o777;

function writeLog(folder: string): string {
  mkdirSync(join(folder, "deep"));
  const log = join(folder, "deep", "pulumi.log");
  writeFileSync(log, `token ${secret}`);
  chmodSync(log, 0o644);
  return log;
}

test("a run's folder is scrubbed at the end; what else is in the parent stays as it is", () => {
  const own = join(parent, "stack-input.yaml");
  writeFileSync(own, `api_token: ${secret}`);
  chmodSync(own, 0o644);
  const folder = make();
  const log = writeLog(folder);
  scrubDebugFolder(folder, secrets);
  expect(modeOf(folder)).toBe(0o700);
  expect([readFileSync(log, "utf8"), modeOf(log)]).toEqual(["token [secret]", 0o600]);
  expect([readFileSync(own, "utf8"), modeOf(own)]).toEqual([`api_token: ${secret}`, 0o644]);
  expect(readdirSync(folder)).toEqual(["deep"]);
});

test.each([
  { what: "a killed run of the same stack", owner: { pid: spawnSync("true").pid }, text: "token [secret]" },
  { what: "a run that goes on", owner: {}, text: `token ${secret}` },
  {
    what: "a killed run of another stack, whose secrets are not known",
    owner: { pid: spawnSync("true").pid, purpose: "p/other" },
    text: `token ${secret}`,
  },
])("what $what has left reads $text after the next start", ({ owner, text }) => {
  const left = make();
  writeFileSync(join(left, "owner.json"), JSON.stringify({ ...ownIdentity(), purpose: "p/s", ...owner }));
  const log = writeLog(left);
  expect(make()).not.toBe(left);
  expect(readFileSync(log, "utf8")).toBe(text);
});

test("files of what is started are private from the start, and ours as before", () => {
  const file = (name: string): string => join(parent, name);
  withPrivateFiles(() => spawnSync("sh", ["-c", `echo > ${file("child")}`]));
  writeFileSync(file("after"), "");
  expect(modeOf(file("child"))).toBe(0o600);
  expect(modeOf(file("after"))).toBe(0o666 & ~process.umask());
});
