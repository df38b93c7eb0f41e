import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { projectTrust } from "../../project/project-trust.js";
import { bareWorkspace, findWorkspace } from "../../project/workspace/workspace.js";
import { findManifestFiles, type ManifestFiles } from "./find-manifest-files.js";
import { type Files, inFolder } from "./test-workspace.js";

function findIn(cwd: string, folder: string): ManifestFiles {
  const start = join(cwd, folder);
  const workspace = findWorkspace(start, projectTrust({ HOME: cwd })) ?? bareWorkspace(start);
  return findManifestFiles({ workspace, folder, cwd });
}

/** Files with these contents; those of a list are empty. */
function files(paths: readonly string[], contents: Files = {}): Files {
  return { ...Object.fromEntries(paths.map((path) => [path, ""])), ...contents };
}

describe("what is found", () => {
  test.each<[name: string, files: Files, found: readonly string[]]>([
    [
      "*.yaml and *.yml, sorted",
      files(["b.yml", "a.yaml", "d/c.yaml", "e.json", "yaml"]),
      ["a.yaml", "b.yml", "d/c.yaml"],
    ],
    ["no hidden files and folders", files([".a.yaml", ".d/a.yaml", "a.yaml"]), ["a.yaml"]],
    ["no node_modules", files(["node_modules/p/a.yaml", "d/node_modules/a.yaml"]), []],
    [
      "no files of Pulumi and of ours",
      files(["Pulumi.yaml", "Pulumi.stg.vpc.a.yaml", "planton.yaml", "Pulumis.yaml"]),
      ["Pulumis.yaml"],
    ],
    [
      "overlays at the root alone are left out",
      files(["overlays/stg/a.yaml", "d/overlays/b.yaml"]),
      ["d/overlays/b.yaml"],
    ],
    [
      "folders with a planton.yaml of their own",
      files(["a.yaml", "d/planton.yaml", "d/b.yaml", "d/e/c.yaml"]),
      ["a.yaml"],
    ],
    ["what .gitignore names", files(["a.yaml", "b.yaml"], { ".gitignore": "b.yaml\n" }), ["a.yaml"]],
    ["what .plantonignore names", files(["a.yaml", "d/b.yaml"], { ".plantonignore": "d/" }), ["a.yaml"]],
    [
      ".plantonignore wins over .gitignore",
      files(["a.yaml", "b.yaml"], { ".gitignore": "*.yaml\n", ".plantonignore": "!b.yaml\n" }),
      ["b.yaml"],
    ],
    [
      "a rule of a folder below is for that folder",
      files(["a.yaml", "d/a.yaml", "d/e/a.yaml", "d/e/f/b.yaml"], { "d/.gitignore": "a.yaml\n/e/f\n" }),
      ["a.yaml"],
    ],
    [
      "a rule of a folder below wins",
      files(["d/a.yaml", "d/out/b.yaml", "out/c.yaml"], {
        ".gitignore": "a.yaml\nout/\n",
        "d/.gitignore": "!a.yaml\n!out/\n",
      }),
      ["d/a.yaml", "d/out/b.yaml"],
    ],
    [
      "nothing below a folder that is left out comes back",
      files(["d/a.yaml"], { ".gitignore": "d/\n!d/a.yaml\n" }),
      [],
    ],
    [
      "a folder's name is no pattern",
      files(["[d] !/a.yaml", "d/a.yaml"], { "[d] !/.gitignore": "a.yaml\n" }),
      ["d/a.yaml"],
    ],
    ["rules heed upper and lower case", files(["A.yaml", "a.yaml"], { ".gitignore": "a.yaml" }), ["A.yaml"]],
    [
      "comments, empty lines and blanks at the end",
      files(["a.yaml", "#b.yaml"], { ".gitignore": "# a.yaml\r\n\r\n  \r\n\\#b.yaml  \r\n" }),
      ["a.yaml"],
    ],
    [
      "globs",
      files(["a.yaml", "d/b.yaml", "d/e/c.yaml", "f/g.yaml", "d/readme.md"], {
        "planton.yaml": "manifests: [d/**, 'f/*.yml']",
      }),
      ["d/b.yaml", "d/e/c.yaml"],
    ],
    [
      "globs with braces, a folder, and what they leave out",
      files(["a.yaml", "b.yaml", "c.yaml", "d/e.yaml"], {
        "planton.yaml": "manifests: ['./{a,b}.yaml', d/, '!b.yaml']",
      }),
      ["a.yaml", "d/e.yaml"],
    ],
    [
      "globs that only leave out",
      files(["a.yaml", "d/e.yaml"], { "planton.yaml": "manifests: ['!d/**']" }),
      ["a.yaml"],
    ],
  ])("%s", (_name, contents, found) => {
    inFolder(contents, (cwd) => expect(findIn(cwd, ".").files).toEqual(found));
  });

  test("no links, neither to files nor to folders", () => {
    inFolder(files(["d/a.yaml"]), (cwd) => {
      symlinkSync("d", join(cwd, "e"));
      symlinkSync("d/a.yaml", join(cwd, "b.yaml"));
      symlinkSync(".", join(cwd, "d/loop"));
      expect(findIn(cwd, ".").files).toEqual(["d/a.yaml"]);
      expect(findIn(cwd, "e").files).toEqual(["e/a.yaml"]);
    });
  });

  test("rules of the folders above hold up to the repository's root, and no further", () => {
    const contents = files(["r/infra/net/a.yaml", "r/infra/net/b.yaml", "r/infra/net/c.yaml"], {
      ".gitignore": "a.yaml\n",
      "r/.gitignore": "/infra/net/b.yaml\n",
      "r/infra/.plantonignore": "c.yaml\n",
    });
    inFolder(contents, (cwd) => {
      expect(findIn(cwd, "r/infra/net").files).toEqual([]);
      mkdirSync(join(cwd, "r/.git"));
      expect(findIn(cwd, "r/infra/net").files).toEqual(["r/infra/net/a.yaml"]);
    });
  });

  test("a folder that the user names is read although a rule leaves it out", () => {
    inFolder(files(["out/d/a.yaml", "out/b.tmp.yaml"], { ".gitignore": "out/\n*.tmp.yaml\n" }), (cwd) => {
      expect(findIn(cwd, ".").files).toEqual([]);
      expect(findIn(cwd, "out").files).toEqual(["out/d/a.yaml"]);
      expect(findIn(cwd, "out/d").files).toEqual(["out/d/a.yaml"]);
    });
  });

  test("globs start from planton.yaml, also for a folder below", () => {
    inFolder(files(["d/a.yaml", "d/e/b.yaml"], { "planton.yaml": "manifests: [d/e/*.yaml, x/*.yaml]" }), (cwd) => {
      const found = findIn(cwd, "d");
      expect([found.files, found.unusedGlobs]).toEqual([["d/e/b.yaml"], [1]]);
    });
  });

  test("kustomizations and workspaces below are named, and no manifests", () => {
    inFolder(files(["k/kustomization.yaml", "k/a.yaml", "w/planton.yaml", "w/v/planton.yaml"]), (cwd) => {
      const { files: found, kustomizations, workspaces } = findIn(cwd, ".");
      expect([found, kustomizations, workspaces]).toEqual([["k/a.yaml"], ["k/kustomization.yaml"], ["w"]]);
    });
  });

  test("an ignore file that cannot be read is a fault, and the rest is found", () => {
    inFolder(files(["a.yaml"], { "d/.gitignore": "\0" }), (cwd) => {
      const { files: found, problems } = findIn(cwd, ".");
      expect(found).toEqual(["a.yaml"]);
      expect(problems.map(({ code, file }) => `${file} ${code}`)).toEqual(["d/.gitignore E_LOAD_UNREADABLE"]);
    });
  });
});
