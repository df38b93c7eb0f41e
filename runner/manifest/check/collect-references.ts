import type { DescField } from "@bufbuild/protobuf";
import type { ReflectMessage } from "@bufbuild/protobuf/reflect";
import { ref as refOption } from "../../../apis/gen/es/planton/shared/v1/options_pb.js";
import type { StringValueOrRef, ValueFrom } from "../../../apis/gen/es/planton/shared/v1/value_or_ref_pb.js";
import type { Catalog } from "../../../contract/catalog.js";
import { optionOf } from "../../../contract/fields/option-of.js";
import { isSecretField } from "../../../contract/fields/secret-field.js";
import type { Position, Problem } from "../../../contract/planton-error.js";
import { suggest } from "../../system/suggest.js";
import { fieldKeys } from "../decode/field-keys.js";
import { locationOf, type SourceMap } from "../decode/source-map.js";
import { isValueOrRefMessage } from "../decode/value-or-ref.js";
import { shorten } from "../yaml/yaml-node.js";
import { walkMessages } from "./walk-fields.js";

/** A StringValueOrRef field that is set. */
export interface FieldReference {
  /** The message itself; `source` distinguishes literal and reference. */
  readonly field: StringValueOrRef;
  /** Path by proto field names, as in a source map: `target.spec.vpc`. */
  readonly fieldPath: string;
  readonly file: string;
  readonly position: Position;
  /** Path as written. */
  readonly path: string;
  /** True when the field has the option `secret`. */
  readonly secret: boolean;
  /** Kind of the manifest referred to. For a literal: the kind the field usually refers to, "" when there is none. */
  readonly kind: string;
  /** metadata.name of the manifest referred to; "" for a literal. */
  readonly name: string;
  /** Output of that manifest's stack. For a literal: the output the field usually takes, "" when there is none. */
  readonly output: string;
  /** False for an output that the kind does not have by the catalog: a stack that is named may have others. */
  readonly isOutputKnown: boolean;
  /** Environment of the manifest referred to; absent when it has none. */
  readonly env?: string;
  readonly project?: string;
  readonly stack?: string;
}

/** Input of {@link collectReferences}. */
interface CollectReferencesInput {
  readonly catalog: Catalog;
  readonly file: string;
  readonly message: ReflectMessage;
  readonly places: SourceMap;
  /** The manifest itself: references take its environment by default, and may not point back at it. */
  readonly self: { readonly kind: string; readonly name: string; readonly env: string | undefined };
}

/** The reference fields of a stack input, and what is wrong with them. */
interface CollectedReferences {
  readonly references: readonly FieldReference[];
  /** E_REFERENCE_FORM, E_REFERENCE_OUTPUT, E_KIND_UNKNOWN. */
  readonly problems: readonly Problem[];
}

/** Collects every reference field that is set, literal or not, in the order of the proto file. Resolves nothing. */
export function collectReferences(input: CollectReferencesInput): CollectedReferences {
  const references: FieldReference[] = [];
  const problems: Problem[] = [];
  walkMessages(input.message, "", (message, fieldPath) => {
    for (const field of message.fields) {
      if (!message.isSet(field)) continue;
      for (const [path, value] of valuesOf(
        message,
        field,
        fieldPath === "" ? field.name : `${fieldPath}.${field.name}`,
      )) {
        const found = referenceOf(input, field, path, value);
        if ("code" in found) problems.push(found);
        else references.push(found);
      }
    }
  });
  return { references, problems };
}

function* valuesOf(message: ReflectMessage, field: DescField, path: string): Generator<[string, StringValueOrRef]> {
  if (field.fieldKind === "message") {
    const { message: value } = message.get(field);
    if (isValueOrRefMessage(value)) yield [path, value];
  } else if (field.fieldKind === "list" && field.listKind === "message") {
    let index = 0;
    for (const item of message.get(field)) {
      // The list kind says that the items are messages; ReflectList's type does not.
      const { message: value } = item as ReflectMessage;
      if (isValueOrRefMessage(value)) yield [`${path}[${index}]`, value];
      index += 1;
    }
  } else if (field.fieldKind === "map" && field.mapKind === "message") {
    for (const [key, item] of message.get(field)) {
      // As above, of the map kind.
      const { message: value } = item as ReflectMessage;
      if (isValueOrRefMessage(value)) yield [`${path}[${typeof key === "string" ? JSON.stringify(key) : key}]`, value];
    }
  }
}

function referenceOf(
  input: CollectReferencesInput,
  field: DescField,
  fieldPath: string,
  value: StringValueOrRef,
): FieldReference | Problem {
  const usual = optionOf(field, refOption);
  const common = {
    field: value,
    fieldPath,
    file: input.file,
    ...locationOf(input.places, fieldPath),
    secret: isSecretField(field),
  };
  if (value.source.case !== "valueFrom")
    return { ...common, kind: usual.kind, name: "", output: usual.fieldPath, isOutputKnown: true };
  const from = value.source.value;
  const kind = from.kind ?? usual.kind;
  const output = outputOf(input.catalog, kind, from, usual.fieldPath);
  const env = from.env ?? input.self.env ?? "";
  const fault = faultOf(input, { from, kind, env, output, secret: common.secret });
  if (fault !== undefined) {
    const { at, ...rest } = fault;
    return {
      severity: "error",
      file: input.file,
      ...locationOf(input.places, `${fieldPath}.value_from${at}`),
      ...rest,
    };
  }
  return {
    ...common,
    kind,
    name: from.name,
    output,
    isOutputKnown: outputField(input.catalog, kind, output) !== undefined,
    ...(env === "" ? {} : { env }),
    ...(from.project === undefined ? {} : { project: from.project }),
    ...(from.stack === undefined ? {} : { stack: from.stack }),
  };
}

