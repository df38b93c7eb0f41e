import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Ended, openBed, type PlantonBed } from "../../support/planton-bed.js";
import { workspaceBed } from "../../support/workspace-bed.js";

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openBed();
});
afterAll(() => bed.close());

const vpc = (name: string, spec = "region: nyc3", metadata = ""): string =>
  `apiVersion: digital-ocean.planton.dev/v1\nkind: DigitalOceanVpc\nmetadata:\n  name: ${name}\n${metadata}spec:\n  ${spec}\n`;
const cluster = (name: string, spec: string): string =>
  `apiVersion: digital-ocean.planton.dev/v1\nkind: DigitalOceanDatabaseCluster\nmetadata: {name: ${name}}\nspec:\n  engine: pg\n  engineVersion: "16"\n  region: nyc3\n  sizeSlug: db-s-1vcpu-1gb\n  nodeCount: 1\n  ${spec}\n`;
const after = (name: string): string => `  relationships:\n    - {kind: DigitalOceanVpc, name: ${name}}\n`;

/** Problems as `file:line:column code`, in their order. */
function places({ stderr }: Ended): readonly string[] {
  return [...stderr.matchAll(/^error: (\S+?:\d+:\d+): .*\[(\S+)\]$/gm)].map(([, place, code]) => `${place} ${code}`);
}

const faults: readonly {
  readonly what: string;
  readonly files: Readonly<Record<string, string>>;
  readonly exitCode: number;
  readonly problems: readonly string[];
}[] = [
  {
    what: "an unknown target",
    files: { "a.yaml": cluster("one", "vpc: {valueFrom: {name: nett}}"), "net.yaml": vpc("net") },
    exitCode: 64,
    problems: ["a.yaml:10:27 E_REFERENCE_NOT_FOUND"],
  },
  {
    what: "a cycle",
    files: { "a.yaml": vpc("a", undefined, after("b")), "b.yaml": vpc("b", undefined, after("a")) },
    exitCode: 64,
    problems: ["b.yaml:6:37 E_REFERENCE_CYCLE"],
  },
  {
    what: "two of one identity",
    files: { "a.yaml": vpc("a"), "b.yaml": vpc("a") },
    exitCode: 64,
    problems: ["b.yaml:4:9 E_WORKSPACE"],
  },
  {
    what: "two that would own one thing at the vendor",
    files: { "a.yaml": vpc("a", "region: nyc3\n  name: same"), "b.yaml": vpc("b", "region: nyc3\n  name: same") },
    exitCode: 64,
    problems: ["b.yaml:7:9 E_WORKSPACE"],
  },
  {
    what: "an output that the kind does not have",
    files: { "a.yaml": cluster("one", "vpc: {valueFrom: {name: net, fieldPath: nothing}}"), "net.yaml": vpc("net") },
    exitCode: 64,
    problems: ["a.yaml:10:43 E_REFERENCE_OUTPUT"],
  },
  {
    what: "a secret output in a plain field",
    files: {
      "a.yaml": cluster("one", "vpc: {valueFrom: {kind: DigitalOceanDatabaseCluster, name: two, fieldPath: password}}"),
      "b.yaml": cluster("two", "tags: [x]"),
    },
    exitCode: 64,
    problems: ["a.yaml:10:78 E_REFERENCE_SECRET"],
  },
];

test.each(faults)("$what is refused by up and by validate, at its place, before anything runs", async (fault) => {
  const folder = workspaceBed(bed, fault.what.replaceAll(" ", "-"), {
    "planton.yaml": "name: wrong\n",
    ...fault.files,
  });
  const cwd = folder.folder;
  const up = await bed.planton(["up", "--yes"], { cwd });
  expect([up.code, places(up)], up.all).toEqual([fault.exitCode, fault.problems]);
  const validated = await bed.planton(["validate", "."], { cwd });
  expect([validated.code, places(validated)], validated.all).toEqual([fault.exitCode, fault.problems]);
});

test("what is wrong with the command is refused: an unknown environment, none, a folder without manifests, two inputs", async () => {
  const wrong = workspaceBed(bed, "envs", {
    "planton.yaml": "name: envs\nenvironments: {stg: {}, prd: {}}\n",
    "a.yaml": vpc("a"),
    "none/note.txt": "nothing\n",
  });
  const cwd = wrong.folder;
  const coded = async (words: readonly string[], stdin?: string): Promise<readonly unknown[]> => {
    const ended = await bed.planton(words, { cwd, ...(stdin === undefined ? {} : { stdin }) });
    return [ended.code, [...ended.stderr.matchAll(/\[(E_\w+)\]/g)].map(([, code]) => code)];
  };
  expect(await coded(["up", "--env", "dev", "--yes"])).toEqual([64, ["E_ENVIRONMENT"]]);
  expect(await coded(["up", "--yes"])).toEqual([64, ["E_ENVIRONMENT"]]);
  expect(await coded(["up", "-f", "none", "--env", "stg", "--yes"])).toEqual([64, ["E_LOAD_NOT_FOUND"]]);
  expect(await coded(["up", "-f", "a.yaml", "-f", "-", "--env", "stg", "--yes"], vpc("b"))).toEqual([64, ["E_USAGE"]]);
});

test("faults of planton.yaml have their place in it", async () => {
  const text = "name: shop\nlables: {a: b}\nenvironments:\n  stg:\n    credentials: {digitlocean: x}\n";
  const wrong = workspaceBed(bed, "settings", { "planton.yaml": text, "a.yaml": vpc("a") });
  const up = await bed.planton(["up", "--env", "stg", "--yes"], { cwd: wrong.folder });
  expect([up.code, places(up)], up.all).toEqual([2, [`${join(wrong.folder, "planton.yaml")}:2:1 E_PROJECT_INVALID`]]);
});

test("1,000 faults in 1,000 files: all are counted, the first fifty are shown, in the same order each time", async () => {
  const name = (index: number): string => `net-${String(index).padStart(4, "0")}`;
  const files = Array.from({ length: 1000 }, (_, index): [string, string] => {
    return [`${name(index)}.yaml`, vpc(name(index), "regoin: nyc3")];
  });
  const many = workspaceBed(bed, "many", { "planton.yaml": "name: many\n", ...Object.fromEntries(files) });
  const begunAtMs = performance.now();
  const first = await bed.planton(["up", "--yes"], { cwd: many.folder });
  const tookMs = performance.now() - begunAtMs;
  expect([first.code, places(first)]).toEqual([
    64,
    files.slice(0, 50).map(([file]) => `${file}:6:3 E_DECODE_UNKNOWN_FIELD`),
  ]);
  expect(first.stderr).toContain("950 more");
  expect(tookMs).toBeLessThan(60_000);
  const again = await bed.planton(["up", "--yes"], { cwd: many.folder });
  expect(again.stderr).toBe(first.stderr);
  const json = await bed.planton(["validate", ".", "--format", "json"], { cwd: many.folder });
  expect((JSON.parse(json.stdout) as { problems: readonly unknown[] }).problems).toHaveLength(1000);
});
