import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, posix } from "node:path";
import ts from "typescript";
import type { Provider } from "../../providers/kit/resource/provider.js";
import type { Resource } from "../../providers/kit/resource/resource.js";
import type { PropertyDeclarations, PropertyType } from "../../providers/kit/schema/property-declaration.js";
import { pluginSources } from "./generate-vendor-lists.js";
import type { GeneratedTree } from "./generated-tree.js";

type Properties = Record<string, string>;

/** Parts of an SDK's declarations. */
interface Sdk {
  readonly parse: (file: string) => ts.SourceFile;
  readonly script: (file: string) => string;
  /** Names of its files without end, by the same in lower case: the case of digits' neighbours follows no rule. */
  readonly files: ReadonlyMap<string, string>;
  readonly nested: Readonly<Record<"inputs" | "outputs", () => ReadonlyMap<string, ts.InterfaceDeclaration>>>;
}

function openSdk(name: string): Sdk {
  const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  const parse = (file: string): ts.SourceFile => {
    const path = join(folder, file);
    return ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.ES2022, true);
  };
  const lazy = (file: string) => {
    let found: ReadonlyMap<string, ts.InterfaceDeclaration> | undefined;
    return () => {
      found ??= new Map(
        parse(file)
          .statements.filter(ts.isInterfaceDeclaration)
          .map((node) => [node.name.text, node]),
      );
      return found;
    };
  };
  const scripts = readdirSync(folder).filter((file) => file.endsWith(".js"));
  return {
    parse,
    script: (file) => readFileSync(join(folder, file), "utf8"),
    files: new Map(scripts.map((file) => [file.slice(0, -3).toLowerCase(), file.slice(0, -3)])),
    nested: { inputs: lazy("types/input.d.ts"), outputs: lazy("types/output.d.ts") },
  };
}

function findInterface(source: ts.SourceFile, name: string): ts.InterfaceDeclaration {
  const found = source.statements.find((node) => ts.isInterfaceDeclaration(node) && node.name.text === name);
  if (found && ts.isInterfaceDeclaration(found)) return found;
  throw new Error(`no interface ${name} in ${source.fileName}`);
}

/** "string", "number[]", "{ day: string; hour: string }": a type without pulumi.Input, pulumi.Output and undefined. */
function describe(type: ts.TypeNode, sdk: Sdk, declared?: PropertyType): string {
  const inner = declared !== undefined && "element" in declared ? declared.element : declared;
  if (ts.isArrayTypeNode(type)) return `${describe(type.elementType, sdk, inner)}[]`;
  if (ts.isTypeLiteralNode(type)) return "map";
  if (ts.isUnionTypeNode(type)) {
    const members = [...new Set(type.types.map((member) => describe(member, sdk, declared)))].filter(
      (member) => member !== "undefined" && member !== "enum",
    );
    if (members.length === 1) return members[0] ?? "";
  }
  if (ts.isTypeReferenceNode(type)) {
    const name = type.typeName.getText();
    const [argument] = type.typeArguments ?? [];
    if ((name === "pulumi.Input" || name === "pulumi.Output") && argument) return describe(argument, sdk, declared);
    if (name.startsWith("enums.")) return "enum";
    const [namespace, member] = name.split(".");
    if ((namespace === "inputs" || namespace === "outputs") && member) {
      const found = sdk.nested[namespace]().get(member);
      if (found === undefined) throw new Error(`no interface ${name}`);
      const properties = Object.entries(
        membersOf(found, sdk, declared?.kind === "object" ? declared.properties : undefined),
      );
      return `{ ${properties.map(([key, value]) => `${key}: ${value}`).join("; ")} }`;
    }
  }
  const text = type.getText();
  if (["string", "number", "boolean", "undefined", "any"].includes(text)) return text;
  throw new Error(`a type that this tool does not know: ${text}`);
}

function entryOf(
  member: ts.PropertySignature | ts.PropertyDeclaration,
  sdk: Sdk,
  declared: PropertyDeclarations = {},
): [string, string] {
  if (member.type === undefined) throw new Error(`${member.name.getText()} has no type`);
  return [
    member.name.getText() + (member.questionToken ? "?" : ""),
    describe(member.type, sdk, declared[member.name.getText()]?.type),
  ];
}

/** The members of an interface; `among`: those alone. */
function membersOf(declaration: ts.InterfaceDeclaration, sdk: Sdk, among?: PropertyDeclarations): Properties {
  const members = declaration.members.filter(ts.isPropertySignature);
  return Object.fromEntries(
    members
      .filter(({ name }) => among === undefined || name.getText() in among)
      .map((member) => entryOf(member, sdk, among)),
  );
}

