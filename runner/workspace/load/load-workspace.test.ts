import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isPlantonError } from "../../../contract/planton-error.js";
import type { LoadWorkspaceInput } from "./load-workspace.js";
import { type Files, inFolder, load, loadIn, short, targetOf, widget } from "./test-workspace.js";

const gadget = (name: string): string => widget(name).replace("TestWidget", "TestGadget");
const withMetadata = (metadata: string): string => widget("w").replace("{name: w}", metadata);
const environments = "name: shop\nenvironments: {stg: {}, prd: {}}\n";

/** Code and hint of what is thrown. */
function thrown(run: () => unknown): readonly string[] {
  try {
    run();
  } catch (error) {
    if (isPlantonError(error)) return [error.code, error.hint];
    throw error;
  }
  return [];
}

describe("units", () => {
  test.each<[name: string, files: Files, ids: readonly string[]]>([
    ["one for each manifest", { "b.yaml": widget("b"), "a.yaml": widget("a") }, ["TestWidget/a", "TestWidget/b"]],
    [
      "one for each document, empty ones aside",
      { "a.yaml": `---\n${widget("b")}---\n---\n# nothing\n---\n${gadget("a")}---\n` },
      ["TestWidget/b", "TestGadget/a"],
    ],
    [
      "one in each environment",
      { "planton.yaml": environments, "w.yaml": widget("w") },
      ["TestWidget/stg/w", "TestWidget/prd/w"],
    ],
    [
      "in the environments of metadata.environments",
      { "planton.yaml": environments, "w.yaml": withMetadata("{name: w, environments: [prd]}") },
      ["TestWidget/prd/w"],
    ],
    [
      "in all of them for an empty metadata.environments",
      { "planton.yaml": environments, "w.yaml": withMetadata("{name: w, environments: []}") },
      ["TestWidget/stg/w", "TestWidget/prd/w"],
    ],
    [
      "in the environment of metadata.env alone",
      { "planton.yaml": environments, "w.yaml": withMetadata("{name: w, env: prd}") },
      ["TestWidget/prd/w"],
    ],
    [
      "in any environment of metadata.env where the workspace has none",
      { "planton.yaml": "name: shop", "w.yaml": withMetadata("{name: w, env: dev}"), "v.yaml": widget("v") },
      ["TestWidget/v", "TestWidget/dev/w"],
    ],
    [
      "of one name in two environments",
      {
        "planton.yaml": environments,
        "w.yaml": `${withMetadata("{name: w, env: prd}")}---\n${withMetadata("{name: w, env: stg}")}`,
      },
      ["TestWidget/prd/w", "TestWidget/stg/w"],
    ],
  ])("%s", (_name, files, ids) => {
    const reading = load(files);
    expect(reading.problems).toEqual([]);
    expect(reading.units.map(({ id }) => id)).toEqual(ids);
    expect(reading.isWhole).toBe(true);
  });

  test("know their project folder, their file and their place in it", () => {
    const both = `${widget("a")}---\napiVersion: v1\nkind: Secret\n---\n---\n${widget("b")}`;
    inFolder({ "d/e/w.yaml": both }, (cwd) => {
      const { units, skipped, files } = loadIn(cwd, { paths: ["d"] });
      expect(units.map(({ projectDir, stackInput, documentIndex }) => [projectDir, stackInput, documentIndex])).toEqual(
        [
          [join(cwd, "d/e"), "w.yaml", 0],
          [join(cwd, "d/e"), "w.yaml", 2],
        ],
      );
      expect([skipped, files]).toEqual([1, ["d/e/w.yaml"]]);
    });
  });

  test("of one document are have a digest of their own: what else is in the file changes nothing", () => {
    const digests = (...documents: readonly string[]) =>
      load({ "w.yaml": documents.join("---\n") }).units.map(({ reading }) => reading.digest);
    const [a, b] = digests(widget("a"), widget("b"));
    expect(digests(widget("c", "width: 2"), widget("b"))[1]).toBe(b);
    expect(digests(widget("a"))).toEqual([a]);
    expect(digests(widget("a", "width: 2"))).not.toEqual([a]);
  });
});

