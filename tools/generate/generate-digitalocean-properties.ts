import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import ts from "typescript";

/** Where {@link generateDigitalOceanProperties} goes, relative to the project's root. */
export const digitalOceanPropertiesPath = "providers/digitalocean/gen/properties.ts";

const sdk = dirname(createRequire(import.meta.url).resolve("@pulumi/digitalocean/package.json"));

type Properties = Record<string, string>;

function parse(file: string): ts.SourceFile {
  const path = join(sdk, file);
  return ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.ES2022, true);
}

const nested = { inputs: parse("types/input.d.ts"), outputs: parse("types/output.d.ts") };

function findInterface(source: ts.SourceFile, name: string): ts.InterfaceDeclaration {
  const found = source.statements.find((node) => ts.isInterfaceDeclaration(node) && node.name.text === name);
  if (found && ts.isInterfaceDeclaration(found)) return found;
  throw new Error(`no interface ${name} in ${source.fileName}`);
}

/** "string", "number[]", "{ day: string; hour: string }": a type without pulumi.Input, pulumi.Output and undefined. */
function describe(type: ts.TypeNode): string {
  if (ts.isArrayTypeNode(type)) return `${describe(type.elementType)}[]`;
  if (ts.isUnionTypeNode(type)) {
    const members = [...new Set(type.types.map(describe))].filter(
      (member) => member !== "undefined" && member !== "enum",
    );
    if (members.length === 1) return members[0] ?? "";
  }
  if (ts.isTypeReferenceNode(type)) {
    const name = type.typeName.getText();
    const [argument] = type.typeArguments ?? [];
    if ((name === "pulumi.Input" || name === "pulumi.Output") && argument) return describe(argument);
    if (name.startsWith("enums.")) return "enum";
    const [namespace, member] = name.split(".");
    if ((namespace === "inputs" || namespace === "outputs") && member) {
      const properties = Object.entries(membersOf(findInterface(nested[namespace], member)));
      return `{ ${properties.map(([key, value]) => `${key}: ${value}`).join("; ")} }`;
    }
  }
  const text = type.getText();
  if (["string", "number", "boolean", "undefined"].includes(text)) return text;
  throw new Error(`a type that this tool does not know: ${text}`);
}

function entryOf(member: ts.PropertySignature | ts.PropertyDeclaration): [string, string] {
  if (member.type === undefined) throw new Error(`${member.name.getText()} has no type`);
  return [member.name.getText() + (member.questionToken ? "?" : ""), describe(member.type)];
}

function membersOf(declaration: ts.InterfaceDeclaration): Properties {
  return Object.fromEntries(declaration.members.filter(ts.isPropertySignature).map(entryOf));
}

function outputsOf(source: ts.SourceFile, name: string): Properties {
  const found = source.statements.find((node) => ts.isClassDeclaration(node) && node.name?.text === name);
  if (!found || !ts.isClassDeclaration(found)) throw new Error(`no class ${name} in ${source.fileName}`);
  return Object.fromEntries(
    found.members
      .filter(ts.isPropertyDeclaration)
      .filter((m) => m.type)
      .map(entryOf),
  );
}

function strings(script: string, pattern: RegExp): string[] {
  const list = pattern.exec(script)?.[1] ?? "";
  return [...list.matchAll(/"([^"]+)"/g)].map(([, name]) => name ?? "").sort();
}

function className(file: string): string {
  return file.charAt(0).toUpperCase() + file.slice(1);
}

/** The file of the SDK for a token: "databaseCluster" of "digitalocean:index/databaseCluster:DatabaseCluster". */
function fileOf(token: string): string {
  return token.slice(token.indexOf("/") + 1, token.lastIndexOf(":"));
}

function resourceEntry(declared: string) {
  const file = fileOf(declared);
  const source = parse(`${file}.d.ts`);
  const script = readFileSync(join(sdk, `${file}.js`), "utf8");
  const token = /__pulumiType = '([^']+)'/.exec(script)?.[1];
  if (token !== declared) throw new Error(`${file}.js is of ${token ?? "no type"}, not ${declared}`);
  const entry = {
    inputs: membersOf(findInterface(source, `${className(file)}Args`)),
    outputs: outputsOf(source, className(file)),
    secrets: strings(script, /additionalSecretOutputs: \[([^\]]*)\]/),
  };
  return [token, entry] as const;
}

function functionEntry(token: string) {
  const file = fileOf(token);
  const source = parse(`${file}.d.ts`);
  const entry = {
    inputs: membersOf(findInterface(source, `${className(file)}Args`)),
    outputs: membersOf(findInterface(source, `${className(file)}Result`)),
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
  return `{\n${lines.join("")}${indent}}`;
}

/**
 * Text of the SDK's properties and types for all that the stand-in of the plugin declares. Throws when the SDK lacks
 * it.
 */
export async function generateDigitalOceanProperties(): Promise<string> {
  const { version }: { version: string } = JSON.parse(readFileSync(join(sdk, "package.json"), "utf8"));
  const provider = parse("provider.d.ts");
  // Not before its list of resources is generated.
  const { digitalOceanProvider } = await import("../../providers/digitalocean/digitalocean-provider.js");
  const { resources, functions } = digitalOceanProvider;
  const properties = {
    version,
    provider: { inputs: membersOf(findInterface(provider, "ProviderArgs")) },
    resources: Object.fromEntries(resources.map(({ type }) => resourceEntry(type))),
    functions: Object.fromEntries(functions.map(({ token }) => functionEntry(token))),
  };
  return [
    "// Generated by make gen from the types of @pulumi/digitalocean; not edited by hand.",
    "",
    "/** Properties and types of the SDK; `?` marks what may be left out. */",
    `export const digitalOceanProperties = ${print(properties, "")} as const;`,
    "",
  ].join("\n");
}
