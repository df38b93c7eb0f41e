import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PlantonError } from "../../contract/planton-error.js";
import type { DeletionObstacles } from "../../contract/vendor.js";
import { watchDeletions } from "./deletion-obstacles.js";

const type = "digitalocean:index/vpc:Vpc";
const urn = `urn:pulumi:s::p::${type}::net`;

let folder: string;
let obstacles: DeletionObstacles | undefined | PlantonError;
let lines: string[];
let asked: string[];
let stop: () => void;
beforeEach(() => {
  vi.useFakeTimers();
  folder = mkdtempSync(join(tmpdir(), "planton-watch-"));
  obstacles = { found: ['"db" (do:dbaas:1)'], cure: "destroy it", until: "for a minute", isHopeless: false };
  lines = [];
  asked = [];
  stop = watchDeletions({
    eventsPath: join(folder, "events"),
    async read({ id }) {
      asked.push(id);
      if (obstacles instanceof PlantonError) throw obstacles;
      return obstacles;
    },
    report: (line) => lines.push(line),
  });
});
afterEach(() => {
  stop();
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

function write(event: string, fields: object = {}, op = "delete"): void {
  const metadata = { op, urn, type, old: { id: "v-1" } };
  appendFileSync(join(folder, "events"), `${JSON.stringify({ [event]: { metadata, ...fields } })}\n`);
}

test("a deletion that lasts is explained within seconds, once, and again when something changes", async () => {
  write("resourcePreEvent");
  await vi.advanceTimersByTimeAsync(4000);
  expect(asked).toEqual([]);
  await vi.advanceTimersByTimeAsync(2000);
  expect(lines).toEqual([
    expect.stringMatching(/^Vpc "net", id v-1, .*"db" \(do:dbaas:1\); destroy it; for a minute$/),
  ]);
  await vi.advanceTimersByTimeAsync(40_000);
  expect([asked.length > 1, lines.length]).toEqual([true, 1]);
  obstacles = { found: ['"web" (do:droplet:2)'], cure: "destroy it", until: "for a minute", isHopeless: false };
  await vi.advanceTimersByTimeAsync(16_000);
  expect(lines[1]).toContain("do:droplet:2");
});

test.each(["resOutputsEvent", "resOpFailedEvent"])("nothing is said of one that ended by %s", async (end) => {
  write("resourcePreEvent");
  await vi.advanceTimersByTimeAsync(3000);
  write(end);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toEqual([]);
});

test("a deletion of what was replaced counts, a planned one and a creation do not", async () => {
  write("resourcePreEvent", { planning: true });
  write("resourcePreEvent", {}, "create");
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toEqual([]);
  write("resourcePreEvent", {}, "delete-replaced");
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toEqual(["v-1"]);
});

test("nothing in the way, and a vendor that does not respond, are no lines", async () => {
  write("resourcePreEvent");
  obstacles = undefined;
  await vi.advanceTimersByTimeAsync(10_000);
  obstacles = new PlantonError({ code: "E_VENDOR_UNREACHABLE", message: "no response" });
  await vi.advanceTimersByTimeAsync(20_000);
  expect([asked.length, lines]).toEqual([2, []]);
});
