import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clusterYaml } from "../../support/kinds/cluster-yaml.js";
import { faultyInputs } from "../../support/kinds/faulty-inputs.js";
import { leavesNothing } from "../../support/kinds/untouched.js";
import { openBed, type PlantonBed, root } from "../../support/planton-bed.js";
import { expectRefusal } from "../../support/refusal.js";
import { canBeRefused, startWithoutOverride } from "../../support/without-override.js";

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openBed();
});
afterAll(() => bed.close());

/** A heap in which whatever grows with the expanded size of a file ends the process. */
const smallHeap = { NODE_OPTIONS: "--max-old-space-size=96" };

describe.each(faultyInputs)("$what", ({ what, text, findings }) => {
  const file = `${what.replaceAll(/\W+/g, "-")}.yaml`;

  test("validate reports place, value and cure of each fault", async () => {
    writeFileSync(join(bed.folder, file), text);
    const started = Date.now();
    const ended = await bed.planton(["validate", "--format", "json", file], { env: smallHeap });
    expect(Date.now() - started).toBeLessThan(20_000);
    expect(ended.code).toBe(64);
    const { problems } = JSON.parse(ended.stdout) as { problems: Record<string, string | number | null>[] };
    expect(problems.map(place)).toEqual(
      findings.map(({ at, code, path = "", rule = "" }) => `${file}:${at} ${path} ${code} ${rule}`),
    );
    for (const [index, { says = [] }] of findings.entries())
      for (const said of says) expect(`${problems[index]?.["message"]} ${problems[index]?.["hint"]}`).toContain(said);
  });

  test("up reports the same and makes nothing", async () => {
    const ended = await leavesNothing(bed, () => bed.planton(["pulumi", "up", "--yes", "--stack-input", file]));
    expect(ended.code).toBe(64);
    expect(ended.stdout).toBe("");
    const lines = ended.stderr.split("\n").filter((line) => line.startsWith("error: "));
    expect(lines).toHaveLength(findings.length);
    for (const [index, { at, code, path, rule }] of findings.entries()) {
      const where = [`${file}${at === "" ? "" : `:${at}`}`, ...(path === undefined ? [] : [path])].join(": ");
      expect(lines[index]).toContain(`error: ${where}: `);
      expect(lines[index]).toMatch(new RegExp(`\\[${rule ?? code}\\]$`));
    }
  });
});

test("two documents in a file are two manifests for validate, and up does not know which of them is meant", async () => {
  writeFileSync(join(bed.folder, "two.yaml"), `${clusterYaml("one")}---\n${clusterYaml("two")}`);
  expect((await bed.planton(["validate", "two.yaml"])).code).toBe(0);
  const ended = await leavesNothing(bed, () => bed.planton(["pulumi", "up", "--yes", "--stack-input", "two.yaml"]));
  expect([ended.code, ended.stderr]).toEqual([64, expect.stringContaining("[E_LOAD_MULTIPLE_DOCUMENTS]")]);
});

function place({ file, line, column, path, code, rule }: Record<string, string | number | null>): string {
  return `${file}:${line === null ? "" : `${line}:${column}`} ${path ?? ""} ${code} ${rule ?? ""}`;
}

describe("files that cannot be read", () => {
  test.each([
    {
      what: "a folder",
      path: "folder",
      code: "E_LOAD_UNREADABLE",
      says: ["folder: this is a folder", "stack-input.yaml"],
    },
    {
      what: "no file",
      path: "no/where.yaml",
      code: "E_LOAD_NOT_FOUND",
      says: ["no/where.yaml: there is no such file"],
    },
  ])("up refuses $what", async ({ path, code, says }) => {
    mkdirSync(join(bed.folder, "folder"), { recursive: true });
    for (const words of [["up", "--yes"], ["preview"]]) {
      const run = () => bed.planton(["pulumi", ...words, "--stack-input", path]);
      expectRefusal(await leavesNothing(bed, run), { exitCode: 64, code, says });
    }
  });

  test.skipIf(!canBeRefused)("a file that the user may not read", async () => {
    chmodSync(bed.write("secret.yaml", clusterYaml("one")), 0o000);
    for (const words of [
      ["validate", "secret.yaml"],
      ["pulumi", "up", "--yes", "--stack-input", "secret.yaml"],
    ]) {
      const ended = await startWithoutOverride(join(root, "bin/planton"), words, { cwd: bed.folder, env: bed.env })
        .ended;
      expectRefusal(ended, {
        exitCode: 64,
        code: "E_LOAD_UNREADABLE",
        says: ["secret.yaml: you may not read the file", "permissions"],
      });
    }
    chmodSync(join(bed.folder, "secret.yaml"), 0o600);
  });
});

