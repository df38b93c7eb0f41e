import type { PropertyDeclarations, PropertyType } from "../schema/property-declaration.js";
import type { Provider } from "./provider.js";

type SchemaValue = string | boolean | readonly string[] | { readonly [name: string]: SchemaValue };
type Types = Record<string, SchemaValue>;

const scalarTypes = { string: "string", integer: "integer", number: "number", boolean: "boolean" } as const;

function objectName(token: string, path: string): string {
  const [pkg = "", , name = ""] = token.split(":");
  const words = path.split(".").map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${pkg}:index:${name}${words.join("")}`;
}

function typeOf(
  type: PropertyType,
  place: { token: string; path: string },
  types: Types,
): { [name: string]: SchemaValue } {
  switch (type.kind) {
    case "list":
    case "set":
      return { type: "array", items: typeOf(type.element, place, types) };
    case "map":
      return { type: "object", additionalProperties: typeOf(type.element, place, types) };
    case "object": {
      const name = objectName(place.token, place.path);
      types[name] = { type: "object", ...objectOf(type.properties, place, types) };
      return { $ref: `#/types/${name}` };
    }
    case "any":
      return { $ref: "pulumi.json#/Any" };
    default:
      return { type: scalarTypes[type.kind] };
  }
}

function propertiesOf(declarations: PropertyDeclarations, place: { token: string; path: string }, types: Types) {
  const properties: Record<string, { readonly [name: string]: SchemaValue }> = {};
  for (const [name, declaration] of Object.entries(declarations)) {
    const path = place.path === "" ? name : `${place.path}.${name}`;
    properties[name] = {
      ...typeOf(declaration.type, { token: place.token, path }, types),
      ...(declaration.description === undefined ? {} : { description: declaration.description }),
      ...(declaration.secret ? { secret: true } : {}),
      ...(declaration.replace ? { willReplaceOnChanges: true } : {}),
    };
  }
  return properties;
}

function requiredOf(declarations: PropertyDeclarations): readonly string[] {
  return Object.keys(declarations).filter((name) => declarations[name]?.required);
}

function objectOf(declarations: PropertyDeclarations, place: { token: string; path: string }, types: Types) {
  return { properties: propertiesOf(declarations, place, types), required: requiredOf(declarations) };
}

/** The Pulumi package schema of a provider, as JSON. */
export function packageSchema<Api>(provider: Provider<Api>): string {
  const types: Types = {};
  const resources: Record<string, SchemaValue> = {};
  const functions: Record<string, SchemaValue> = {};
  for (const { type, description, inputs, outputs } of provider.resources) {
    const place = { token: type, path: "" };
    resources[type] = {
      description,
      ...objectOf({ ...inputs, ...outputs }, place, types),
      inputProperties: propertiesOf(inputs, place, types),
      requiredInputs: requiredOf(inputs),
    };
  }
  for (const { token, description, inputs, outputs } of provider.functions) {
    functions[token] = {
      description,
      inputs: { type: "object", ...objectOf(inputs, { token, path: "" }, types) },
      outputs: { type: "object", ...objectOf(outputs, { token, path: "" }, types) },
    };
  }
  const place = { token: `${provider.name}:index:Provider`, path: "" };
  return JSON.stringify({
    name: provider.name,
    version: provider.version,
    description: provider.description,
    // "index/serverlessCluster" in a token is a file of the module "index".
    meta: { moduleFormat: "(.*)(?:/[^/]*)" },
    config: { variables: propertiesOf(provider.config, place, types) },
    provider: { inputProperties: propertiesOf(provider.config, place, types) },
    types,
    resources,
    functions,
  });
}
