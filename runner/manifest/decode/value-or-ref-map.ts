import type { YamlMap, YamlNode } from "../yaml/yaml-node.js";
import { type DecodeAt, type DecodeWalk, report, reportType } from "./decode-context.js";
import { stringHint } from "./decode-scalar.js";

/**
 * The full form of a string-or-reference: a plain text becomes `{value: text}`, and `ref` becomes `value_from`.
 * Undefined after reporting why it is neither.
 */
export function valueOrRefMap(walk: DecodeWalk, node: YamlNode, at: DecodeAt): YamlMap | undefined {
  if (node.kind === "scalar" && typeof node.value === "string") {
    // Rules are about the field `value`, but the text is at the field itself.
    walk.places.set(`${at.fieldPath}.value`, { position: node.position, path: at.path });
    return {
      kind: "map",
      position: node.position,
      entries: [{ key: "value", keyPosition: node.position, value: node }],
    };
  }
  if (node.kind !== "map") {
    const hint = stringHint(node, at) ?? "write a string, or {ref: {kind, name, field_path}}";
    return reportType(walk, at, node, "a string or a reference", hint);
  }
  if (node.entries.length === 0) {
    return report(walk, at, {
      code: "E_REFERENCE_FORM",
      position: node.position,
      message: "neither a value nor a reference is given",
      hint: "write a string, or {ref: {kind, name, field_path}}",
    });
  }
  return node;
}
