/** A type in a Pulumi package schema. */
export interface SchemaType {
  readonly type?: string;
  readonly $ref?: string;
  readonly items?: SchemaType;
  readonly additionalProperties?: SchemaType;
}

/** A property in a Pulumi package schema. */
export interface SchemaProperty extends SchemaType {
  readonly description?: string;
  readonly secret?: boolean;
}

type Properties = Readonly<Record<string, SchemaProperty>>;

/** A resource in a Pulumi package schema. */
export interface SchemaResource {
  readonly description: string;
  readonly properties: Properties;
  readonly required: readonly string[];
  readonly inputProperties: Properties;
  readonly requiredInputs: readonly string[];
}

/** What the generator reads of a Pulumi package schema, as the kit's `packageSchema` writes it. */
export interface PackageSchema {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly types: Readonly<Record<string, { readonly properties: Properties; readonly required: readonly string[] }>>;
  readonly provider: { readonly inputProperties: Properties };
  readonly resources: Readonly<Record<string, SchemaResource>>;
}

type Side = "Args" | "Output";

const nameOf = (token: string): string => token.slice(token.lastIndexOf(":") + 1);

function typeText(type: SchemaType, side: Side): string {
  if (type.$ref !== undefined) return nameOf(type.$ref.slice("#/types/".length)) + (side === "Args" ? "Args" : "");
  if (type.items !== undefined) {
    const element = typeText(type.items, side);
    return side === "Args" ? `readonly Input<${element}>[]` : `readonly ${element}[]`;
  }
  if (type.additionalProperties !== undefined) {
    const element = typeText(type.additionalProperties, side);
    return `Readonly<Record<string, ${side === "Args" ? `Input<${element}>` : element}>>`;
  }
  return type.type === "integer" ? "number" : (type.type ?? "unknown");
}

function comment(text: string | undefined, indent: string): string[] {
  return text === undefined ? [] : [`${indent}/** ${text.replaceAll("*/", "*\\/")} */`];
}

function argsLines(properties: Properties, required: readonly string[]): string[] {
  return Object.entries(properties).flatMap(([name, property]) => {
    const type = `Input<${typeText(property, "Args")}>`;
    const isRequired = required.includes(name);
    return [
      ...comment(property.description, "  "),
      `  readonly ${name}${isRequired ? "" : "?"}: ${type}${isRequired ? "" : " | undefined"};`,
    ];
  });
}

function interfaces(schema: PackageSchema): string[] {
  return Object.entries(schema.types).flatMap(([token, { properties, required }]) => {
    const name = nameOf(token);
    const outputs = Object.entries(properties).flatMap(([property, facts]) => {
      const isRequired = required.includes(property);
      const type = typeText(facts, "Output");
      return [...comment(facts.description, "  "), `  readonly ${property}${isRequired ? "" : "?"}: ${type};`];
    });
    return [
      `/** \`${name}\` as a program gives it. */`,
      `export interface ${name}Args {`,
      ...argsLines(properties, required),
      "}",
      "",
      `/** \`${name}\` as the state has it. */`,
      `export interface ${name} {`,
      ...outputs,
      "}",
      "",
    ];
  });
}

function secretsOf(properties: Properties): string[] {
  return Object.keys(properties).filter((name) => properties[name]?.secret);
}

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(", ");

function inputLines(properties: Properties, isProvider: boolean): string[] {
  return Object.entries(properties).map(([name, { type, secret }]) => {
    const given = `args.${name}`;
    // Inputs of a provider travel as texts.
    const text = isProvider && type !== "string" ? `output(${given}).apply((value) => JSON.stringify(value))` : given;
    if (!secret && text === given) return `      ${name}: ${given},`;
    return `      ${name}: ${given} === undefined ? undefined : ${secret ? `secret(${text})` : text},`;
  });
}

