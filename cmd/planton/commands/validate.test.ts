import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Command } from "commander";
import { afterAll, describe, expect, test } from "vitest";
import { comments as workspaceComments } from "../../../apis/gen/comments.js";
import { noTrace } from "../../../contract/trace.js";
import { widgetCatalog } from "../../../runner/testdata/widget-catalog.js";
import type { Cli } from "../cli.js";
import { addExplainCommand } from "./explain.js";
import { addKindsCommand } from "./kinds.js";
import { addValidateCommand } from "./validate.js";

const catalog = widgetCatalog();
const cwd = mkdtempSync(join(tmpdir(), "planton-validate-"));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const many = Object.fromEntries(
  Array.from({ length: 60 }, (_, index) => [
    `many/f${String(index).padStart(2, "0")}.yaml`,
    `kind: TestWidget\nmetadata: {name: w}\nspec: {widht: ${index}}\n`,
  ]),
);
const good = "kind: TestWidget\nmetadata: {name: w}\nspec: {width: 1}\n";
const files: Readonly<Record<string, string>> = {
  "good.yaml": good,
  "bad.yaml": "target: {kind: TestWidget, metadata: {name: w}, spec: {width: -1, widgt: 2}}\n",
  "warning.yaml": good.replace("width: 1", "place: west"),
  "bare/Pulumi.yaml": "name: p\nruntime: planton\n",
  "tree/good.yml": good,
  "tree/Pulumi.yaml": "name: p\nruntime: planton\n",
  "tree/Pulumi.dev.yaml": "config: {a: b}\n",
  "tree/k8s.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec: {}\n---\napiVersion: v1\n",
  "tree/chart.yaml": "{{ if .Values.a }}\n\tb: c\n",
  "tree/empty.yaml": "",
  "tree/notes.txt": "target:",
  "shop/planton.yaml": "environments: {stg: {}, prd: {}}",
  "shop/good.yaml": good,
  "shop/overlays/stg/good.yaml": good.replace("width", "widht"),
  "other/planton.yaml": "nam: a",
  "mono/a/planton.yaml": "",
  "mono/a/good.yaml": good,
  "mono/b/planton.yaml": "environments: {stg: {}}",
  "mono/b/good.yaml": good,
  "mono/b/deep/c/planton.yaml": "",
  "mono/b/deep/c/good.yaml": good.replace("width", "widht"),
  "tree/.git/hidden.yaml": "target: {}\n",
  "tree/node_modules/p/other.yaml": "target: {}\n",
  "json/bad.yaml": '{"target": {"kind": "TestWidgt", "metadata": {"name": "w"}, "spec": {}}}',
  "tree/deep/bad.yaml": "target: {kind: TestWidgt, metadata: {name: w}, spec: {}}\n",
  "tree/deep/two.yaml": `apiVersion: test.planton.dev/v1\n${good}---\n${good.replace("name: w", "name: v")}`,
};
for (const [path, text] of Object.entries({ ...files, ...many })) {
  mkdirSync(dirname(join(cwd, path)), { recursive: true });
  writeFileSync(join(cwd, path), text);
}

const comments = {
  ...workspaceComments,
  "planton.test.v1.TestWidget": "A widget.",
  "planton.test.v1.TestWidgetSpec.width": `How wide it is. ${"Words that fill a line. ".repeat(6)}Default: 0.`,
};

interface Result {
  readonly code: number;
  readonly out: string;
  readonly err: readonly string[];
}

async function run(...words: readonly string[]): Promise<Result> {
  const out: string[] = [];
  const err: string[] = [];
  let code = 0;
  const cli: Cli = {
    env: {},
    cwd,
    interactive: false,
    out: (line) => void out.push(line),
    err: (line) => void err.push(line),
    trace: noTrace,
    readStdin: () => Promise.resolve(good),
    exit: (value) => {
      code = value;
    },
  };
  const program = new Command("planton");
  addValidateCommand(program, cli, { catalog });
  addKindsCommand(program, cli, { catalog });
  addExplainCommand(program, cli, { catalog, comments });
  await program.parseAsync([...words], { from: "user" });
  return { code, out: out.join("\n"), err };
}

