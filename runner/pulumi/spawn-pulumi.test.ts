import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { pulumiProcess } from "./spawn-pulumi.js";

const folder = mkdtempSync(join(tmpdir(), "spawn-pulumi-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const secret = 'marker-"1"-ä';

/** A program in pulumi's place that writes the bytes of a text one by one to both streams. */
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
