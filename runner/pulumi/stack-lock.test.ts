import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { processName, processStart } from "../system/process-info.js";
import { lockText, readStackLocks, removeCutLocks } from "./stack-lock.js";
import { lockFolder } from "./stack-ref.js";

const root = mkdtempSync(join(tmpdir(), "stack-lock-"));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(root, { recursive: true, force: true });
});

/** Whether a lock of this process counts as stale. */
function isStale(pid: number, since: Date, host = hostname()): boolean | undefined {
  const folder = join(root, ".pulumi", "locks", "organization", "shop", "dev");
  mkdirSync(folder, { recursive: true });
  const lock = { pid, username: "me", hostname: host, timestamp: since.toISOString() };
  writeFileSync(join(folder, "lock.json"), JSON.stringify(lock));
  return readStackLocks({ backendUrl: `file://${root}`, project: "shop", stack: "dev", dir: root })[0]?.isStale;
}

function start(command: string, ...words: string[]): number {
  const child = spawn(command, words, { stdio: "ignore" });
  children.push(child);
  return child.pid ?? 0;
}

const hourMs = 3_600_000;

describe.runIf(process.platform === "linux")("a lock", () => {
  it("is held while its process runs", () => {
    expect(isStale(process.pid, new Date())).toBe(false);
  });

  it("is stale when its number belongs to a process that started later", () => {
    const pid = start("sleep", "60");
    expect(isStale(pid, new Date(Date.now() - hourMs))).toBe(true);
    expect(isStale(pid, new Date())).toBe(false);
  });

  it("is stale when its process has ended and waits to be reaped", async () => {
    // The shell becomes a program that never reaps what it has started; before that it might reap a child itself.
    const parent = spawn("/bin/sh", ["-c", "exec 3<&0; cat <&3 & echo $!; exec sleep 60"], {
      stdio: ["pipe", "pipe", "ignore"],
    });
    children.push(parent);
    const [line] = (await once(parent.stdout, "data")) as [Buffer];
    const child = Number(line.toString());
    await expect.poll(() => processName(parent.pid ?? 0), { timeout: 10_000 }).toBe("sleep");
    parent.stdin.end();
    await expect.poll(() => processStart(child), { timeout: 10_000 }).toBe("ended");
    expect(isStale(child, new Date())).toBe(true);
  });

  it("of another machine never is", () => {
    expect(isStale(2 ** 22 + 1, new Date(), "elsewhere")).toBe(false);
  });
});

it("takes away what a full disk has left of a lock, and nothing that is being written or holds the stack", () => {
  const place = { backendUrl: `file://${root}`, project: "cut", stack: "db.a", dir: root };
  const folder = lockFolder(place) ?? "";
  mkdirSync(folder, { recursive: true });
  const now = new Date();
  const old = new Date(now.getTime() - 5000);
  const files = [
    ["held.json", "{}", old],
    ["left.json.18ed0257c7fb0edd.tmp", "", old],
    ["written.json.18ed0257c7fb0ede.tmp", "{}", old],
    ["begun.json.18ed0257c7fb0edf.tmp", "", now],
  ] as const;
  for (const [name, text, time] of files) {
    writeFileSync(join(folder, name), text);
    utimesSync(join(folder, name), time, time);
  }
  removeCutLocks(place, now.getTime());
  expect(readdirSync(folder).sort()).toEqual([
    "begun.json.18ed0257c7fb0edf.tmp",
    "held.json",
    "written.json.18ed0257c7fb0ede.tmp",
  ]);
});

describe("a lock in words", () => {
  const since = "2026-11-30T09:43:10.445834724Z";
  const sinceMs = Date.parse(since);
  const lock = { path: "", pid: 4711, username: "deploy", hostname: "host1", isStale: false };
  it.each([
    [since, 0, ", just now"],
    [since, 1_000, ", 1 second ago"],
    [since, 59_999, ", 59 seconds ago"],
    [since, 3 * 60_000 + 500, ", 3 minutes ago"],
    [since, 3_600_000, ", 1 hour ago"],
    [since, 50 * 3_600_000, ", 2 days ago"],
    [since, -5_000, ""],
    ["yesterday", 0, ""],
  ])("of %s says after %d ms how long ago that was: %j", (taken, afterMs, ago) => {
    const text = lockText({ ...lock, since: taken }, sinceMs + afterMs);
    expect(text).toBe(`deploy@host1, process 4711, since ${taken}${ago}`);
  });
});