describe("environments", () => {
  const files = {
    "planton.yaml": environments,
    "a.yaml": widget("a"),
    "b.yaml": widget("b").replace("{name: b}", "{name: b, environments: [prd]}"),
    "overlays/prd/a.yaml": widget("a", "widht: 2"),
  };

  test("--env is for that one alone, overlays included", () => {
    const stg = load(files, { env: "stg", needsEnvironment: true });
    expect([stg.units.map(({ id }) => id), stg.problems]).toEqual([["TestWidget/stg/a"], []]);
    const prd = load(files, { env: "prd", needsEnvironment: true });
    expect(prd.units.map(({ id }) => id)).toEqual(["TestWidget/prd/b"]);
    expect(prd.problems.map(short)).toEqual(["overlays/prd/a.yaml:5:3 E_DECODE_UNKNOWN_FIELD spec.widht"]);
  });

  test.each<[name: string, files: Files, options: Partial<LoadWorkspaceInput>, hint: RegExp]>([
    ["one that is needed", files, { needsEnvironment: true }, /--env stg or --env prd/],
    ["one that is not there", files, { env: "stgg" }, /did you mean "stg"/],
    [
      "one of a workspace without",
      { "planton.yaml": "name: shop", "w.yaml": widget("w") },
      { env: "stg" },
      /it has none/,
    ],
    ["one of a folder without planton.yaml", { "w.yaml": widget("w") }, { env: "stg" }, /planton\.yaml/],
  ])("%s is refused", (_name, contents, options, hint) => {
    const [code, said] = thrown(() => load(contents, options));
    expect(code).toBe("E_ENVIRONMENT");
    expect(said).toMatch(hint);
  });

  test.each<[name: string, metadata: string, problems: readonly string[]]>([
    ["an unknown environment", "{name: w, env: stgg}", ["w.yaml:3:27 E_ENVIRONMENT metadata.env"]],
    [
      "unknown ones of several",
      "{name: w, environments: [stgg, prd, x]}",
      ["w.yaml:3:36 E_ENVIRONMENT metadata.environments[0]", "w.yaml:3:47 E_ENVIRONMENT metadata.environments[2]"],
    ],
    ["both", "{name: w, env: stg, environments: [prd]}", ["w.yaml:3:11 E_RULE_VIOLATED metadata.environments"]],
    ["no list", "{name: w, environments: stg}", ["w.yaml:3:35 E_DECODE_TYPE metadata.environments"]],
    ["no string", "{name: w, env: 5}", ["w.yaml:3:26 E_DECODE_TYPE metadata.env"]],
  ])("%s in a manifest", (_name, metadata, problems) => {
    const found = load({ "planton.yaml": environments, "w.yaml": withMetadata(metadata) }).problems.map(short);
    expect(found.map((text) => text.replace(/:3:\d+/, ":3"))).toEqual(
      problems.map((text) => text.replace(/:3:\d+/, ":3")),
    );
  });

  test("metadata.environments in a workspace without any is refused, not passed over", () => {
    for (const planton of [{}, { "planton.yaml": "name: shop" }]) {
      const found = load({ ...planton, "w.yaml": withMetadata("{name: w, environments: [stg]}") });
      expect(found.problems.map(({ code, path }) => [code, path])).toEqual([
        ["E_ENVIRONMENT", "metadata.environments[0]"],
      ]);
      expect(found.units).toEqual([]);
    }
  });

  test("one that is for no environment that is there has its other faults said as well", () => {
    const text = widget("w", "widht: 1").replace("{name: w}", "{name: w, env: dev}");
    const found = load({ "planton.yaml": environments, "w.yaml": text });
    expect(found.problems.map(({ code }) => code)).toEqual(["E_ENVIRONMENT", "E_DECODE_UNKNOWN_FIELD"]);
  });
});

