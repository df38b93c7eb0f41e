import { hasOption, type Message } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { resource_name, resource_scope, variable_name } from "../../apis/gen/es/planton/shared/v1/options_pb.js";
import type { KindEntry } from "../../contract/catalog.js";
import { optionOf } from "../../contract/fields/option-of.js";
import { childOf } from "../manifest/check/walk-fields.js";
import type { Target } from "../project/target-name.js";

/** The spec field that names the resource at the vendor, in a stack input; undefined when the kind has none. */
interface ResourceNameField {
  /** Path in the manifest: "spec.cluster_name". */
  readonly path: string;
  /** The name that the manifest gives; undefined when it leaves it to metadata.name. */
  readonly given: string | undefined;
  /** True when the name has to be unique within another resource alone. */
  readonly isWithin: boolean;
  /** True when metadata.name gives it in the form of a variable's. */
  readonly isVariable: boolean;
}

/** Finds the field with the option `resource_name` in a checked stack input of the kind. */
export function resourceNameField(entry: KindEntry, stackInput: Message): ResourceNameField | undefined {
  const field = entry.spec.fields.find((candidate) => optionOf(candidate, resource_name));
  const spec = childOf(childOf(reflect(entry.stackInput, stackInput), "target"), "spec");
  if (field?.scalar === undefined || spec === undefined) return undefined;
  return {
    path: `spec.${field.name}`,
    isWithin: entry.spec.fields.some((candidate) => hasOption(candidate, resource_scope)),
    isVariable: optionOf(field, variable_name),
    given: spec.isSet(field) && spec.get(field) !== "" ? String(spec.get(field)) : undefined,
  };
}

/** The name that a workspace's pattern `resource_names` gives to the resource of a target. */
export function nameByPattern(pattern: string, { name, env }: Target): string {
  // Without an environment no dash is left at the end of a name.
  const own = env === undefined ? pattern.replace(/-?\{env\}-?/, "") : pattern.replaceAll("{env}", env);
  return own.replaceAll("{name}", name);
}
