import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openStackLogs } from "./stack-logs.js";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "planton-logs-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test("a stack's log is for its user alone, as is its folder", () => {
  const logs = openStackLogs(root);
  const { path, write } = logs.of("vpc.net");
  write("done\n");
  logs.close();
  expect([statSync(path).mode & 0o777, statSync(dirname(path)).mode & 0o777]).toEqual([0o600, 0o700]);
});

test.each([".planton", ".planton/logs"])("nothing is written where %s is a link", (name) => {
  const outside = join(root, "outside");
  mkdirSync(join(outside, "logs"), { recursive: true });
  mkdirSync(dirname(join(root, name)), { recursive: true });
  symlinkSync(name === ".planton" ? outside : join(outside, "logs"), join(root, name));
  expect(() => openStackLogs(root).of("vpc.net")).toThrow(expect.objectContaining({ code: "E_PROJECT_INVALID" }));
  expect(existsSync(join(outside, "logs/vpc.net.log"))).toBe(false);
});
