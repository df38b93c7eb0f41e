import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Doc, docCommands, notRun, readDocs } from "../../docs/doc-blocks.js";
import { openBed, type PlantonBed, root, startProcess } from "../../support/planton-bed.js";

const docs = readDocs().filter((doc) => commandsOf(doc).length > 0);

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openBed();
});
afterAll(() => bed.close());

test("there are commands to run", () => {
  expect(docs.map(({ path }) => path)).toContain("README.md");
});

test.each(docs)("the commands of $path work one after the other in one shell", { timeout: 300_000 }, async (doc) => {
  const folder = mkdtempSync(join(bed.folder, "doc-"));
  // A page's commands begin in the project's folder.
  cpSync(join(root, "examples"), join(folder, "examples"), { recursive: true });
  for (const { file, text } of doc.blocks) {
    if (file === undefined || file.startsWith("~")) continue;
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  const script = commandsOf(doc).flatMap(({ text, exitCode }) => [
    `printf '\\n$ %s\\n' '${text.replaceAll("'", "'\\''")}'`,
    text,
    `code=$?; if [ $code -ne ${exitCode} ]; then echo "exit code $code, expected ${exitCode}"; exit 99; fi`,
  ]);
  writeFileSync(join(folder, "commands.sh"), script.join("\n"));
  // A new user's shell: nothing of the sandbox is set before the document says so.
  const env = {
    PATH: [join(root, "bin"), bed.env["PATH"]].join(":"),
    HOME: bed.env["HOME"],
    PLANTON_HOME: bed.home,
    LANG: "C.UTF-8",
  };
  const ended = await startProcess("bash", ["commands.sh"], { cwd: folder, env }).ended;
  expect(ended.code, ended.all.slice(-6000)).toBe(0);
});

function commandsOf(doc: Doc): ReturnType<typeof docCommands> {
  const commands = doc.blocks.filter(({ language }) => language === "sh").flatMap(docCommands);
  return commands.filter(({ text }) => !notRun.has(text));
}
