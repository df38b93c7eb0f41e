import { PlantonError } from "../../../contract/planton-error.js";
import {
  definedValues,
  isList,
  isMap,
  type Properties,
  type PropertyMap,
  type PropertyValue,
  unknownValue,
} from "../schema/property-value.js";

/** Marks of Pulumi's property encoding (pulumi/pulumi sdk/go/common/resource/sig and plugin/rpc.go, 3.259). */
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const referenceSignature = "5cf8f73096256a8f31e491e813e4eb8e";
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const unknownTexts: ReadonlySet<unknown> = new Set([
  unknownText,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

interface Seen {
  secret: boolean;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function decodeMarked(value: Record<string, unknown>, seen: Seen): PropertyValue {
  switch (value[signatureKey]) {
    case secretSignature:
      seen.secret = true;
      return decodeValue(value["value"], seen);
    case outputSignature:
      if (value["secret"] === true) seen.secret = true;
      return "value" in value ? decodeValue(value["value"], seen) : unknownValue;
    case referenceSignature:
      return value["id"] === undefined || value["id"] === "" ? unknownValue : decodeValue(value["id"], seen);
    default:
      throw new PlantonError({ code: "E_INTERNAL", message: "assets and archives are not accepted by this plugin" });
  }
}

function decodeValue(value: unknown, seen: Seen): PropertyValue {
  if (unknownTexts.has(value)) return unknownValue;
  if (Array.isArray(value)) return value.map((element) => decodeValue(element, seen));
  if (isRecord(value)) return signatureKey in value ? decodeMarked(value, seen) : decodeEntries(value, seen);
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  return null;
}

function decodeEntries(entries: Record<string, unknown>, seen: Seen): PropertyMap {
  const values: Record<string, PropertyValue> = {};
  for (const [name, value] of Object.entries(entries)) {
    if (value !== null && value !== undefined) values[name] = decodeValue(value, seen);
  }
  return values;
}

/**
 * Properties from the plain object of a protobuf Struct: secret wrappers removed (their top-level names are
 * remembered), unknowns as {@link unknownValue}, nulls of maps left out. Throws E_INTERNAL for assets.
 */
export function decodeProperties(plain: Record<string, unknown>): Properties {
  const values: Record<string, PropertyValue> = {};
  const secrets = new Set<string>();
  for (const [name, value] of Object.entries(plain)) {
    if (value === null || value === undefined) continue;
    const seen: Seen = { secret: false };
    values[name] = decodeValue(value, seen);
    if (seen.secret) secrets.add(name);
  }
  return { values, secrets };
}

type WireValue = null | boolean | number | string | WireValue[] | { [name: string]: WireValue };

function encodeValue(value: PropertyValue): WireValue {
  if (value === unknownValue) return unknownText;
  if (isList(value)) return value.map(encodeValue);
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(definedValues(value)).map(([name, entry]) => [name, encodeValue(entry)]));
}

/** The plain object of a protobuf Struct; secret top-level properties are wrapped whole. */
export function encodeProperties(properties: Properties): { [name: string]: WireValue } {
  const plain: { [name: string]: WireValue } = {};
  for (const [name, value] of Object.entries(definedValues(properties.values))) {
    const encoded = encodeValue(value);
    plain[name] = properties.secrets.has(name) ? { [signatureKey]: secretSignature, value: encoded } : encoded;
  }
  return plain;
}
