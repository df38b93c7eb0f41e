import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { pulumiProcess } from "./spawn-pulumi.js";

const folder = mkdtempSync(join(tmpdir(), "spawn-pulumi-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const secret = 'marker-"1"-ä';

/** A program in pulumi's place that writes the bytes of a string one by one to both streams. */
function writing(text: string): string {
  const path = join(folder, "pulumi");
  const script = `#!${process.execPath}
const { writeSync } = require("node:fs");
for (const byte of Buffer.from(${JSON.stringify(text)})) for (const stream of [1, 2]) writeSync(stream, Buffer.from([byte]));
`;
  writeFileSync(path, script);
  chmodSync(path, 0o700);
  return path;
}

test("what pulumi prints is masked on both streams, however it comes", async () => {
  const text = `a ${secret} b ${JSON.stringify(secret)} c ${Buffer.from(secret).toString("base64")} d mark`;
  const pulumi = pulumiProcess({ engine: { path: writing(text) }, cwd: folder, env: process.env, secrets: [secret] });
  const written = { stdout: "", stderr: "" };
  const end = await pulumi.passThrough(["up"], {
    writeStdout: (part) => {
      written.stdout += part;
    },
    writeStderr: (part) => {
      written.stderr += part;
    },
  });
  const shown = 'a [secret] b "[secret]" c [secret] d mark';
  expect({ ...written, kept: end.stderr, code: end.code }).toEqual({
    stdout: shown,
    stderr: shown,
    kept: shown,
    code: 0,
  });
  expect((await pulumi.capture(["version"])).stderr).toBe(shown);
});

test("what pulumi prints moves no cursor and is no command for a CI system, but for a value that a program reads", async () => {
  const text = `\u001b[1mok\u001b[0m \r\u001b[2Kforged\n::warning::of ${secret}\n`;
  const pulumi = pulumiProcess({ engine: { path: writing(text) }, cwd: folder, env: process.env, secrets: [secret] });
  const run = async (exactStdout: boolean) => {
    const written = { stdout: "", stderr: "" };
    await pulumi.passThrough(["stack", "output"], {
      exactStdout,
      writeStdout: (part) => {
        written.stdout += part;
      },
      writeStderr: (part) => {
        written.stderr += part;
      },
    });
    return written;
  };
  const shown = "\u001b[1mok\u001b[0m \\r\\x1b[2Kforged\n\\u003a:warning::of [secret]\n";
  expect(await run(false)).toEqual({ stdout: shown, stderr: shown });
  expect(await run(true)).toEqual({ stdout: text.replace(secret, "[secret]"), stderr: shown });
});