test.each([
  {
    what: "an unknown kind",
    words: ["--kind", "DigitalOceanVpk"],
    code: "E_KIND_UNKNOWN",
    says: ['did you mean "DigitalOceanVpc"'],
  },
  {
    what: "another kind than the file's",
    words: ["--kind", "DigitalOceanVpc"],
    code: "E_DECODE_UNKNOWN_FIELD",
    says: ['"size_slug"'],
  },
])("--kind with $what", async ({ words, code, says }) => {
  bed.write("kind.yaml", clusterYaml("one"));
  const up = () => bed.planton(["pulumi", "up", "--yes", "--stack-input", "kind.yaml", ...words]);
  expectRefusal(await leavesNothing(bed, up), { exitCode: 64, code, says });
});

test.each([
  { words: ["plumi", "up"], says: "pulumi" },
  { words: ["pulumi", "upp"], says: "up" },
  { words: ["pulumi", "up", "--stackinput", "x"], says: "--stack-input" },
])("a misspelt command line: $words", async ({ words, says }) => {
  const ended = await leavesNothing(bed, () => bed.planton(words));
  expectRefusal(ended, { exitCode: 64, code: "E_USAGE", says: [`did you mean "${says}"?`] });
});

test.each([
  { words: ["bogus"], says: ["bogus", "planton --help"] },
  { words: ["bogus", "--help"], says: ["bogus"] },
  { words: ["explain"], says: ["what", "planton explain --help"] },
  { words: ["kinds", "--nope"], says: ["--nope", "planton kinds --help"] },
  { words: ["kinds", "--format", "xml"], says: ["xml", "table, json"] },
  { words: ["sandbox", "advance", "abc"], says: ["abc", "integer"] },
  ...["up", "preview", "refresh", "destroy", "cancel", "recover"].map((name) => ({
    words: ["pulumi", name, "stack-input.yaml"],
    says: ['"stack-input.yaml"', "--stack-input FILE", "--"],
  })),
  { words: ["pulumi", "up", "--yes", "nonsense", "--", "--skip-preview"], says: ['"nonsense"'] },
  { words: ["pulumi", "output", "vpc_id", "nonsense"], says: ['"nonsense"'] },
])("a wrong command line: $words", async ({ words, says }) => {
  expectRefusal(await leavesNothing(bed, () => bed.planton(words)), { exitCode: 64, code: "E_USAGE", says });
});

test("up without a stack input says how to give one", async () => {
  mkdirSync(join(bed.folder, "without"), { recursive: true });
  const up = () => bed.planton(["pulumi", "up", "--yes"], { cwd: join(bed.folder, "without") });
  const says = ["there is no stack-input.yaml here", "--stack-input FILE"];
  expectRefusal(await leavesNothing(bed, up), { exitCode: 64, code: "E_LOAD_NOT_FOUND", says });
});

test.each([
  { words: [], usage: "planton [options] [command]" },
  { words: ["help"], usage: "planton [options] [command]" },
  { words: ["pulumi"], usage: "planton pulumi [options] [command]" },
  { words: ["help", "sandbox"], usage: "planton sandbox [options] [command]" },
  { words: ["help", "pulumi", "up"], usage: "planton pulumi up [options]" },
  { words: ["help", "sandbox", "fault", "add"], usage: "planton sandbox fault add [options]" },
])("help for $words", async ({ words, usage }) => {
  const ended = await bed.planton(words);
  expect([ended.code, ended.stderr]).toEqual([0, ""]);
  expect(ended.stdout.split("\n")[0]).toContain(`Usage: ${usage}`);
});