function resourceClass(token: string, resource: SchemaResource): string[] {
  const { inputProperties, properties, required } = resource;
  const name = nameOf(token);
  const outputs = Object.keys(properties).filter((property) => inputProperties[property] === undefined);
  const fields = Object.entries(properties).flatMap(([property, facts]) => {
    const type = typeText(facts, "Output");
    const value = required.includes(property) ? type : `${type} | undefined`;
    return [...comment(facts.description, "  "), `  declare readonly ${property}: Output<${value}>;`];
  });
  return [
    `/** Inputs of {@link ${name}}. */`,
    `export interface ${name}Args {`,
    ...argsLines(inputProperties, resource.requiredInputs),
    "}",
    "",
    `/** ${resource.description} */`,
    `export class ${name} extends CustomResource {`,
    "  /** Its type token. */",
    `  static readonly pulumiType = "${token}";`,
    "",
    ...fields,
    "",
    `  constructor(name: string, args: ${name}Args, options?: CustomResourceOptions) {`,
    "    const inputs: Inputs = {",
    ...inputLines(inputProperties, false),
    ...outputs.map((output) => `      ${output}: undefined,`),
    "    };",
    `    const defaults = { version, additionalSecretOutputs: [${quoted(secretsOf(properties))}] };`,
    `    super(${name}.pulumiType, name, inputs, mergeOptions(defaults, options));`,
    "  }",
    "",
    "  /** The resource of that id as it is at the vendor; it is read, not managed. */",
    `  static get(name: string, id: Input<ID>, options?: CustomResourceOptions): ${name} {`,
    "    // A resource with an id is read and takes no inputs.",
    `    return new ${name}(name, {} as ${name}Args, { ...options, id });`,
    "  }",
    "}",
    "",
  ];
}

function providerClass({ name, description, provider }: PackageSchema): string[] {
  const { inputProperties } = provider;
  const outputs = Object.entries(inputProperties).filter(([, { type }]) => type === "string");
  return [
    "/** Configuration of {@link Provider}. */",
    "export interface ProviderArgs {",
    ...argsLines(inputProperties, []),
    "}",
    "",
    `/** ${description} */`,
    "export class Provider extends ProviderResource {",
    ...outputs.map(([property]) => `  declare readonly ${property}: Output<string | undefined>;`),
    "",
    "  constructor(name: string, args: ProviderArgs = {}, options?: ResourceOptions) {",
    "    const inputs: Inputs = {",
    ...inputLines(inputProperties, true),
    "    };",
    `    const defaults = { version, additionalSecretOutputs: [${quoted(secretsOf(inputProperties))}] };`,
    `    super("${name}", name, inputs, mergeOptions(defaults, options));`,
    "  }",
    "}",
    "",
  ];
}

const imports = [
  "CustomResource",
  "type CustomResourceOptions",
  "type ID",
  "type Input",
  "type Inputs",
  "mergeOptions",
  "type Output",
  "output",
  "ProviderResource",
  "type ResourceOptions",
  "secret",
];
/** Not every package's classes call these, and an import that is not used is an error. */
const onlyWhereCalled: readonly string[] = ["output", "secret"];

/** The TypeScript classes of a package: its provider and its resources, for use with `@pulumi/pulumi`. */
export function resourceClasses(schema: PackageSchema): string {
  const resources = Object.entries(schema.resources).flatMap(([token, resource]) => resourceClass(token, resource));
  const body = [...interfaces(schema), ...providerClass(schema), ...resources];
  const isUsed = (name: string): boolean =>
    !onlyWhereCalled.includes(name) || body.some((line) => line.includes(` ${name}(`));
  const lines = [
    `// Generated by make gen from the schema of the plugin "${schema.name}". Do not edit.`,
    "import {",
    ...imports.filter(isUsed).map((name) => `  ${name},`),
    '} from "@pulumi/pulumi";',
    "",
    "/** Version of the plugin that the engine is asked for. */",
    `const version = "${schema.version}";`,
    "",
    ...body,
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}
