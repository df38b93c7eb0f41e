import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { catalog } from "../../apis/gen/catalog.js";
import { errorCodes } from "../../contract/error-codes.js";
import { findProvider } from "../../contract/find-vendor.js";
import { packageSchema } from "../../providers/kit/resource/package-schema.js";
import { createTidbCloudProvider } from "../../providers/tidbcloud/tidbcloud-provider.js";
import { findCredentials } from "../../runner/credentials/resolve-credentials.js";
import { stackInputCredentials } from "../../runner/credentials/stack-input-credentials.js";
import { checkStackInput } from "../../runner/manifest/read-stack-input.js";
import { readProject } from "../../runner/project/project-file.js";
import { projectTrust } from "../../runner/project/project-trust.js";
import { readStackRecord } from "../../runner/project/stack-settings.js";
import { findWorkspace } from "../../runner/project/workspace/workspace.js";
import { loadWorkspace } from "../../runner/workspace/load/load-workspace.js";
import type { PackageSchema } from "../../tools/generate/resource-classes.js";
import { projectRoot } from "../support/kinds/kind-examples.js";
import { docCommands, notRun, readDocs } from "./doc-blocks.js";

const docs = readDocs();
/** Blocks that the test of the pages about kinds and vendors writes into a copy of the project. */
const isOfNewKind = (file: string | undefined): boolean => /^(apis|modules)\//.test(file ?? "");
/** Blocks that mean something in their workspace alone. */
const isOfWorkspace = (file: string | undefined, text: string): boolean =>
  /\/overlays\//.test(file ?? "") || /\{env\}/.test(text);
const isCredentials = (file: string | undefined): boolean => file?.endsWith("/credentials.yaml") ?? false;
const yamlBlocks = docs.flatMap(({ path, blocks }) =>
  blocks
    .filter(({ language, file }) => language === "yaml" && !isOfNewKind(file))
    .map((block) => ({ ...block, name: `${path}:${block.line} ${block.file ?? "stack input"}` })),
);

const isProgram = (text: string): boolean => /^runtime: yaml$/m.test(text);

interface Program {
  readonly resources: Readonly<Record<string, { readonly type: string; readonly properties: object }>>;
}

/** A program of Pulumi YAML reads outputs that the kind has, from a stack named as planton names it. */
function expectReader({ resources }: Program, text: string): void {
  for (const { properties } of Object.values(resources)) {
    const stack = "name" in properties ? String(properties.name) : "";
    const kind = catalog.kinds.find((entry) => stack.split("/")[2]?.startsWith(`${entry.shortName}.`));
    const outputs = [...text.matchAll(/\.outputs\["(\w+)"\]/g)].map(([, name]) => name);
    expect(outputs.length).toBeGreaterThan(0);
    expect(kind?.stackOutputs.fields.map(({ name }) => name)).toEqual(expect.arrayContaining(outputs));
  }
}

