import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";
import { readFileText } from "./read-file-text.js";

const folder = mkdtempSync(join(tmpdir(), "planton-read-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return name;
}

function link(name: string, target: string): string {
  symlinkSync(target, join(folder, name));
  return name;
}

test.each<[name: string, path: () => string, code: string]>([
  ["is not there", () => "none.yaml", "E_LOAD_NOT_FOUND"],
  ["lies below a file", () => `${file("plain", "a")}/b.yaml`, "E_LOAD_NOT_FOUND"],
  ["is a folder", () => ".", "E_LOAD_UNREADABLE"],
  ["has 10 MB", () => file("large.yaml", "a".repeat(10_000_000)), "E_LOAD_TOO_LARGE"],
  ["is a device without an end", () => "/dev/zero", "E_LOAD_UNREADABLE"],
  ["is a device without content", () => "/dev/null", "E_LOAD_UNREADABLE"],
  ["is a link to a device", () => link("link.yaml", "/dev/zero"), "E_LOAD_UNREADABLE"],
  ["is not UTF-8", () => file("latin.yaml", new Uint8Array([0x61, 0xe9, 0x62])), "E_LOAD_UNREADABLE"],
  ["is binary", () => file("binary.yaml", new Uint8Array([0x61, 0x00, 0x62])), "E_LOAD_UNREADABLE"],
])("refuses a file that %s", (_name, path, code) => {
  expect(() => readFileText({ file: path(), cwd: folder })).toThrow(expect.objectContaining({ code }));
});

test.skipIf(process.getuid?.() === 0)("refuses a file that may not be read", () => {
  const name = file("closed.yaml", "a: 1");
  chmodSync(join(folder, name), 0o000);
  expect(() => readFileText({ file: name, cwd: folder })).toThrow(
    expect.objectContaining({ code: "E_LOAD_UNREADABLE" }),
  );
});

test("reads relative to the folder given, without a byte order mark", () => {
  expect(readFileText({ file: file("bom.yaml", "\uFEFFa: é\r\n"), cwd: folder })).toBe("a: é\r\n");
});

test("never waits for the writer of a pipe, so that its process can always be ended", () => {
  execFileSync("mkfifo", [join(folder, "pipe.yaml")]);
  const reader = pathToFileURL(join(import.meta.dirname, "read-file-text.ts")).href;
  const script = `import { readFileText } from ${JSON.stringify(reader)};
    try { readFileText({ file: "pipe.yaml", cwd: ${JSON.stringify(folder)} }); } catch (error) { console.log(error.code); }`;
  // In a process of its own: a read that waits could not be ended from within.
  const words = ["--import", "tsx", "--input-type", "module", "--eval", script];
  expect(execFileSync(process.execPath, words, { timeout: 30_000, encoding: "utf8" }).trim()).toBe("E_LOAD_UNREADABLE");
});