function outputsOf(source: ts.SourceFile, name: string, sdk: Sdk, among: PropertyDeclarations): Properties {
  const found = source.statements.find((node) => ts.isClassDeclaration(node) && node.name?.text === name);
  if (!found || !ts.isClassDeclaration(found)) throw new Error(`no class ${name} in ${source.fileName}`);
  return Object.fromEntries(
    found.members
      .filter(ts.isPropertyDeclaration)
      .filter((m) => m.type && m.name.getText() in among)
      .map((m) => entryOf(m, sdk, among)),
  );
}

function strings(script: string, pattern: RegExp): string[] {
  const list = pattern.exec(script)?.[1] ?? "";
  return [...list.matchAll(/"([^"]+)"/g)].map(([, name]) => name ?? "").sort();
}

/** File and class of the SDK for a token: "databaseCluster" of "digitalocean:index/databaseCluster:DatabaseCluster". */
function placeOf(token: string, { files }: Sdk): { readonly file: string; readonly name: string } {
  const name = token.slice(token.lastIndexOf(":") + 1);
  const file = files.get(name.toLowerCase());
  if (file === undefined) throw new Error(`the SDK has no file for ${token}`);
  return { file, name };
}

function resourceEntry(declared: Pick<Resource<never>, "type" | "inputs" | "outputs">, sdk: Sdk) {
  const { file, name } = placeOf(declared.type, sdk);
  const source = sdk.parse(`${file}.d.ts`);
  const script = sdk.script(`${file}.js`);
  const token = /__pulumiType = '([^']+)'/.exec(script)?.[1];
  if (token !== declared.type) throw new Error(`${file}.js is of ${token ?? "no type"}, not ${declared.type}`);
  const { inputs, outputs } = declared;
  const entry = {
    inputs: membersOf(findInterface(source, `${name}Args`), sdk, inputs),
    outputs: outputsOf(source, name, sdk, { ...inputs, ...outputs }),
    secrets: strings(script, /additionalSecretOutputs: \[([^\]]*)\]/),
  };
  return [token, entry] as const;
}

function functionEntry(token: string, sdk: Sdk) {
  const { file, name } = placeOf(token, sdk);
  const className = name.charAt(0).toUpperCase() + name.slice(1);
  const source = sdk.parse(`${file}.d.ts`);
  const entry = {
    inputs: membersOf(findInterface(source, `${className}Args`), sdk),
    outputs: membersOf(findInterface(source, `${className}Result`), sdk),
  };
  return [token, entry] as const;
}

/** Columns of the formatter, which puts a longer string on a line of its own. */
const lineWidth = 120;

/** A value as the formatter would write it. */
function print(value: unknown, indent: string): string {
  if (Array.isArray(value)) return `[${value.map((element) => print(element, indent)).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  const lines = Object.entries(value).map(([name, entry]) => {
    const key = /^[a-zA-Z]+$/.test(name) ? name : JSON.stringify(name);
    const text = print(entry, inner);
    const isLong = typeof entry === "string" && `${inner}${key}: ${text},`.length > lineWidth;
    return isLong ? `${inner}${key}:\n${inner}  ${text},\n` : `${inner}${key}: ${text},\n`;
  });
  return lines.length === 0 ? "{}" : `{\n${lines.join("")}${indent}}`;
}

/**
 * The files with the SDK's properties and types of all that the stand-ins of official plugins declare: what a stand-in
 * leaves out, its resources refuse. Throws when an SDK lacks what is declared.
 */
export async function generateSdkProperties(root: string): Promise<GeneratedTree> {
  const files = new Map<string, string>();
  for (const { name, file, symbol, isOwn } of pluginSources(root)) {
    if (isOwn) continue;
    const packageName = `@pulumi/${name}`;
    const sdk = openSdk(packageName);
    const { version }: { version: string } = JSON.parse(sdk.script("package.json"));
    // Not before its list of resources is generated.
    const module: Readonly<Record<string, Provider<never> | undefined>> = await import(join(root, file));
    const provider = module[symbol];
    if (provider === undefined) throw new Error(`"${file}" exports no ${symbol}`);
    const properties = {
      version,
      provider: { inputs: membersOf(findInterface(sdk.parse("provider.d.ts"), "ProviderArgs"), sdk) },
      resources: Object.fromEntries(provider.resources.map((resource) => resourceEntry(resource, sdk))),
      functions: Object.fromEntries(provider.functions.map(({ token }) => functionEntry(token, sdk))),
    };
    const text = [
      `// Generated by make gen from the types of ${packageName}; not edited by hand.`,
      "",
      "/** Properties and types of the SDK; `?` marks what may be left out. */",
      `export const ${symbol.replace(/Provider$/, "Properties")} = ${print(properties, "")} as const;`,
      "",
    ].join("\n");
    files.set(`${posix.dirname(file)}/gen/properties.ts`, text);
  }
  return files;
}
