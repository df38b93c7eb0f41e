import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readChanges } from "./stack-changes.js";

const folder = mkdtempSync(join(tmpdir(), "planton-changes-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const step = (event: string, op: string, name: string) => ({
  [event]: { metadata: { op, urn: `urn:${name}`, type: "digitalocean:index/vpc:Vpc" } },
});
const begun = (op: string, name: string): object => step("resourcePreEvent", op, name);
const ended = (op: string, name: string): object => step("resOutputsEvent", op, name);

function changesIn(...events: readonly object[]) {
  const path = join(folder, "events.ndjson");
  writeFileSync(path, events.map((event) => JSON.stringify(event)).join("\n"));
  const { changes, sameCount } = readChanges(path);
  return { changes: changes.map(({ urn, action }) => [urn, action]), sameCount };
}

test("a refresh counts what it found at its end: nothing, another state, or nothing there any more", () => {
  const names = ["same", "other", "gone", "unfinished"];
  const ends = [ended("update", "other"), ended("same", "same"), ended("delete", "gone")];
  expect(changesIn(...names.map((name) => begun("refresh", name)), ...ends)).toEqual({
    changes: [
      ["urn:other", "refresh"],
      ["urn:gone", "delete"],
    ],
    sameCount: 1,
  });
});

test("an up after its refresh: what the refresh found stays, what the up does counts more", () => {
  expect(
    changesIn(
      ...["found", "gone", "replaced", "same"].map((name) => begun("refresh", name)),
      ...[ended("update", "found"), ended("delete", "gone"), ended("update", "replaced"), ended("same", "same")],
      ...[begun("same", "found"), ended("same", "found")],
      ...[begun("create", "gone"), ended("create", "gone")],
      ...[begun("create-replacement", "replaced"), ended("create-replacement", "replaced")],
      ...[begun("update", "same"), ended("update", "same")],
    ),
  ).toEqual({
    changes: [
      ["urn:found", "refresh"],
      ["urn:gone", "create"],
      ["urn:replaced", "replace"],
      ["urn:same", "update"],
    ],
    sameCount: 0,
  });
});

test("a refresh that is part of an up calls all refresh: only what differs counts", () => {
  const found = (name: string, before: object, after: object | undefined, detailedDiff = {}) => {
    const about = { urn: `urn:${name}`, type: "digitalocean:index/vpc:Vpc" };
    const fresh = after === undefined ? undefined : { ...about, ...after };
    return {
      resOutputsEvent: {
        metadata: { ...about, op: "refresh", old: { ...about, ...before }, new: fresh, detailedDiff },
      },
    };
  };
  const secret = { outputs: { password: "[secret]" } };
  expect(
    changesIn(
      ...["same", "other", "gone", "secret"].map((name) => begun("refresh", name)),
      ...[found("same", { outputs: { a: 1 } }, { outputs: { a: 1 } }), found("gone", { id: "1" }, undefined)],
      found("other", { outputs: { a: 1 } }, { outputs: { a: 2 } }),
      found("secret", secret, secret, { password: { diffKind: "update" } }),
    ),
  ).toEqual({
    changes: [
      ["urn:gone", "delete"],
      ["urn:other", "refresh"],
      ["urn:secret", "refresh"],
    ],
    sameCount: 1,
  });
});
