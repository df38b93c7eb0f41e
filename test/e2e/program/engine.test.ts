import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { clusterYaml } from "../../support/kinds/cluster-yaml.js";
import { leavesNothing } from "../../support/kinds/untouched.js";
import { openBed, type PlantonBed } from "../../support/planton-bed.js";
import { expectRefusal } from "../../support/refusal.js";

const byHand = ["by hand", "https://www.pulumi.com/docs/install/", "planton engine install"];

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openBed();
  folder("bare");
  symlinkSync(process.execPath, join(bed.home, "bare", "node"));
  bed.write("stack-input.yaml", clusterYaml("one"));
});
afterAll(() => bed.close());

function folder(name: string): string {
  const path = join(bed.home, name);
  mkdirSync(path, { recursive: true });
  return path;
}

/** A folder with a shell script of that name. */
function script(name: string, lines: string): string {
  const path = folder(`script-${name}-${lines.length}`);
  writeFileSync(join(path, name), `#!/bin/sh\n${lines}\n`);
  chmodSync(join(path, name), 0o755);
  return path;
}

/** Variables of a machine with Node and these folders on PATH, and without a network for the download. */
const machine = (...folders: readonly string[]): Record<string, string> => ({
  PATH: [...folders, join(bed.home, "bare")].join(":"),
  PLANTON_ENGINE_DOWNLOAD: "off",
});

const oldPulumi = (): string => script("pulumi", "echo v3.100.0");
const failingGo = (): string =>
  script(
    "go",
    'case "$1" in version) echo "go version go1.99.0 linux/amd64" ;; *) echo "dial tcp: no such host" >&2; exit 1 ;; esac',
  );

describe.each<{ what: string; path: () => readonly string[]; code: string; says: readonly string[]; log?: string }>([
  {
    what: "no pulumi and no go",
    path: () => [],
    code: "E_ENGINE_MISSING",
    says: ["pulumi is not on PATH", '"go" is not on PATH'],
  },
  {
    what: "a pulumi that is too old",
    path: () => [oldPulumi()],
    code: "E_ENGINE_TOO_OLD",
    says: ['/pulumi" is version "3.100.0"', "3.256.0 or newer"],
  },
  {
    what: "something else called pulumi",
    path: () => [script("pulumi", "echo hello")],
    code: "E_ENGINE_MISSING",
    says: ['/pulumi" does not report its version'],
  },
  {
    what: "a build that fails",
    path: () => [failingGo()],
    code: "E_ENGINE_BUILD",
    says: ["build.log", "dial tcp: no such host"],
    log: "dial tcp: no such host\n",
  },
  {
    what: "a go that is too old",
    path: () => [script("go", 'echo "go version go1.20.1 linux/amd64"')],
    code: "E_ENGINE_BUILD",
    says: ["go 1.20.1", "1.25.11 or newer"],
  },
])("$what", ({ path, code, says, log }) => {
  test.each([
    { words: ["pulumi", "up", "--yes"] },
    { words: ["engine", "path"] },
    { words: ["env"] },
    { words: ["sandbox", "env"] },
  ])("planton $words says what to do by hand", async ({ words }) => {
    const env = machine(...path());
    const ended = await leavesNothing(bed, () => bed.planton(words, { env }));
    expectRefusal(ended, { exitCode: 2, code, says: [...says, ...byHand, "PLANTON_ENGINE_DOWNLOAD=off"] });
    expect(ended.stdout).toBe("");
    const engine = join(bed.home, "engine");
    const left = existsSync(engine) ? readdirSync(engine) : [];
    expect(left.filter((name) => name !== "build.log")).toEqual([]);
    if (log !== undefined) expect(readFileSync(join(engine, "build.log"), "utf8")).toBe(log);
  });
});

test.each([
  ["version"],
  ["kinds"],
  ["validate", "stack-input.yaml"],
  ["explain", "E_ENGINE_MISSING"],
])("planton %s needs no pulumi", async (...words) => {
  const ended = await bed.planton(words, { env: machine() });
  expect(ended.code, ended.all).toBe(0);
});

test("an old pulumi on PATH is passed over when planton has its own, and says so", async () => {
  const home = folder("other-home");
  mkdirSync(join(home, "engine"));
  symlinkSync(inject("engineFolder"), join(home, "engine", "3.259.0"));
  const env: Record<string, string> = { ...machine(oldPulumi()), PLANTON_HOME: home };
  const path = await bed.planton(["engine", "path"], { env });
  expect(path.code, path.all).toBe(0);
  expect(path.stdout).toBe(`${join(home, "engine", "3.259.0", "pulumi")}\n`);
  expect(path.stderr).toContain('is version "3.100.0"');
  const printed = await bed.planton(["env"], { env });
  expect(printed.stdout).toContain(`export PATH='${join(home, "engine", "3.259.0")}:${env["PATH"]}'`);
});