describe("what the workspace adds", () => {
  const planton = `name: shop
labels: {team: core, tier: one, zone: a}
environments:
  stg: {labels: {tier: two, zone: b}, credentials: {test: of-stg}}
  prd: {}
`;

  test("labels: the manifest's own before the environment's before the workspace's", () => {
    const { units, problems } = load({
      "planton.yaml": planton,
      "w.yaml": withMetadata("{name: w, labels: {zone: c}}"),
    });
    expect(problems).toEqual([]);
    expect(units.map((unit) => targetOf(unit).metadata.labels)).toEqual([
      { team: "core", tier: "two", zone: "c" },
      { team: "core", tier: "one", zone: "c" },
    ]);
  });

  test("labels of an overlay are the manifest's; one that it unsets is the workspace's again", () => {
    const overlay = "kind: TestWidget\nmetadata: {name: w, labels: {team: web, zone: null}}\n";
    const text = withMetadata("{name: w, labels: {zone: c}}");
    const { units } = load({ "planton.yaml": planton, "w.yaml": text, "overlays/stg/w.yaml": overlay });
    expect(targetOf(units[0]).metadata.labels).toEqual({ team: "web", tier: "two", zone: "b" });
  });

  test("credentials of the environment, where the manifest names none", () => {
    const stackInput = (config: string) =>
      `target: {kind: TestWidget, metadata: {name: v}, spec: {width: 1}}\n${config}`;
    const configs = (config: string) =>
      load({ "planton.yaml": planton, "v.yaml": stackInput(config) }).units.map(({ reading: { message } }) => {
        const { providerConfig } = message as unknown as {
          providerConfig?: { credentialId?: string; apiKey?: string };
        };
        return providerConfig?.credentialId ?? providerConfig?.apiKey;
      });
    expect(configs("")).toEqual(["of-stg", undefined]);
    expect(configs("provider_config: {}")).toEqual(["of-stg", undefined]);
    expect(configs("provider_config: {credential_id: own}")).toEqual(["own", "own"]);
    expect(configs("provider_config: {api_key: abc}")).toEqual(["abc", "abc"]);
  });

  test("the names of environment and workspace in secret URIs, and nowhere else", () => {
    const text = widget("w", "token: env://T_{env}_{workspace}", "place: north", "finish: 'a{env}{workspace}'");
    const { units } = load({ "planton.yaml": planton, "w.yaml": text });
    expect(units.map((unit) => [targetOf(unit).spec["token"], targetOf(unit).spec["finish"]])).toEqual([
      ["env://T_stg_shop", "a{env}{workspace}"],
      ["env://T_prd_shop", "a{env}{workspace}"],
    ]);
  });
});

