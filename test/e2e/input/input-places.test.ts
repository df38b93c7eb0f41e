import { chmodSync, mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clusterYaml } from "../../support/kinds/cluster-yaml.js";
import { leavesNothing } from "../../support/kinds/untouched.js";
import { type Ended, filesBelow, openBed, type PlantonBed, root } from "../../support/planton-bed.js";
import { expectRefusal } from "../../support/refusal.js";
import { canBeRefused, startWithoutOverride } from "../../support/without-override.js";

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openBed();
});
afterAll(() => bed.close());

describe("a stack input from standard input", () => {
  const stdin = clusterYaml("piped");
  const stack = "sandbox.db.piped";
  const words = (operation: "up" | "destroy"): readonly string[] => [
    "pulumi",
    operation,
    "--yes",
    "--stack-input",
    "-",
  ];

  test.each([
    { what: "nothing", text: "", code: "E_LOAD_EMPTY", says: ["-: the file holds nothing"] },
    {
      what: "a fault",
      text: clusterYaml("piped", { node_count: "x" }),
      code: "E_DECODE_TYPE",
      says: ["-:8:17: target.spec.node_count"],
    },
  ])("$what is refused", async ({ text, code, says }) => {
    const up = () => bed.planton(words("up"), { stdin: text });
    expectRefusal(await leavesNothing(bed, up), { exitCode: 64, code, says });
  });

  test("lives, is recorded nowhere, and plain pulumi refuses", async () => {
    mkdirSync(join(bed.folder, "piped"));
    const options = { cwd: join(bed.folder, "piped"), stdin };
    const up = await bed.planton(words("up"), options);
    expect(up.code, up.all).toBe(0);
    const settings = new Map(contentsOf(options.cwd));
    expect([...settings.keys()].filter((file) => file.endsWith(".yaml")).sort()).toEqual([
      `Pulumi.${stack}.yaml`,
      "Pulumi.yaml",
    ]);
    for (const [file, text] of settings) expect(text, file).not.toMatch(/stackInput|db-s-1vcpu-1gb/);
    const plain = await leavesNothing(bed, () => bed.pulumi(["up", "--yes", "--stack", stack], options));
    expect(plain.code).toBe(1);
    expect(plain.all).toContain("[E_STACK_INPUT_MISSING]");
    expect(plain.all).toContain("--stack-input FILE");
    const destroyed = await bed.planton([...words("destroy"), "--allow-data-loss"], options);
    expect(destroyed.code, destroyed.all).toBe(0);
  });
});

describe.skipIf(!canBeRefused)("a folder that cannot be written to", () => {
  const planton = (words: readonly string[]): Promise<Ended> =>
    startWithoutOverride(join(root, "bin/planton"), words, { cwd: bed.folder, env: bed.env }).ended;
  const up = ["pulumi", "up", "--yes", "--stack-input", "locked/stack-input.yaml"];
  beforeAll(() => {
    bed.write("locked/stack-input.yaml", clusterYaml("locked"));
    mkdirSync(join(bed.folder, "project"));
    chmodSync(join(bed.folder, "locked"), 0o500);
  });
  afterAll(() => chmodSync(join(bed.folder, "locked"), 0o700));

  test.each([
    { what: "the stack input's own", words: [], says: ["locked/Pulumi.yaml", "--project-dir"] },
    {
      what: "a read-only one as --project-dir",
      words: ["--project-dir", "locked"],
      says: ["locked/Pulumi.yaml", "--project-dir"],
    },
    {
      what: "a missing one as --project-dir",
      words: ["--project-dir", "nowhere"],
      says: ["nowhere", "make the folder"],
    },
  ])("is refused as project: $what", async ({ words, says }) => {
    expectRefusal(await leavesNothing(bed, () => planton([...up, ...words])), {
      exitCode: 2,
      code: "E_PROJECT_INVALID",
      says,
    });
  });

  test("holds a stack input whose project is elsewhere", async () => {
    const made = await planton([...up, "--project-dir", "project"]);
    expect(made.code, made.all).toBe(0);
    expect(contentsOf(join(bed.folder, "locked")).map(([file]) => file)).toEqual(["stack-input.yaml"]);
    const plain = await bed.pulumi(["preview", "--expect-no-changes"], { cwd: join(bed.folder, "project") });
    expect(plain.code, plain.all).toBe(0);
  });
});

/** Files of a folder by name, with their texts. */
function contentsOf(folder: string): [file: string, text: string][] {
  return filesBelow(folder).map(({ path, content }) => [basename(path), content.toString("utf8")]);
}
