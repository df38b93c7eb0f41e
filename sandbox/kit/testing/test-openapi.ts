import { readFileSync } from "node:fs";
import { type Schema, Validator } from "@cfworker/json-schema";
import { isJsonObject, type JsonObject, objectField, stringField, stringList } from "../base/json-fields.js";

/** A response to be compared with an OpenAPI document. */
export interface DocumentedResponse {
  readonly method: string;
  /** Without query. */
  readonly path: string;
  readonly status: number;
  readonly body: unknown;
}

/**
 * Reads an OpenAPI 3.0 document and gives a function that compares JSON responses with it, strictly: members that the
 * document does not name, or has as write-only, are differences too. A difference is the place in the body with `*` for
 * list indexes, and the keyword of JSON Schema that fails or "unknown", such as `/vpc/name type`; each once, sorted. An
 * operation or status that the document lacks is one difference.
 */
export function openApiDifferences(file: URL): (response: DocumentedResponse) => readonly string[] {
  const document: unknown = JSON.parse(readFileSync(file, "utf8"));
  if (!isJsonObject(document)) throw new TypeError(`${file.pathname} is no JSON object`);
  const paths = Object.entries(objectField(document, "paths") ?? {}).map(
    ([template, operations]) => [patternOf(template), operations] as const,
  );
  return ({ method, path, status, body }) => {
    const operations = paths.find(([pattern]) => pattern.test(path))?.[1];
    const schema = [method.toLowerCase(), "responses", String(status), "content", "application/json", "schema"].reduce<
      JsonObject | undefined
    >((inner, key) => (inner === undefined ? undefined : objectField(inner, key)), asObject(operations));
    if (schema === undefined) return [`${method} ${path} ${status} is not documented`];
    const { errors } = new Validator(strictSchema(schema, document, true), "2019-09", false).validate(body);
    const found = errors
      .filter(({ keyword }) => !composing.has(keyword))
      .map(({ instanceLocation, keyword }) => ({ place: placeOf(instanceLocation), keyword }));
    // A member with a difference inside counts as unknown to the schema around it too.
    const innermost = found.filter(
      ({ place, keyword }) =>
        keyword !== "false" ||
        !found.some(
          (other) => other.place.startsWith(`${place}/`) || (other.place === place && other.keyword !== "false"),
        ),
    );
    const named = innermost.map(({ place, keyword }) => `${place} ${keyword === "false" ? "unknown" : keyword}`);
    return [...new Set(named)].sort();
  };
}

/** Keywords that fail because something inside fails. */
const composing = new Set(["properties", "items", "allOf", "anyOf", "$ref", "unevaluatedProperties"]);

/** A place in the body; the validator gives "#/vpcs/0/name". */
function placeOf(instanceLocation: string): string {
  return instanceLocation.slice(1).replace(/\/\d+(?=\/|$)/g, "/*");
}

function asObject(value: unknown): JsonObject | undefined {
  return isJsonObject(value) ? value : undefined;
}

function patternOf(template: string): RegExp {
  return new RegExp(`^${template.replace(/\{[^}]+\}/g, "[^/]+")}$`);
}

/**
 * The schema in the form of JSON Schema 2019-09, references filled in. `closed`: no other members than those named here
 * and in what it is composed of.
 */
function strictSchema(schema: JsonObject, document: JsonObject, closed: boolean): Schema {
  const reference = stringField(schema, "$ref");
  if (reference !== "") return strictSchema(targetOf(reference, document), document, closed);
  const inner = (value: unknown, isClosed: boolean): Schema => strictSchema(asObject(value) ?? {}, document, isClosed);
  const properties = Object.entries(objectField(schema, "properties") ?? {}).filter(
    ([, value]) => asObject(value)?.["writeOnly"] !== true,
  );
  const composed = (["allOf", "anyOf", "oneOf"] as const).flatMap((key) => {
    const parts = schema[key];
    return Array.isArray(parts) ? [[key, parts.map((part) => inner(part, false))] as const] : [];
  });
  const { $ref: _reference, nullable, items, properties: _properties, additionalProperties, ...rest } = schema;
  const isObject = properties.length > 0 || stringField(schema, "type") === "object" || composed.length > 0;
  const isOpen = additionalProperties !== undefined && additionalProperties !== false;
  const strict: Record<string, unknown> = {
    ...rest,
    ...Object.fromEntries(composed),
    ...(items === undefined ? {} : { items: inner(items, true) }),
    ...(properties.length === 0
      ? {}
      : { properties: Object.fromEntries(properties.map(([name, value]) => [name, inner(value, true)])) }),
    ...(closed && isObject && !isOpen ? { unevaluatedProperties: false } : {}),
  };
  // Documents are written for regular expressions without the flag "u", which takes no needless escapes.
  if (typeof strict["pattern"] === "string") strict["pattern"] = strict["pattern"].replace(/\\(?=[:_@#"'])/g, "");
  if (nullable !== true) return strict;
  const enumerated = stringList(schema, "enum");
  if (enumerated.length > 0) strict["enum"] = [...enumerated, null];
  if (typeof strict["type"] === "string") strict["type"] = [strict["type"], "null"];
  return strict;
}

function targetOf(reference: string, document: JsonObject): JsonObject {
  const target = reference
    .slice(2)
    .split("/")
    .reduce<JsonObject | undefined>(
      (inner, key) => (inner === undefined ? undefined : objectField(inner, key)),
      document,
    );
  if (target === undefined) throw new RangeError(`${reference} is not in the document`);
  return target;
}
