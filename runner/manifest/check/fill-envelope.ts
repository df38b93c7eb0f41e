import { type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import { resource_name } from "../../../apis/gen/es/planton/shared/v1/options_pb.js";
import type { KindEntry } from "../../../contract/catalog.js";
import { optionOf } from "../../../contract/fields/option-of.js";
import { PlantonError } from "../../../contract/planton-error.js";
import { locationOf, type SourceMap } from "../decode/source-map.js";

/** What {@link fillEnvelope} completes. */
interface FillEnvelopeInput {
  readonly entry: KindEntry;
  /** The stack input; changed in place. */
  readonly stackInput: ReflectMessage;
  readonly places: SourceMap;
}

/** What came of it. */
export interface FilledEnvelope {
  /** With the place of the name's source for `metadata.name`. */
  readonly places: SourceMap;
  /** Field path of the spec field that gave metadata.name; undefined when none did. */
  readonly nameFrom: string | undefined;
  /** Field path of the spec field that gives or would give it; undefined when the manifest has metadata of its own. */
  readonly nameSource: string | undefined;
  /** True when that field is set to a string that no name can be made of. */
  readonly nameUnusable?: true;
}

/**
 * Fills in what a manifest without envelope leaves out: apiVersion, kind, and metadata.name from the spec field with the
 * option `resource_name`; DATABASE_URL and _DATABASE__URL give database-url. A manifest with metadata keeps it as it is;
 * apiVersion is always the kind's own afterwards.
 */
export function fillEnvelope({ entry, stackInput, places }: FillEnvelopeInput): FilledEnvelope {
  const target = child(stackInput, "target");
  setString(target, "api_version", entry.apiVersion);
  setString(target, "kind", entry.kind);
  if (isSet(target, "metadata")) return { places, nameFrom: undefined, nameSource: undefined };
  const metadata = child(target, "metadata");
  const nameField = entry.spec.fields.find((field) => optionOf(field, resource_name));
  if (nameField?.scalar === undefined) return { places, nameFrom: undefined, nameSource: undefined };
  const nameFrom = `target.spec.${nameField.name}`;
  const spec = isSet(target, "spec") ? child(target, "spec") : undefined;
  if (!spec?.isSet(nameField)) return { places, nameFrom: undefined, nameSource: nameFrom };
  const name = manifestName(String(spec.get(nameField)));
  if (name === undefined) return { places, nameFrom: undefined, nameSource: nameFrom, nameUnusable: true };
  setString(metadata, "name", name);
  const byFieldPath = new Map(places.byFieldPath).set("target.metadata.name", locationOf(places, nameFrom));
  return { places: { ...places, byFieldPath }, nameFrom, nameSource: nameFrom };
}

/**
 * Names of variables become names of manifests: in lower case, with one dash where underscores are between other
 * characters; undefined when they have no letter. Every other name has to be one as it is.
 */
function manifestName(text: string): string | undefined {
  if (!/^[A-Z_][A-Z0-9_]*$/.test(text)) return text;
  if (!/[A-Z]/.test(text)) return undefined;
  return text.toLowerCase().split(/_+/).filter(Boolean).join("-");
}

function isSet(message: ReflectMessage, name: string): boolean {
  return message.isSet(fieldOf(message, name));
}

/** The message in a field, set to an empty one when it was not set. */
function child(message: ReflectMessage, name: string): ReflectMessage {
  const field = fieldOf(message, name);
  if (field.fieldKind !== "message") throw brokenContract(message, name);
  if (!message.isSet(field)) message.set(field, reflect(field.message));
  return message.get(field);
}

function setString(message: ReflectMessage, name: string, value: string): void {
  message.set(fieldOf(message, name), value);
}

function fieldOf(message: ReflectMessage, name: string) {
  const field = message.fields.find((candidate) => candidate.name === name);
  if (field === undefined) throw brokenContract(message, name);
  return field;
}

function brokenContract(message: ReflectMessage, name: string): PlantonError {
  return new PlantonError({ code: "E_INTERNAL", message: `${message.desc.typeName} has no usable field "${name}"` });
}