/** What validate finds, as `file code`, from its JSON. */
async function found(...words: readonly string[]): Promise<string[]> {
  const { out } = await run("validate", "--format", "json", ...words);
  const { problems } = JSON.parse(out) as { problems: { file: string; code: string; severity: string }[] };
  return problems.map(({ file, code }) => `${file} ${code}`);
}

describe("planton validate", () => {
  test.each<[name: string, words: readonly string[], code: number, summary: string]>([
    ["a good file", ["good.yaml"], 0, "1 file, no problems"],
    ["a bad file", ["bad.yaml"], 64, "1 file, 2 problems"],
    ["good and bad ones", ["good.yaml", "bad.yaml"], 64, "2 files, 2 problems"],
    ["a file with a warning", ["warning.yaml"], 0, "1 file, 0 problems, 1 warning"],
    ["a warning, strictly", ["--strict", "warning.yaml"], 64, "1 file, 1 problem"],
    ["standard input", ["-"], 0, "1 file, no problems"],
    ["a folder without any", ["bare"], 64, "0 files, 1 problem"],
    ["a folder without any beside a file", ["bare", "good.yaml"], 64, "1 file, 1 problem"],
    ["a missing file", ["none.yaml"], 64, "1 file, 1 problem"],
  ])("%s", async (_name, words, code, summary) => {
    const result = await run("validate", ...words);
    expect(result.code).toBe(code);
    expect(result.err.at(-1)).toBe(summary);
  });

  test("checks what is ours below a folder and passes over the rest", async () => {
    expect(await found("tree")).toEqual(["tree/deep/bad.yaml E_KIND_UNKNOWN", "tree/good.yml E_WORKSPACE"]);
    expect((await run("validate", "tree")).err.at(-1)).toBe(
      "3 files, 2 problems; 3 documents of other tools passed over",
    );
  });

  test("checks what is ours below a folder also in JSON's form", async () => {
    expect(await found("json")).toEqual(["json/bad.yaml E_KIND_UNKNOWN"]);
  });

  test.each([
    ["tree/Pulumi.yaml", "E_DECODE_UNKNOWN_FIELD"],
    ["tree/empty.yaml", "E_LOAD_EMPTY"],
    ["tree/k8s.yaml", "E_KIND_UNKNOWN"],
    ["tree/notes.txt", "E_DECODE_NULL"],
  ])("always checks a file that is named: %s", async (path, code) => {
    expect((await found(path))[0]).toBe(`${path} ${code}`);
  });

  test("checks a folder and a file in every environment of their workspace, or in the one of --env", async () => {
    expect(await found("shop")).toEqual(["shop/overlays/stg/good.yaml E_DECODE_UNKNOWN_FIELD"]);
    expect(await found("shop/good.yaml")).toEqual(["shop/overlays/stg/good.yaml E_DECODE_UNKNOWN_FIELD"]);
    expect(await found("shop", "--env", "prd")).toEqual([]);
    expect((await run("validate", "shop", "--env", "prd")).err).toEqual(["1 file, no problems"]);
    const unknown = await run("validate", "shop", "--env", "stgg");
    expect([unknown.code, unknown.err[0]]).toEqual([64, expect.stringContaining("E_ENVIRONMENT")]);
  });

  test("checks paths of several workspaces, each in its own", async () => {
    expect(await found("good.yaml", "shop/planton.yaml", "other", "shop")).toEqual([
      "shop/overlays/stg/good.yaml E_DECODE_UNKNOWN_FIELD",
      "other/planton.yaml E_PROJECT_INVALID",
    ]);
  });

  test("checks the workspaces below a folder, each by itself", async () => {
    expect(await found("mono")).toEqual(["mono/b/deep/c/good.yaml E_DECODE_UNKNOWN_FIELD"]);
    expect((await run("validate", "mono")).err.at(-1)).toBe("3 files, 1 problem");
  });

  test("of many faults prints the first fifty", async () => {
    const { code, err } = await run("validate", "many");
    expect([code, err.length, err.at(-1)]).toEqual([64, 52, "60 files, 60 problems"]);
    expect(err[49]).toMatch(/^error: many\/f49\.yaml:/);
  });

  test("takes --kind for files that do not say theirs, and refuses it for those that say another", async () => {
    expect(await found("good.yaml", "--kind", "TestGadget")).toEqual(["good.yaml E_USAGE"]);
  });

  test("writes text to standard error and annotations to standard output", async () => {
    const text = await run("validate", "bad.yaml");
    expect(text.out).toBe("");
    expect(text.err[0]).toMatch(/^error: bad\.yaml:1:\d+: target\.spec\.width: /);
    expect((await run("validate", "--format", "github", "bad.yaml")).out).toMatch(
      /^::error file=bad\.yaml,line=1,col=\d+/,
    );
  });
});

