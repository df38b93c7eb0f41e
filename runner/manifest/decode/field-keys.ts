import { type DescField, type DescMessage, getOption, hasOption } from "@bufbuild/protobuf";
import { alias as aliasOption } from "../../../apis/gen/es/planton/shared/v1/options_pb.js";
import { fieldNames } from "../../../contract/fields/field-names.js";
import { isValueOrRef } from "./value-or-ref.js";

const cache = new WeakMap<DescMessage, ReadonlyMap<string, DescField>>();

/** The fields of a message by every key that a manifest may use: name, JSON name, and aliases in both key styles. */
export function fieldKeys(schema: DescMessage): ReadonlyMap<string, DescField> {
  const cached = cache.get(schema);
  if (cached !== undefined) return cached;
  const keys = new Map<string, DescField>();
  for (const field of schema.fields) {
    const aliases = hasOption(field, aliasOption) ? getOption(field, aliasOption) : [];
    for (const name of fieldNames(field, aliases)) keys.set(name, field);
  }
  // A reference may be written as {ref: ...}; protobuf's options cannot say so without importing themselves.
  const reference = isValueOrRef(schema) ? schema.field["valueFrom"] : undefined;
  if (reference !== undefined) keys.set("ref", reference);
  // Real names win over aliases.
  for (const field of schema.fields) keys.set(field.jsonName, field).set(field.name, field);
  cache.set(schema, keys);
  return keys;
}
