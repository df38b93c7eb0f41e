import type { ReflectMessage } from "@bufbuild/protobuf/reflect";
import type { Metadata } from "../../../apis/gen/es/planton/shared/v1/metadata_pb.js";
import { resource_name, variable_name } from "../../../apis/gen/es/planton/shared/v1/options_pb.js";
import type { KindEntry } from "../../../contract/catalog.js";
import { optionOf } from "../../../contract/fields/option-of.js";
import type { Problem } from "../../../contract/planton-error.js";
import { locationOf, type SourceMap } from "../decode/source-map.js";
import { shorten } from "../yaml/yaml-node.js";
import { brokenRuleOf } from "./broken-rule.js";
import { childOf } from "./walk-fields.js";

/** Input of {@link checkDefaultName}. */
interface DefaultNameInput {
  readonly entry: KindEntry;
  readonly file: string;
  /** The stack input. */
  readonly message: ReflectMessage;
  readonly metadata: Metadata;
  readonly places: SourceMap;
  /** Field paths with an error already. */
  readonly failed: ReadonlySet<string>;
}

/** The name at the vendor that metadata.name gives where the spec gives none: as it is, or as the name of a variable. */
export function defaultName(name: string, isVariable: boolean): string {
  return isVariable ? name.toUpperCase().replaceAll("-", "_") : name;
}

/**
 * Holds metadata.name against the rules of the spec field with the option `resource_name`, whose default it is: one problem
 * at metadata.name, with the field that takes another name, or none.
 */
export function checkDefaultName(input: DefaultNameInput): Problem[] {
  const { entry, file, message, metadata, places, failed } = input;
  const field = entry.spec.fields.find((candidate) => optionOf(candidate, resource_name));
  const spec = childOf(childOf(message, "target"), "spec");
  if (field === undefined || spec === undefined || spec.isSet(field) || metadata.name === "") return [];
  if ([`target.spec.${field.name}`, "target.metadata.name"].some((path) => failed.has(path))) return [];
  const name = defaultName(metadata.name, optionOf(field, variable_name));
  const broken = brokenRuleOf(field, name);
  if (broken === undefined) return [];
  return [
    {
      code: "E_RULE_VIOLATED",
      severity: "error",
      file,
      ...locationOf(places, "target.metadata.name"),
      message: `it is the default of spec.${field.name}, which ${broken.message}, got "${shorten(name)}"`,
      hint: `give a name of its own in spec.${field.name}`,
      ...(broken.rule === undefined ? {} : { rule: broken.rule }),
    },
  ];
}
