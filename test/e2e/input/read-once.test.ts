import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { vpcInput } from "../../support/kinds/stack-inputs.js";
import { leavesNothing } from "../../support/kinds/untouched.js";
import { type Ended, filesBelow, openBed, type PlantonBed, root, startProcess } from "../../support/planton-bed.js";
import { expectRefusal } from "../../support/refusal.js";

const boundMs = 30_000;

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openBed();
});
afterAll(() => bed.close());

/** Runs a line of bash in which `planton` is the one under test. */
function bash(line: string, cwd: string): Promise<Ended> {
  return startProcess("bash", ["-c", `planton() { "${join(root, "bin/planton")}" "$@"; }; ${line}`], {
    cwd,
    env: bed.env,
  }).ended;
}

/** What a run by mistake would leave beside a device. */
function besideDevices(): string[] {
  return ["/dev", "/dev/fd", "/proc/self"].flatMap((folder) =>
    readdirSync(folder).filter((name) => name === ".planton" || name.startsWith("Pulumi.")),
  );
}

describe.each([
  {
    what: "/dev/stdin of a pipe",
    name: "piped",
    line: (operation: string) => `cat vpc.json | ${operation} /dev/stdin`,
  },
  { what: "/dev/stdin of a file", name: "sent", line: (operation: string) => `${operation} /dev/stdin < vpc.json` },
  { what: "a process substitution", name: "substituted", line: (operation: string) => `${operation} <(cat vpc.json)` },
])("$what", ({ name, line }) => {
  test("is taken as standard input is, from up to destroy", async () => {
    const stack = `sandbox.vpc.${name}`;
    bed.write(`${name}/input/vpc.json`, vpcInput({ name }));
    mkdirSync(join(bed.folder, name, "project"));
    const run = (words: string) =>
      bash(line(`planton ${words} --project-dir ../project --stack-input`), join(bed.folder, name, "input"));
    const up = await run("pulumi up --yes");
    expect(up.code, up.all).toBe(0);
    expect(readdirSync(join(bed.folder, name, "input"))).toEqual(["vpc.json"]);
    const settings = filesBelow(join(bed.folder, name, "project")).map(({ content }) => content.toString("utf8"));
    expect(settings.join("")).toContain("planton:id");
    expect(settings.join("")).not.toMatch(/stackInput|\/dev\/|\/proc\//);
    const preview = await run("pulumi preview");
    expect(preview.code, preview.all).toBe(0);
    expect(preview.all).toContain("3 unchanged");
    const destroyed = await run("pulumi destroy --yes --allow-data-loss");
    expect(destroyed.code, destroyed.all).toBe(0);
    expect(destroyed.all).toContain(stack);
    expect(besideDevices()).toEqual([]);
  });

  test("is validated", async () => {
    const checked = await bash(line("planton validate"), join(bed.folder, name, "input"));
    expect(checked.code, checked.all).toBe(0);
  });
});

describe("what holds no stack input", () => {
  beforeAll(() => {
    mkdirSync(join(bed.folder, "pipes"));
    execFileSync("mkfifo", [join(bed.folder, "pipes", "silent.yaml")]);
  });

  test.each([
    { what: "a pipe that nobody writes to", path: "pipes/silent.yaml" },
    { what: "a device without an end", path: "/dev/zero" },
    { what: "a device without content", path: "/dev/null" },
  ])("$what is refused at once, and nothing is written beside it", async ({ path }) => {
    for (const words of [
      ["pulumi", "up", "--yes", "--stack-input", path],
      ["pulumi", "destroy", "--yes", "--stack-input", path],
      ["env", "--stack-input", path],
      ["validate", path],
    ]) {
      const refused = await leavesNothing(bed, () => bounded(words));
      expectRefusal(refused, { exitCode: 64, code: "E_LOAD_UNREADABLE", says: [path] });
    }
    expect(readdirSync(join(bed.folder, "pipes"))).toEqual(["silent.yaml"]);
    expect(besideDevices()).toEqual([]);
  });

  test("standard input without an end is refused", async () => {
    const refused = await leavesNothing(bed, () => bash(`planton validate - < /dev/zero`, bed.folder));
    expectRefusal(refused, { exitCode: 64, code: "E_LOAD_TOO_LARGE", says: ["-: "] });
  });

  test.each([
    { file: "planton.yaml", beside: [] },
    { file: "Pulumi.yaml", beside: [] },
    {
      file: "Pulumi.sandbox.vpc.plain.yaml",
      beside: [["Pulumi.yaml", "name: plain\nruntime: planton\n"]],
    },
  ])("a pipe as $file is refused by its path", async ({ file, beside }) => {
    const folder = `as-${file}`;
    bed.write(`${folder}/vpc.json`, vpcInput({ name: "plain" }));
    for (const [name = "", text = ""] of beside) bed.write(`${folder}/${name}`, text);
    execFileSync("mkfifo", [join(bed.folder, folder, file)]);
    const words = ["pulumi", "up", "--yes", "--stack-input", `${folder}/vpc.json`];
    expectRefusal(await leavesNothing(bed, () => bounded(words)), {
      exitCode: 2,
      code: "E_PROJECT_INVALID",
      says: [join(bed.folder, folder, file)],
    });
  });
});

/** A run that is ended, and fails its test, when it hangs. */
async function bounded(words: readonly string[]): Promise<Ended> {
  const running = bed.start(words);
  const timer = setTimeout(() => running.child.kill("SIGKILL"), boundMs);
  return running.ended.finally(() => clearTimeout(timer));
}
