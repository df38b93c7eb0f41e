import { type DescField, ScalarType } from "@bufbuild/protobuf";
import { brokenRule, type FieldValue } from "../check/broken-rule.js";
import type { YamlNode, YamlScalar } from "../yaml/yaml-node.js";
import type { DecodeAt } from "./decode-context.js";
import { offerCure, yamlText } from "./offer-cure.js";
import { fieldList } from "./unknown-field.js";

/** What {@link listHint} is about. */
interface ListHintInput {
  readonly field: DescField;
  /** The value in place of a list. */
  readonly node: YamlNode;
  readonly at: DecodeAt;
  /** What an item would be read as; undefined when it has a fault. */
  readonly read: (item: YamlNode) => FieldValue | undefined;
}

/** How a single value becomes the list that was meant: of the value itself, or of its parts between commas. */
export function listHint({ field, node, at, read }: ListHintInput): string {
  if (node.kind !== "scalar") {
    const item = read(node);
    const isTaken = item !== undefined && brokenRule(field, [item]) === undefined;
    return isTaken ? 'write it as a list: put "- " before its first key' : itemsOf(field);
  }
  const parts = node.source
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  const cures = [[node.source], ...(parts.length > 1 ? [parts] : [])].flatMap((texts) => {
    const items = texts.flatMap((text) => itemFrom(field, { ...node, source: text }, read) ?? []);
    const text = items.map((item) => item.text).join(", ");
    const hint = `write it as a list${at.secret || text.length > 60 ? "" : `: [${text}]`}`;
    return items.length === texts.length ? [{ value: items.map((item) => item.value), hint }] : [];
  });
  return offerCure(at, "a list", cures) ?? itemsOf(field);
}

interface Item {
  readonly value: FieldValue;
  /** As it is written. */
  readonly text: string;
}

/** The item that a scalar's text gives; undefined when it gives none. */
function itemFrom(field: DescField, node: YamlScalar, read: ListHintInput["read"]): Item | undefined {
  const isText = field.message !== undefined || field.scalar === ScalarType.STRING;
  for (const form of isText ? [node.source] : [node.value, node.source]) {
    const value = form === null ? undefined : read({ ...node, value: form });
    if (value !== undefined && form !== null) return { value, text: yamlText(form) };
  }
  return undefined;
}

function itemsOf({ message }: DescField): string {
  return message === undefined ? "write a list" : `write a list of maps with the keys ${fieldList(message)}`;
}