/** The output's name, from `status.outputs.vpc_id`, `vpc_id` or `vpcId`; as written when the kind has no such output. */
function outputOf(catalog: Catalog, kind: string, from: ValueFrom, usual: string): string {
  const written = (from.fieldPath ?? usual).replace(/^status\.outputs\./, "");
  const entry = catalog.kinds.find((candidate) => candidate.kind === kind);
  return (entry === undefined ? undefined : fieldKeys(entry.stackOutputs).get(written)?.name) ?? written;
}

interface ReferenceFault extends Pick<Problem, "code" | "message" | "hint"> {
  /** Path of the faulty field below value_from. */
  readonly at: "" | ".kind" | ".name" | ".field_path";
}

interface ReferenceParts {
  readonly from: ValueFrom;
  readonly kind: string;
  readonly env: string;
  readonly output: string;
  /** True when the field that takes the output is a secret. */
  readonly secret: boolean;
}

/** True for an output that a string can be made of: numbers and booleans are converted. */
function isSingle(output: DescField | undefined): boolean {
  return output?.fieldKind === "scalar" || output?.fieldKind === "enum";
}

/** True for an output that a field takes, which is a secret or not. */
function fits(output: DescField, secret: boolean): boolean {
  return isSingle(output) && (secret || !isSecretField(output));
}

function outputField({ kinds }: Catalog, kind: string, output: string): DescField | undefined {
  return kinds.find((entry) => entry.kind === kind)?.stackOutputs.fields.find(({ name }) => name === output);
}

function faultOf({ catalog, self }: CollectReferencesInput, parts: ReferenceParts): ReferenceFault | undefined {
  const { from, kind, env, output } = parts;
  const entry = catalog.kinds.find((candidate) => candidate.kind === kind);
  if (kind === "" || output === "") {
    const missing = kind === "" ? "kind" : "field_path";
    const hint = "write kind, name and field_path";
    return {
      code: "E_REFERENCE_FORM",
      at: "",
      message: `the reference has no ${missing}, and the field has no usual one`,
      hint,
    };
  }
  if (entry === undefined) {
    const meant = suggest(
      kind,
      catalog.kinds.map((candidate) => candidate.kind),
    );
    const hint = meant === undefined ? "see the list: planton kinds" : `did you mean "${meant}"?`;
    return { code: "E_KIND_UNKNOWN", at: ".kind", message: `there is no kind "${shorten(kind)}"`, hint };
  }
  const outputs = entry.stackOutputs.fields.filter((field) => fits(field, parts.secret)).map(({ name }) => name);
  if (/[.[\]]/.test(output)) {
    const hint = `write the name of an output, such as status.outputs.${outputs[0] ?? "id"}`;
    return { code: "E_REFERENCE_FORM", at: ".field_path", message: `"${shorten(output)}" is no output`, hint };
  }
  const taken = outputField(catalog, kind, output);
  // A stack that is named may hold outputs of another version of the kind.
  if (from.stack === undefined && taken === undefined) {
    const meant = suggest(output, outputs);
    const hint = meant === undefined ? `those that fit here are ${outputs.join(", ")}` : `did you mean "${meant}"?`;
    return {
      code: "E_REFERENCE_OUTPUT",
      at: ".field_path",
      message: `${kind} has no output "${shorten(output)}"`,
      hint,
    };
  }
  if (from.stack === undefined && !isSingle(taken)) {
    const form = taken?.fieldKind === "list" ? "a list" : "a map or a message";
    const hint = "take an output that is a string, a number or a boolean";
    const message = `output "${output}" of ${kind} is ${form}, and a string is needed here`;
    return { code: "E_REFERENCE_OUTPUT", at: ".field_path", message, hint };
  }
  if (!parts.secret && taken !== undefined && isSecretField(taken)) {
    const at = from.fieldPath === undefined ? "" : ".field_path";
    return { code: "E_REFERENCE_SECRET", at, ...secretIntoPlain(output) };
  }
  if (from.stack === undefined && kind === self.kind && from.name === self.name && env === (self.env ?? "")) {
    const hint = "name another manifest, or give the value itself";
    return { code: "E_REFERENCE_FORM", at: ".name", message: "the reference points at its own manifest", hint };
  }
  return undefined;
}

/** Why a field that is no secret does not take an output that is one. */
export function secretIntoPlain(output: string): Required<Pick<Problem, "message" | "hint">> {
  return {
    message: `output "${shorten(output)}" is a secret, and this field is none: its value would be readable at the vendor`,
    hint: "name an output that is no secret",
  };
}
