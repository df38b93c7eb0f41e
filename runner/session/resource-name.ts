import { getOption, type Message } from "@bufbuild/protobuf";
import { type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import { resource_name } from "../../apis/gen/es/planton/shared/v1/options_pb.js";
import type { KindEntry } from "../../contract/catalog.js";

/** The spec field that names the resource at the vendor, in a stack input; undefined when the kind has none. */
interface ResourceNameField {
  /** Path in the manifest: "spec.cluster_name". */
  readonly path: string;
  /** The name that the manifest gives; undefined when it leaves it to metadata.name. */
  readonly given: string | undefined;
}

/** Finds the field with the option `resource_name` in a checked stack input of the kind. */
export function resourceNameField(entry: KindEntry, stackInput: Message): ResourceNameField | undefined {
  const field = entry.spec.fields.find((candidate) => getOption(candidate, resource_name));
  const spec = childOf(childOf(reflect(entry.stackInput, stackInput), "target"), "spec");
  if (field?.scalar === undefined || spec === undefined) return undefined;
  return {
    path: `spec.${field.name}`,
    given: spec.isSet(field) && spec.get(field) !== "" ? String(spec.get(field)) : undefined,
  };
}

/** The message in a field; undefined when it is not set. */
export function childOf(message: ReflectMessage | undefined, name: string): ReflectMessage | undefined {
  const field = message?.fields.find((candidate) => candidate.name === name);
  if (message === undefined || field?.fieldKind !== "message" || !message.isSet(field)) return undefined;
  return message.get(field);
}
