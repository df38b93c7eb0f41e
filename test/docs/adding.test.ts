import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Command } from "commander";
import { afterAll, beforeAll, expect, it } from "vitest";
import { catalog } from "../../apis/gen/catalog.js";
import { addNewCommand } from "../../cmd/planton/commands/new/new.js";
import { noTrace } from "../../contract/trace.js";
import { projectRoot } from "../support/kinds/kind-examples.js";
import { docBlocks, docCommands } from "./doc-blocks.js";

const pages = ["docs/adding-a-kind.md", "docs/adding-a-vendor.md"];
/** Beside those of the pages: what the command writes has to pass as it is. */
const asWritten = [
  ["vendor", "plain", "--display-name", "Plain Cloud", "--resource", "AccessKey"],
  ["kind", "DopplerProject"],
  ["kind", "TiDBCloudBranch"],
  ["kind", "DigitalOceanDroplet"],
];

const sources = ["apis", "contract", "http", "clients", "modules", "runner", "cmd", "providers", "sandbox"];
const copied = [...sources, "test", "tools", "examples", "docs"];
const copiedFiles = ["package.json", "tsconfig.json", "vitest.config.ts", "buf.yaml", "buf.gen.yaml", "biome.json"];

let copy: string;
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "planton-adding-"));
  for (const path of [...copied, ...copiedFiles])
    cpSync(join(projectRoot, path), join(copy, path), { recursive: true });
  symlinkSync(join(projectRoot, "node_modules"), join(copy, "node_modules"));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** Runs a program in the copy; gives what it printed, and throws with it when it fails. */
function run(program: string, args: readonly string[], input = ""): string {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: copy, encoding: "utf8", input });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${status}\n${stdout}\n${stderr}`);
  return stdout;
}

const tool = (name: string, ...args: readonly string[]): string => run(join("node_modules", ".bin", name), args);

/** Runs `planton new` in the copy; gives the paths that it says it has written. */
async function plantonNew(words: readonly string[]): Promise<readonly string[]> {
  const out: string[] = [];
  const silent = { env: process.env, interactive: false, err: () => {}, readStdin: async () => "", exit: () => {} };
  const program = new Command().exitOverride();
  addNewCommand(program, { ...silent, cwd: copy, trace: noTrace, out: (line) => out.push(line) });
  await program.parseAsync(["new", ...words], { from: "user" });
  return out.slice(0, out.indexOf(""));
}

/** Carries a page out: its `planton new`, files that it gives whole, and changes. Gives the paths of the sources. */
async function followPage(page: string): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const block of docBlocks(readFileSync(join(projectRoot, page), "utf8"))) {
    const { language, file, text } = block;
    if (language === "diff") {
      run("git", ["apply", "-"], text);
      paths.push(...[...text.matchAll(/^\+\+\+ b\/(\S+)$/gm)].map(([, path = ""]) => path));
    } else if (file !== undefined) {
      mkdirSync(dirname(join(copy, file)), { recursive: true });
      writeFileSync(join(copy, file), text);
      paths.push(file);
    } else if (language === "sh") {
      const words = docCommands(block).map((command) => command.text.split(" "));
      for (const [name, first, ...rest] of words)
        if (name === "planton" && first === "new") paths.push(...(await plantonNew(rest)));
    }
  }
  return paths;
}

/** Runs test files of the copy, without the tests of kinds that the project has. */
function runTests(files: readonly string[]): { readonly passed: number; readonly failed: readonly string[] } {
  const folders = readdirSync(join(projectRoot, "modules"), { recursive: true, encoding: "utf8" });
  const examples = folders.filter((path) => path.endsWith("/examples")).map((path) => `modules/${path}/`);
  const others = [...catalog.kinds.map(({ kind }) => kind), ...examples, "'?examples/"];
  const args = ["run", "--project", "unit", "--reporter=json", ...files, "-t", `^(?!.*(${others.join("|")}))`];
  const { stdout, stderr } = spawnSync("node_modules/.bin/vitest", args, { cwd: copy, encoding: "utf8" });
  if (!stdout.startsWith("{")) throw new Error(`vitest made no report\n${stdout}\n${stderr}`);
  // In the form of vitest's JSON reporter.
  const { testResults } = JSON.parse(stdout) as { readonly testResults: readonly TestFile[] };
  const results = testResults.flatMap(({ name, message, assertionResults }) =>
    message === ""
      ? assertionResults
      : [...assertionResults, { fullName: name, status: "failed", failureMessages: [message] }],
  );
  const failed = results.filter(({ status }) => status === "failed");
  return {
    passed: results.filter(({ status }) => status === "passed").length,
    failed: failed.map(({ fullName, failureMessages }) => `${fullName}: ${failureMessages.join("\n")}`),
  };
}

interface TestFile {
  readonly name: string;
  /** Why the file as a whole failed; else empty. */
  readonly message: string;
  readonly assertionResults: readonly {
    readonly fullName: string;
    readonly status: string;
    readonly failureMessages: readonly string[];
  }[];
}

it("what the pages say and the command writes passes every check", { timeout: 600_000 }, async () => {
  const plain: string[] = [];
  for (const words of asWritten) plain.push(...(await plantonNew(words)));
  const paths = new Set(plain);
  for (const page of pages) for (const path of await followPage(page)) paths.add(path);
  const typescript = [...paths].filter((path) => path.endsWith(".ts"));
  expect(plain.length).toBeGreaterThan(25);
  const written = new Map(plain.map((path) => [path, readFileSync(join(copy, path), "utf8")]));
  tool("tsx", "tools/generate.ts");
  tool("tsx", "tools/check/check-protos.ts");
  tool("biome", "check", ...typescript);
  const lists = ["cmd/gen/plugins/*", "modules/gen/*", "sandbox/gen/*"];
  const tsconfig = { extends: "./tsconfig.json", include: lists, files: typescript };
  writeFileSync(join(copy, "tsconfig.adding.json"), JSON.stringify(tsconfig));
  tool("tsc", "-p", "tsconfig.adding.json");
  const { passed, failed } = runTests([
    ...["test/conformance", "modules/acme", "modules/digitalocean/uptime-check", "providers/acme"],
    ...["providers/plain/plain-provider", "providers/digitalocean/uptime-check"],
    "providers/digitalocean/digitalocean-provider",
  ]);
  expect(failed).toEqual([]);
  expect(passed).toBeGreaterThan(150);
  // No file of these was touched since.
  expect(plain.filter((path) => readFileSync(join(copy, path), "utf8") !== written.get(path))).toEqual([]);
});