describe("faults", () => {
  test.each<[name: string, files: Files, problems: readonly string[]]>([
    [
      "two manifests of one identity, in two files",
      { "a.yaml": widget("w"), "b.yaml": widget("w") },
      ["b.yaml:3:18 E_WORKSPACE metadata.name"],
    ],
    [
      "two manifests of one identity, in one file and in every environment",
      { "planton.yaml": environments, "a.yaml": `${widget("w")}---\n${widget("w")}` },
      ["a.yaml:9:18 E_WORKSPACE metadata.name"],
    ],
    ["a folder without manifests", { "a.yaml": "a: b\n" }, [". E_LOAD_NOT_FOUND"]],
    [
      "a folder with a template of another tool alone",
      { "a.yaml": "{{ if .Values.a }}\n\tb: c\n" },
      [". E_LOAD_NOT_FOUND"],
    ],
    ["a template that speaks of ours", { "a.yaml": "target:\n{{ if }}\n\tb: c\n" }, ["a.yaml:2:1 E_LOAD_YAML"]],
    [
      "a misspelt apiVersion of ours",
      { "a.yaml": widget("w").replace("planton.dev", "plantn.dev") },
      ["a.yaml:1:13 E_KIND_API_VERSION apiVersion"],
    ],
    [
      "every fault of every file",
      { "b.yaml": widget("b", "width: -1", "widht: 1"), "a.yaml": widget("a", "x: 1") },
      [
        "a.yaml:5:3 E_DECODE_UNKNOWN_FIELD spec.x",
        "b.yaml:5:10 E_DECODE_RANGE spec.width",
        "b.yaml:6:3 E_DECODE_UNKNOWN_FIELD spec.widht",
      ],
    ],
    [
      "a glob that matches nothing",
      { "planton.yaml": "manifests: ['*.yaml', 'x/**']", "a.yaml": widget("a") },
      ["planton.yaml:1:23 E_WORKSPACE manifests[1]"],
    ],
    [
      "a kustomization beside manifests",
      { "d/kustomization.yaml": "resources: [a.yaml]", "d/e/a.yaml": widget("a") },
      ["d/kustomization.yaml E_WORKSPACE"],
    ],
    ["a kustomization alone", { "kustomization.yml": "resources: [a.yaml]" }, ["kustomization.yml E_WORKSPACE"]],
    [
      "no kustomization of another tool's folder",
      { "k/kustomization.yaml": "resources: [a.yaml]", "a.yaml": widget("a") },
      [],
    ],
  ])("%s", (_name, files, problems) => {
    expect(load(files).problems.map(short)).toEqual(problems);
  });

  test("a second manifest names the place of the first, and the environments where not all have both", () => {
    const files = {
      "planton.yaml": environments,
      "a.yaml": widget("w"),
      "b.yaml": withMetadata("{name: w, env: prd}"),
    };
    const { problems, units } = load(files);
    expect(problems.map(({ message }) => message)).toEqual([expect.stringMatching(/"a\.yaml", line 3 \(in prd\)$/)]);
    expect(units).toHaveLength(3);
  });

  test("the same in every environment is said once, another with its environments", () => {
    const files = {
      "planton.yaml": environments,
      "w.yaml": widget("w", "width: 101", "token: env://{env}"),
      "overlays/stg/w.yaml": widget("w", "width: 2", "shift: a"),
    };
    const found = load(files).problems;
    expect(found.map(short)).toEqual([
      "overlays/stg/w.yaml:6:10 E_DECODE_TYPE spec.shift",
      "w.yaml:5:10 E_RULE_VIOLATED spec.width",
    ]);
    expect(found[1]?.message).toMatch(/\(in prd\)$/);
    const everywhere = load({ ...files, "overlays/stg/w.yaml": "" }).problems;
    expect(everywhere.map(short)).toEqual(["w.yaml:5:10 E_RULE_VIOLATED spec.width"]);
    expect(everywhere[0]?.message).not.toContain("(in");
  });

  test("a folder above workspaces names them", () => {
    const { problems } = load({ "w/planton.yaml": "", "w/a.yaml": widget("a") });
    expect(problems.map(({ code, hint }) => [code, hint])).toEqual([
      ["E_LOAD_NOT_FOUND", expect.stringMatching(/ w$/)],
    ]);
  });

  test("1,000 faults in 1,000 files are all there, in order", () => {
    const name = (index: number): string => `f${String(index).padStart(4, "0")}`;
    const files = Object.fromEntries(
      Array.from({ length: 1000 }, (_, index) => [`${name(index)}.yaml`, widget(name(index), "widht: 1")]),
    );
    const started = performance.now();
    const { problems } = load({ "planton.yaml": environments, ...files });
    expect(performance.now() - started).toBeLessThan(15_000);
    expect(problems.map(({ file }) => file)).toEqual(Object.keys(files));
  }, 60_000);
});