describe("planton kinds", () => {
  test("lists the catalog as a table and as JSON", async () => {
    expect((await run("kinds")).out).toMatch(
      /^KIND .*\nTestGadget {3}gadget {6}test\.planton\.dev\/v1 {2}test {6}yes\n/,
    );
    expect(JSON.parse((await run("kinds", "--format", "json")).out)).toEqual({
      kinds: [
        {
          kind: "TestGadget",
          shortName: "gadget",
          apiVersion: "test.planton.dev/v1",
          provider: "test",
          dataProtected: true,
        },
        {
          kind: "TestSticker",
          shortName: "sticker",
          apiVersion: "test.planton.dev/v1",
          provider: "test",
          dataProtected: false,
        },
        {
          kind: "TestWidget",
          shortName: "widget",
          apiVersion: "test.planton.dev/v1",
          provider: "test",
          dataProtected: false,
        },
      ],
    });
  });
});

describe("planton explain", () => {
  test.each<[what: string, lines: readonly (string | RegExp)[]]>([
    ["E_RULE_VIOLATED", ["E_RULE_VIOLATED", /exit code 64/]],
    [
      "TestWidget",
      [
        "TestWidget",
        /^ {2}stack: \[<env>\.\]widget\.<name>$/m,
        /^ {2}A widget\.$/m,
        /widget_name +string/,
        /width +integer/,
        /a red widget is at most 10 wide/,
      ],
    ],
    [
      "TestWidget.spec.width",
      ["TestWidget.spec.width", /^ {2}How wide it is\..{60,85}\n {2}.*Default: 0\.$/m, /at most 100/],
    ],
    ["TestWidget.colour", ["TestWidget.colour", /values: red, blue/, /crimson, rouge: other spelling of red/]],
    ["TestWidget.spec.parts[0].count", [/integer, default 4/]],
    ["TestWidget.spec.parent", [/string or reference/, /TestGadget, output gadget_id/]],
    ["TestWidget.spec.token", [/string/, /secret/]],
    ["TestWidget.spec.parent.ref", [/env +string/, /project +string/, /stack +string/]],
    ["TestWidget.spec.parent.valueFrom.env", [/string/]],
    ["metadata.name.format", [/must be 1 to 63/, /- TestWidget\.metadata\.name/]],
    ["workspace.name.format", [/letters/, /- Workspace\.name/]],
    ["required", [/given/, /- TestWidget\.metadata\.name/]],
    ["TestWidget.metadata.name", [/string, required/]],
    ["TestWidget.status.outputs", [/widget_id/]],
    ["TestWidget.status.outputs.widget_id", [/string/]],
    ["Workspace", [/planton\.yaml/, /environments +map/]],
    ["Workspace.environments", [/at most 32/i, /credentials +map of string/]],
    ["Workspace.environments.credentials", [/credentials\.yaml/]],
  ])("reports %s", async (what, lines) => {
    const { out } = await run("explain", what);
    for (const line of lines) expect(out).toMatch(line);
  });

  test.each([
    ["E_RULE_VIOLATD", "E_RULE_VIOLATED"],
    ["TestWidgt", "TestWidget"],
    ["TestWidget.spec.widht", "width"],
    ["metadata.nam.format", "metadata.name.format"],
    ["TestWidget.spec.parent.ref.nme", "name"],
    ["Workspce", "Workspace"],
    ["Workspace.environments.label", "labels"],
  ])("does not know %s, and names what may be meant", async (what, meant) => {
    await expect(run("explain", what)).rejects.toMatchObject({ code: "E_USAGE", hint: expect.stringContaining(meant) });
  });
});
