import { vendors } from "../../../../modules/gen/vendors.js";
import type { KindNames } from "./kind-names.js";
import { protoName, type RequiredInput, type ResourceClass } from "./resource-class.js";
import type { NewFile } from "./write-new-files.js";

/** The files of a kind with a name and what its resource cannot be made without. */
export function kindFiles(names: KindNames, resource: ResourceClass): readonly NewFile[] {
  const { proto, module } = names;
  return [
    { path: `apis/proto/${proto}.proto`, text: protoText(names, resource) },
    { path: `${module}/locals.ts`, text: localsText(names, resource) },
    { path: `${module}/resources.ts`, text: resourcesText(names, resource) },
    { path: `${module}/outputs.ts`, text: outputsText(names, resource) },
    { path: `${module}/examples/minimal.yaml`, text: exampleText(names, resource) },
  ];
}

/** Names that the conformance tests take for a secret's, and a few more. */
const secretLooking = /(^|_)(password|passphrase|secret|token|credentials?|uri|user|username|key)(_|$)/;

function protoText(names: KindNames, resource: ResourceClass): string {
  const { kind, provider, words, aWords, snake } = names;
  const { name, displayName, apiVersion, configMessage } = provider;
  const spec = [
    ...(resource.inputs.name ? [nameField(words)] : []),
    ...resource.required.map((input, index) => requiredField(input, words, index + (resource.inputs.name ? 2 : 1))),
  ];
  const notSecret = secretLooking.test(snake) ? ` [(planton.shared.v1.not_secret) = "an id, not the value"]` : "";
  return `syntax = "proto3";

package planton.${name}.v1;

import "buf/validate/validate.proto";
import "planton/${name}/v1/provider_config.proto";
import "planton/shared/v1/metadata.proto";
import "planton/shared/v1/options.proto";

// ${capital(aWords)} at ${displayName}.
message ${kind} {
  option (planton.shared.v1.kind) = {
${kindOption(names)}
  };

  // Version of the manifest's format.
  string api_version = 1 [(buf.validate.field).string.const = "${apiVersion}"];
  // Kind of the manifest.
  string kind = 2 [(buf.validate.field).string.const = "${kind}"];
  // Who the manifest is about.
  planton.shared.v1.Metadata metadata = 3 [(buf.validate.field).required = true];
  // What is wanted.
  ${kind}Spec spec = 4 [(buf.validate.field).required = true];
}

// The wanted ${words}.
message ${kind}Spec {
${spec.join("\n")}
}

// Facts about the ${words} that was made.
message ${kind}StackOutputs {
  // Id of the ${words}.
  string ${snake}_id = 1${notSecret};${resource.inputs.name ? `\n  // Name of the ${words}.\n  string name = 2;` : ""}
}

// What a run for the kind is given.
message ${kind}StackInput {
  // The manifest.
  ${kind} target = 1 [(buf.validate.field).required = true];
  // Credentials. Default: the environment variables of the provider.
  ${configMessage} provider_config = 2;
}
`;
}

/** The facts of the kind, a line for each. */
const kindOption = ({ provider, idPrefix, shortName }: KindNames): string =>
  [
    `    provider: "${provider.name}"`,
    `    api_version: "${provider.apiVersion}"`,
    `    id_prefix: "${idPrefix}"`,
    `    short_name: "${shortName}"`,
    // As the module begins: it sends no labels, and official plugins heed limits for few resources.
    ...(hasOfficialPlugin(provider.name)
      ? ["    ignored_timeouts: [", '      "create",', '      "update",', '      "delete"', "    ]"]
      : []),
    "    ignores_labels: true",
  ].join("\n");

function hasOfficialPlugin(provider: string): boolean {
  return vendors.some(({ name, plugins }) => name === provider && plugins[0]?.isOwn === false);
}

const nameField = (words: string): string => `  // Name of the ${words}: 1 to 255 characters. Default: metadata.name.
  optional string name = 1 [
    (planton.shared.v1.resource_name) = true,
    (buf.validate.field).string = {min_len: 1, max_len: 255}
  ];`;

function requiredField({ name, type }: RequiredInput, words: string, number: number): string {
  const field = protoName(name);
  const secret = secretLooking.test(field) ? "(planton.shared.v1.secret) = true, " : "";
  const protoType = type === "string" ? "string" : "uint32";
  return `  // ${capital(field.replaceAll("_", " "))} of the ${words}.
  ${protoType} ${field} = ${number} [${secret}(buf.validate.field).required = true];`;
}

function localsText({ kind, rest, aWords, proto }: KindNames, { inputs, required }: ResourceClass): string {
  const entries = [
    ...(inputs.name ? [["name", "string", "spec.name ?? context.resourceName"]] : []),
    ...required.map(({ name, type }) => [name, type, `spec.${name}`]),
    ...(inputs.owner ? [["owner", "string", "context.owner"]] : []),
  ];
  const usesContext = inputs.name || inputs.owner;
  const needsSpec = inputs.name || required.length > 0;
  return `import type { ${kind}StackInput } from "../../../apis/gen/es/${proto}_pb.js";
${usesContext ? `import type { ModuleContext } from "../../../contract/module.js";\n` : ""}\
${needsSpec ? `import { present } from "../../../contract/present.js";\n` : ""}
/** The plain values of ${aWords}. */
export interface ${rest}Locals {
${entries.map(([name, type]) => `  readonly ${name}: ${type};`).join("\n")}
}

/** The plain values of ${aWords} manifest. */
export function locals(input: ${kind}StackInput${usesContext ? ", context: ModuleContext" : ""}): ${rest}Locals {
${needsSpec ? `  const spec = present(input.target?.spec, "target.spec");\n` : ""}\
  return { ${entries.map(([name, , value]) => `${name}: ${value}`).join(", ")} };
}
`;
}

function resourcesText({ rest, camel, words }: KindNames, resource: ResourceClass): string {
  return `import { ${resource.name} } from "${resource.module}";
import type { ModuleContext } from "../../../contract/module.js";
import type { ${rest}Locals } from "./locals.js";

/** The resources of the kind. */
export interface ${rest}Resources {
  readonly ${camel}: ${resource.name};
}

/** Makes the ${words}. */
export function resources(locals: ${rest}Locals, context: ModuleContext): ${rest}Resources {
  return { ${camel}: new ${resource.name}(context.name, { ...locals }, context.primary()) };
}
`;
}

function outputsText({ kind, rest, camel, aWords, proto }: KindNames, { inputs }: ResourceClass): string {
  return `import type { ${kind}StackOutputs } from "../../../apis/gen/es/${proto}_pb.js";
import type { OutputsOf } from "../../../contract/module.js";
import type { ${rest}Resources } from "./resources.js";

/** The stack outputs of ${aWords}. */
export function outputs({ ${camel} }: ${rest}Resources): OutputsOf<${kind}StackOutputs> {
  return { ${camel}Id: ${camel}.id${inputs.name ? `, name: ${camel}.name` : ""} };
}
`;
}

function exampleText({ kind, provider, kebab, aWords }: KindNames, { inputs, required }: ResourceClass): string {
  const fields = [
    ...(inputs.name ? [`  name: example-${kebab}`] : []),
    ...required.map(({ name, type }) => `  ${protoName(name)}: ${type === "string" ? "example" : "1"}`),
  ];
  return `# The least that says something about ${aWords}.
apiVersion: ${provider.apiVersion}
kind: ${kind}
metadata:
  name: example-${kebab}
spec:
${fields.join("\n")}
`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