/** A program of Pulumi YAML names resources and inputs that our plugin has. */
function expectProgram(text: string): void {
  // Written by us, and checked for what is used of it right here.
  const program = parse(text) as Program;
  const { resources } = program;
  if (Object.values(resources).every(({ type }) => type === "pulumi:pulumi:StackReference")) {
    expectReader(program, text);
    return;
  }
  const schema = JSON.parse(packageSchema(createTidbCloudProvider("0.0.0"))) as PackageSchema;
  const known = new Map(Object.entries(schema.resources).map(([type, facts]) => [type.replace(/\/\w+/, ""), facts]));
  for (const { type, properties } of Object.values(resources)) {
    const names = Object.keys(properties);
    expect(Object.keys(known.get(type)?.inputProperties ?? {})).toEqual(expect.arrayContaining(names));
    expect(names).toEqual(expect.arrayContaining([...(known.get(type)?.requiredInputs ?? [])]));
  }
  const outputs = [...text.matchAll(/\$\{(\w+)\.(\w+)\}/g)];
  expect(outputs.length).toBeGreaterThan(0);
  for (const [, resource = "", output = ""] of outputs) {
    expect(Object.keys(known.get(resources[resource]?.type ?? "")?.properties ?? {})).toContain(output);
  }
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "planton-docs-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("YAML blocks", () => {
  const alone = yamlBlocks.filter(({ file, text }) => !isCredentials(file) && !isOfWorkspace(file, text));
  it.each(alone)("$name is taken by what reads it", ({ file = "stack-input.yaml", text }) => {
    const name = basename(file);
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    if (name === "planton.yaml") return expect(findWorkspace(folder, projectTrust({}))?.name).toBe("shop");
    if (isProgram(text)) return expectProgram(text);
    if (name === "Pulumi.yaml") return expect(readProject(folder, projectTrust({}))?.name).toBe("my-database");
    const stack = /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1];
    if (stack !== undefined) {
      const { stackInput, target, account } = readStackRecord(folder, stack) ?? {};
      return expect([stackInput, target?.name, account?.length]).toEqual(["stack-input.yaml", "orders", 40]);
    }
    expect(checkStackInput({ catalog, file: name, text }).warnings).toEqual([]);
  });

  const workspaces = docs.flatMap(({ path, blocks }) =>
    blocks.flatMap(({ file }) => (file?.endsWith("/planton.yaml") ? [{ path, root: dirname(file), blocks }] : [])),
  );
  it.each(workspaces)("of the workspace in $path fit together", ({ root, blocks }) => {
    for (const { file, text } of blocks) {
      if (file === undefined || !file.startsWith(`${root}/`)) continue;
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    const needs = { stdin: undefined, env: undefined, needsEnvironment: false };
    const { problems, units } = loadWorkspace({
      catalog,
      cwd: folder,
      trust: projectTrust({ HOME: folder }),
      paths: [root],
      ...needs,
    });
    expect(problems).toEqual([]);
    expect(units.length).toBeGreaterThan(1);
  });

  it("name a credential that the documented credentials.yaml defines", () => {
    const defining = yamlBlocks.filter(({ file }) => isCredentials(file));
    expect(defining).toHaveLength(1);
    writeFileSync(join(folder, "credentials.yaml"), defining[0]?.text ?? "", { mode: 0o600 });
    const naming = yamlBlocks.filter(({ text }) => text.includes("credential_id:"));
    expect(naming).not.toEqual([]);
    for (const { text } of naming) {
      const reading = checkStackInput({ catalog, file: "stack-input.yaml", text });
      const provider = findProvider(catalog, reading.entry.provider);
      const { config } = stackInputCredentials(reading, provider);
      expect(findCredentials({ provider, config, env: { PLANTON_HOME: folder } }).source).toBe("file");
    }
  });
});

describe.each(docs)("$path", ({ path, text, blocks }) => {
  it("has blocks of known languages only", () => {
    const known = ["yaml", "sh", "ts", "js", "go", "prisma", "proto", "diff", "text"];
    expect(blocks.filter(({ language }) => !known.includes(language))).toEqual([]);
    expect(text.split("\n").filter((line) => line.startsWith("```"))).toHaveLength(blocks.length * 2);
  });

  it("links to files that are there", () => {
    const targets = [...text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, target = ""]) => target);
    const local = targets.filter((target) => !target.startsWith("https://"));
    expect(local.filter((target) => !existsSync(join(projectRoot, dirname(path), target)))).toEqual([]);
  });

  it("names error codes and make targets that are there", () => {
    const codes = [...text.matchAll(/\bE_[A-Z_]+[A-Z]\b/g)].map(([code]) => code);
    expect(codes.filter((code) => !Object.hasOwn(errorCodes, code))).toEqual([]);
    const makefile = readFileSync(join(projectRoot, "Makefile"), "utf8");
    const targets = [...text.matchAll(/`make ([a-z-]+)`/g)].map(([, target = ""]) => target);
    expect(targets.filter((target) => !new RegExp(`^${target}:`, "m").test(makefile))).toEqual([]);
  });
});

it("every command that is not run is in a document", () => {
  const commands = docs.flatMap(({ blocks }) =>
    blocks.filter(({ language }) => language === "sh").flatMap(docCommands),
  );
  const texts = commands.map(({ text }) => text);
  expect([...notRun.keys()].filter((text) => !texts.includes(text))).toEqual([]);
});
