import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { waitUntil } from "../engine/engine-test-bed.js";
import { withFileLock } from "./file-lock.js";
import { machineId, processStart } from "./process-info.js";

let folder: string;
let path: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "planton-lock-"));
  path = join(folder, "deep", "lock");
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

const lock = (onWait: () => void = () => {}) => ({ path, onWait, pollMs: 5, silenceMs: 100 });

function writeLock(record: Record<string, unknown> | string): void {
  mkdirSync(join(folder, "deep"), { recursive: true });
  writeFileSync(path, typeof record === "string" ? record : JSON.stringify(record));
}

const holder = { token: "t", since: "2026-01-01T00:00:00.000Z" };
const deadPid = (): number => spawnSync("true").pid;

/** Runs code in another process, with `withFileLock` and `path` at hand. */
function inProcess(code: string): ChildProcess {
  const module = new URL("./file-lock.ts", import.meta.url).href;
  const script = `import { withFileLock } from ${JSON.stringify(module)};
    import { readFileSync, writeFileSync } from "node:fs";
    const path = ${JSON.stringify(path)};
    const lock = { path, onWait() {}, pollMs: 1 };
    ${code}`;
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  children.push(child);
  return child;
}

test("gives back the action's result and leaves no file", async () => {
  expect(await withFileLock(lock(), async () => existsSync(path))).toBe(true);
  expect(existsSync(path)).toBe(false);
});

test("is released when the action fails", async () => {
  const failure = new Error("no");
  await expect(withFileLock(lock(), () => Promise.reject(failure))).rejects.toBe(failure);
  expect(existsSync(path)).toBe(false);
});

test.each([
  { what: "one after the other", leave: "" },
  {
    what: "also when every holder dies without a release",
    leave: "writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), token: '', start: '1' }));",
  },
])("excludes other processes, $what", async ({ leave }) => {
  const counter = join(folder, "counter");
  writeFileSync(counter, "0");
  const code = `for (let i = 0; i < 100; i++) await withFileLock(lock, async () => {
    const value = Number(readFileSync(${JSON.stringify(counter)}, "utf8"));
    await new Promise((done) => setImmediate(done));
    writeFileSync(${JSON.stringify(counter)}, String(value + 1));
    ${leave}
  });`;
  const codes = await Promise.all(
    [1, 2, 3].map(() => new Promise((done) => inProcess(code).on("exit", (exit) => done(exit)))),
  );
  expect(codes).toEqual([0, 0, 0]);
  expect(readFileSync(counter, "utf8")).toBe("300");
}, 30_000);

test("of a process that was killed is taken over", async () => {
  const child = inProcess("await withFileLock(lock, () => new Promise(() => setInterval(() => {}, 1000)));");
  await waitUntil(() => existsSync(path) && readFileSync(path, "utf8") !== "");
  let waited = false;
  const result = withFileLock(
    lock(() => (waited = true)),
    async () => "mine",
  );
  await waitUntil(() => waited);
  child.kill("SIGKILL");
  expect(await result).toBe("mine");
}, 30_000);

test.each([
  { what: "a dead process", record: () => ({ ...holder, machine: machineId(), pid: deadPid(), start: "" }) },
  {
    what: "a number that now means another process",
    record: () => ({ ...holder, machine: machineId(), pid: process.pid, start: "1" }),
  },
  {
    what: "a silent process of another machine",
    record: () => ({ ...holder, machine: "elsewhere", pid: 1, start: "1" }),
  },
  { what: "nobody known", record: () => "" },
])("of $what is taken over by exactly one at a time", async ({ record }) => {
  writeLock(record());
  let inside = 0;
  const together = async (): Promise<number> => {
    const now = ++inside;
    await new Promise((done) => setImmediate(done));
    inside--;
    return now;
  };
  const all = await Promise.all(Array.from({ length: 5 }, () => withFileLock(lock(), together)));
  expect(all).toEqual([1, 1, 1, 1, 1]);
  expect(existsSync(path)).toBe(false);
});

test("of another machine's process that shows signs of life is waited for", async () => {
  writeLock({ ...holder, machine: "elsewhere", pid: 1, start: "1" });
  let beats = 0;
  const beat = setInterval(() => utimesSync(path, new Date(), new Date(Date.now() + ++beats)), 20);
  let entered = false;
  const waiting = withFileLock({ ...lock(), silenceMs: 1000 }, async () => {
    entered = true;
  });
  await waitUntil(() => beats > 15);
  expect(entered).toBe(false);
  clearInterval(beat);
  await waiting;
});

test("is taken over although another process died while doing so", async () => {
  writeLock({ ...holder, machine: machineId(), pid: deadPid(), start: "" });
  const breaker = `${path}.break`;
  mkdirSync(breaker);
  utimesSync(breaker, new Date(0), new Date(0));
  expect(await withFileLock(lock(), async () => "mine")).toBe("mine");
});

test("reports who holds it", async () => {
  writeLock({ ...holder, machine: machineId(), pid: process.pid, start: processStart(process.pid) ?? "" });
  const reported: unknown[] = [];
  const waiting = withFileLock({ ...lock(), onWait: (who) => reported.push(who) }, async () => {});
  await waitUntil(() => reported.length > 0);
  rmSync(path);
  await waiting;
  expect(reported).toEqual([{ pid: process.pid, since: holder.since }]);
});
