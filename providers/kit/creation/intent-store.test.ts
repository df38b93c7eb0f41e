import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { createIntentStore } from "./intent-store.js";

const cleanups: (() => unknown)[] = [];

afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

describe("intents", () => {
  const of = { vendor: "some-vendor", account: "account" };
  const subject = { urn: "urn:a", owner: "me" };
  const intent = { displayName: "db-1", knownBefore: ["1"], startedAtMs: 5 };

  it("are kept by subject and account in files for the user alone", () => {
    const folder = mkdtempSync(join(tmpdir(), "planton-intents-"));
    cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
    const store = createIntentStore(join(folder, "intents"), of);
    expect(store.read(subject)).toBeUndefined();
    store.write(subject, intent);
    expect(store.read(subject)).toEqual(intent);
    expect(store.read({ ...subject, owner: "you" })).toBeUndefined();
    expect(createIntentStore(join(folder, "intents"), { ...of, account: "other" }).read(subject)).toBeUndefined();
    const [file = "", ...more] = readdirSync(join(folder, "intents"));
    expect([more, /^some-vendor-[0-9a-f]{32}\.json$/.test(file)]).toEqual([[], true]);
    expect(statSync(join(folder, "intents", file)).mode & 0o777).toBe(0o600);
    store.write(subject, { ...intent, id: "7", answered: true });
    expect(store.read(subject)).toEqual({ ...intent, id: "7", answered: true });
    writeFileSync(join(folder, "intents", file), "{");
    expect(() => store.read(subject)).toThrow(expect.objectContaining({ code: "E_PENDING_OPERATIONS" }));
    store.remove(subject);
    store.remove(subject);
    expect(store.read(subject)).toBeUndefined();
  });

  it("that cannot be written stop a creation", () => {
    const folder = mkdtempSync(join(tmpdir(), "planton-intents-"));
    cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(join(folder, "file"), "");
    const store = createIntentStore(join(folder, "file", "intents"), of);
    expect(() => store.write(subject, intent)).toThrow(expect.objectContaining({ code: "E_PENDING_OPERATIONS" }));
  });
});
