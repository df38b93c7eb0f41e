import { type ChildProcessByStdio, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { afterAll, expect, test } from "vitest";
import { isReadOnce, isStandardInput, type ReadInputTextInput, readInputText } from "./read-once.js";

const folder = mkdtempSync(join(tmpdir(), "planton-once-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
writeFileSync(join(folder, "file.yaml"), "a: 1\n");
symlinkSync("/dev/stdin", join(folder, "stdin-link.yaml"));
symlinkSync("/dev", join(folder, "devices"));
let made = 0;

function pipe(): string {
  made += 1;
  const name = `pipe-${made}.yaml`;
  execFileSync("mkfifo", [join(folder, name)]);
  return name;
}

function input(file: string, patienceMs?: number): ReadInputTextInput {
  const readStdin = () => Promise.resolve("standard input");
  return { file, cwd: folder, readStdin, ...(patienceMs === undefined ? {} : { patienceMs }) };
}

test.each([
  ["-", true, true],
  ["/dev/stdin", true, true],
  ["/dev/fd/0", true, true],
  ["/proc/self/fd/0", true, true],
  [`/proc/${process.pid}/fd/0`, true, true],
  ["stdin-link.yaml", true, true],
  ["devices/stdin", true, true],
  ["/dev/fd/63", true, false],
  ["/proc/1/fd/0", true, false],
  ["/dev/zero", true, false],
  [pipe(), true, false],
  ["file.yaml", false, false],
  [".", false, false],
  ["none.yaml", false, false],
])("%s is read once: %s, standard input: %s", (file, once, standard) => {
  expect([isReadOnce(file, folder), isStandardInput(file, folder)]).toEqual([once, standard]);
});

test.each([
  ["-", "standard input"],
  ["/dev/stdin", "standard input"],
  ["file.yaml", "a: 1\n"],
])("%s is read", async (file, text) => {
  expect(await readInputText(input(file))).toBe(text);
});

/** A shell that holds the pipe open for writing, as descriptor 3, when it is given back. */
async function writer(file: string, script: string): Promise<ChildProcessByStdio<Writable, Readable, null>> {
  const child = spawn("sh", ["-c", `exec 3<>"${file}"; echo ready; ${script}`], {
    cwd: folder,
    stdio: ["pipe", "pipe", "inherit"],
  });
  await new Promise((resolve) => child.stdout.once("data", resolve));
  return child;
}

test("a pipe is read to its end, also when its writer pauses", async () => {
  const file = pipe();
  const shell = await writer(file, 'read go; echo "a: 1" >&3; read go; echo "b: 2" >&3');
  const text = readInputText(input(file));
  shell.stdin.write("go\n");
  shell.stdin.end("go\n");
  expect(await text).toBe("a: 1\nb: 2\n");
});

test("a pipe that nobody writes to is refused at once", async () => {
  await expect(readInputText(input(pipe()))).rejects.toMatchObject({ code: "E_LOAD_UNREADABLE" });
});

test.each([
  ["is silent", "read go", 30, "E_LOAD_UNREADABLE"],
  ["does not end", "exec cat /dev/zero >&3", undefined, "E_LOAD_TOO_LARGE"],
])("a pipe whose writer %s is refused", async (_, script, patienceMs, code) => {
  const file = pipe();
  const shell = await writer(file, script);
  try {
    await expect(readInputText(input(file, patienceMs))).rejects.toMatchObject({ code });
  } finally {
    shell.kill();
  }
});

test.each(["/dev/zero", "/dev/null", "/dev/fd"])("%s is refused", async (file) => {
  await expect(readInputText(input(file))).rejects.toMatchObject({ code: "E_LOAD_UNREADABLE" });
});
