import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clusterYaml } from "../../support/kinds/cluster-yaml.js";
import { leavesNothing } from "../../support/kinds/untouched.js";
import { openBed, type PlantonBed } from "../../support/planton-bed.js";

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openBed();
});
afterAll(() => bed.close());

describe("the stack input of a stack that is there", () => {
  const name = "kept";
  const stack = `sandbox.db.${name}`;
  let cwd: string;
  beforeAll(async () => {
    cwd = join(bed.folder, name);
    bed.write(`${name}/stack-input.yaml`, clusterYaml(name));
    const up = await bed.planton(["pulumi", "up", "--yes"], { cwd });
    expect(up.code, up.all).toBe(0);
  });

  test.each([
    {
      what: "is gone",
      text: undefined,
      code: "E_STACK_INPUT_MISSING",
      says: ['"stack-input.yaml"', stack, "put the file back", `planton pulumi destroy --stack ${stack}`],
    },
    { what: "is empty", text: "", code: "E_LOAD_EMPTY", says: ["stack-input.yaml: the file holds nothing"] },
    {
      what: "is wrong",
      text: clusterYaml(name, { engine: "postgress" }),
      code: "E_DECODE_ENUM",
      says: ["stack-input.yaml:4:13: target.spec.engine", 'did you mean "pg"'],
    },
  ])("$what: plain pulumi refuses and proposes no deletion, and so does planton", async ({ text, code, says }) => {
    const path = join(cwd, "stack-input.yaml");
    renameSync(path, `${path}.kept`);
    if (text !== undefined) writeFileSync(path, text);
    try {
      for (const words of [["up", "--yes"], ["preview"], ["up", "--yes", "--skip-preview"]]) {
        const plain = await leavesNothing(bed, () => bed.pulumi(words, { cwd }));
        expect(plain.code).toBe(1);
        expect(plain.all).toContain(`[${code}]`);
        for (const said of says) expect(plain.all).toContain(said);
        expect(plain.all).not.toMatch(/- \d+ to delete|deleting| delete $/m);
        expect(plain.all).toContain("1 errored");
      }
      const planton = await leavesNothing(bed, () => bed.planton(["pulumi", "up", "--yes"], { cwd }));
      expect(planton.code).toBe(64);
    } finally {
      renameSync(`${path}.kept`, path);
    }
    const preview = await bed.pulumi(["preview", "--expect-no-changes"], { cwd });
    expect(preview.code, preview.all).toBe(0);
  });
});

describe("what only the vendor can refuse", () => {
  test.each([
    {
      what: "size",
      change: { engine: "valkey", engine_version: '"8"', size_slug: "gd-2vcpu-8gb" },
      right: { engine: "valkey", engine_version: '"8"' },
      says: ["invalid size", "sizes by engine", "valkey       db-s-*, m-*"],
      warning: 'target.spec.size_slug: "gd-2vcpu-8gb" is not among the known values for engine valkey',
    },
    {
      what: "vpc",
      change: { enable_public_connectivity: "false", vpc: "vpc-12345678" },
      right: { enable_public_connectivity: "false" },
      says: ["the id of a VPC (a UUID, not a name or urn)", "vpc_id"],
      warning: 'target.spec.vpc: "vpc-12345678" does not look right',
    },
    {
      what: "region",
      change: { region: "nyc9" },
      right: {},
      says: ["region", "use a region slug such as nyc3"],
      warning: 'target.spec.region: "nyc9" is not among the known values',
    },
  ])("a wrong $what is warned about once, refused with a hint, and the next up makes the right one", async (row) => {
    const name = `wrong-${row.what}`;
    const cwd = join(bed.folder, name);
    bed.write(`${name}/stack-input.yaml`, clusterYaml(name, row.change));
    const names = async (): Promise<unknown[]> =>
      ((await bed.get("/v2/databases")) as { databases: { name: string }[] }).databases.map((cluster) => cluster.name);

    const refused = await bed.planton(["pulumi", "up", "--yes"], { cwd });
    expect(refused.code, refused.all).toBe(1);
    for (const said of row.says) expect(refused.all).toContain(said);
    expect(refused.stderr.match(/^hint: /gm)).toHaveLength(1);
    expect(refused.all.split(row.warning)).toHaveLength(2);
    expect(await names()).not.toContain(name);
    const plain = await bed.pulumi(["preview", "--stack", `sandbox.db.${name}`], { cwd });
    expect(plain.all).toContain(row.warning);

    bed.write(`${name}/stack-input.yaml`, clusterYaml(name, row.right));
    const up = await bed.planton(["pulumi", "up", "--yes"], { cwd });
    expect(up.code, up.all).toBe(0);
    expect((await names()).filter((found) => found === name)).toEqual([name]);
  });
});

describe("what a file and its name bring along", () => {
  const file = "a\n::warning::b\u001b[31m.yaml";
  const text = clusterYaml("hostile", { engine: '"pg\\n##[error]\\e[2J\\u200b\\u202e"' });

  test("reaches text, annotations and JSON escaped, and up's refusal too", async () => {
    writeFileSync(join(bed.folder, file), text);
    const validate = (format: string) => bed.planton(["validate", "--format", format, file]);
    const ends = [await validate("text"), await validate("github"), await validate("json")];
    ends.push(await bed.planton(["pulumi", "up", "--yes", "--stack-input", file]));
    for (const { code, all } of ends) {
      expect(code).toBe(64);
      expect(all).toMatch(/^[ -~\n]*$/);
      expect(all).not.toContain("##[");
      expect(all.split("\n").filter((line) => /^\s*::(?!error file=)/.test(line))).toEqual([]);
    }
    const { problems } = JSON.parse(ends[2]?.stdout ?? "") as { problems: { file: string; message: string }[] };
    expect(problems[0]?.file).toBe(file);
  });

  test("of thousands of faults text shows fifty, and JSON has them all", async () => {
    const fields = Array.from({ length: 5_000 }, (_, index) => `    none_${index}: 1\n`);
    writeFileSync(
      join(bed.folder, "many.yaml"),
      clusterYaml("many").replace("target:", "$&\n  kind: DigitalOceanDatabaseCluster") + fields.join(""),
    );
    for (const words of [["validate"], ["pulumi", "up", "--yes", "--stack-input"]]) {
      const { code, stderr } = await bed.planton([...words, "many.yaml"]);
      expect(code).toBe(64);
      expect(stderr.split("\n").filter((line) => line.startsWith("error: "))).toHaveLength(50);
      expect(stderr).toContain("planton validate many.yaml --format json");
    }
    const { stdout } = await bed.planton(["validate", "--format", "json", "many.yaml"]);
    expect(JSON.parse(stdout).problems).toHaveLength(5_000);
  });
});