describe("paths", () => {
  const files = {
    "planton.yaml": environments,
    "net/a.yaml": widget("a"),
    "b.yaml": widget("b"),
    "overlays/stg/b.yaml": widget("b", "width: 7"),
    "other/planton.yaml": "",
    "other/c.yaml": widget("c"),
  };
  const idsOf = (options: Partial<LoadWorkspaceInput>): readonly (readonly string[] | boolean)[] => {
    const { units, problems, isWhole } = load(files, { env: "stg", ...options });
    expect(problems).toEqual([]);
    return [units.map(({ id }) => id), isWhole];
  };

  test("a folder, a file, and both of one workspace", () => {
    expect(idsOf({ paths: ["."] })).toEqual([["TestWidget/stg/b", "TestWidget/stg/a"], true]);
    expect(idsOf({ paths: ["net"] })).toEqual([["TestWidget/stg/a"], false]);
    expect(idsOf({ paths: ["b.yaml", "net", "net/a.yaml"] })).toEqual([
      ["TestWidget/stg/b", "TestWidget/stg/a"],
      false,
    ]);
  });

  test("a file has its overlays", () => {
    const { units } = load(files, { paths: ["b.yaml"] });
    expect(units.map((unit) => targetOf(unit).spec["width"])).toEqual([7, 1]);
  });

  test("standard input has the workspace of the current folder, and no file", () => {
    inFolder(files, (cwd) => {
      const {
        units,
        problems,
        files: read,
      } = loadIn(cwd, { paths: ["-"], stdin: `${widget("b")}---\n${widget("d")}` });
      expect(problems).toEqual([]);
      expect(read).toEqual(["-"]);
      expect(
        units.map(({ id, projectDir, stackInput, documentIndex }) => [id, projectDir, stackInput, documentIndex]),
      ).toEqual([
        ["TestWidget/stg/b", cwd, undefined, 0],
        ["TestWidget/prd/b", cwd, undefined, 0],
        ["TestWidget/stg/d", cwd, undefined, 1],
        ["TestWidget/prd/d", cwd, undefined, 1],
      ]);
      expect(targetOf(units[0]).spec["width"]).toBe(7);
    });
  });

  test.each<[name: string, stdin: string, problems: readonly string[], skipped: number]>([
    ["nothing", "", ["- E_LOAD_EMPTY"], 0],
    ["nothing of ours", "apiVersion: v1\nkind: Secret\n", ["-:2:7 E_KIND_UNKNOWN kind"], 0],
    ["ours among others", `apiVersion: v1\nkind: Secret\n---\n${widget("d")}`, [], 1],
  ])("%s on standard input", (_name, stdin, problems, skipped) => {
    const reading = load({}, { paths: ["-"], stdin });
    expect([reading.problems.map(short), reading.skipped]).toEqual([problems, skipped]);
  });

  test.each([
    ["a mapping", "apiVersion: test.planton.dev/v1\nkind: [\n"],
    ["a mapping in flow style", "{apiVersion: test.planton.dev/v1, kind: TestWidget, metadata: {name: a]}}\n"],
    ["JSON", `{"kind": "TestWidget", "apiVersion": "test.planton.dev/v1", "metadata": {"name": "a"]}}\n`],
  ])("%s of ours that is no YAML is an error, and not another tool's", (_name, text) => {
    const reading = load({ "a.yaml": widget("b"), "broken.yaml": text });
    expect(reading.problems).toMatchObject([{ file: "broken.yaml", code: "E_LOAD_YAML", severity: "error" }]);
    expect([reading.skipped, reading.unread]).toEqual([0, undefined]);
  });

  test("another tool's that is no YAML is passed over", () => {
    const reading = load({ "a.yaml": widget("b"), "chart.yaml": "apiVersion: v1\n{{- if .Values.x }}\nkind: [\n" });
    expect([reading.problems, reading.skipped]).toEqual([[], 1]);
  });

  test.each<[name: string, paths: readonly string[]]>([
    ["standard input and a file", ["-", "b.yaml"]],
    ["two workspaces", ["b.yaml", "other"]],
    ["one below a workspace and one below none", ["b.yaml", "../"]],
  ])("%s are refused", (_name, paths) => {
    expect(thrown(() => load(files, { paths, stdin: "" }))[0]).toBe("E_USAGE");
  });

  test("an overlay is no manifest, and planton.yaml is checked as what it is", () => {
    expect(load(files, { paths: ["overlays/stg/b.yaml"] }).problems.map(short)).toEqual([
      "overlays/stg/b.yaml E_OVERLAY",
    ]);
    for (const path of ["overlays", "overlays/stg"]) {
      expect(load(files, { paths: [path] }).problems.map(short)).toEqual([`${path} E_OVERLAY`]);
    }
    const { problems, files: read } = load(files, { paths: ["planton.yaml"] });
    expect([problems, read]).toEqual([[], ["planton.yaml"]]);
    expect(thrown(() => load({ "planton.yaml": "nam: a" }, { paths: ["planton.yaml"] }))[0]).toBe("E_PROJECT_INVALID");
  });

  test("paths below no planton.yaml have the folder that holds them all", () => {
    inFolder({ "a/b/c.yaml": widget("c"), "a/d/e.yaml": widget("e") }, (cwd) => {
      mkdirSync(join(cwd, "a/bc"));
      const rootOf = (...paths: readonly string[]): string => loadIn(cwd, { paths }).workspace.root;
      expect(rootOf("a/b/c.yaml")).toBe(join(cwd, "a/b"));
      expect(rootOf("a/b", "a/bc")).toBe(join(cwd, "a"));
      expect(rootOf("a/d/e.yaml", "a/b", "a")).toBe(join(cwd, "a"));
    });
  });
});
