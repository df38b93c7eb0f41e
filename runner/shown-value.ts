import { getOption } from "@bufbuild/protobuf";
import type { Path, ReflectMessage } from "@bufbuild/protobuf/reflect";
import { secret as secretOption } from "../apis/gen/es/planton/shared/v1/options_pb.js";
import { shorten } from "./yaml-node.js";

/** A plain value at a path as text for a message; undefined for messages, lists and maps, unset fields and secrets. */
export function shownValue(root: ReflectMessage, path: Path): string | undefined {
  let message = root;
  for (const [index, part] of path.entries()) {
    if (part.kind !== "field" || getOption(part, secretOption) || !message.isSet(part)) return undefined;
    const last = index === path.length - 1;
    switch (part.fieldKind) {
      case "message":
        if (last) return undefined;
        message = message.get(part);
        break;
      case "enum": {
        const number = message.get(part);
        return part.enum.values.find((value) => value.number === number)?.name;
      }
      case "scalar": {
        const value = message.get(part);
        return value instanceof Uint8Array ? undefined : shorten(String(value));
      }
      default:
        return listItem(message, part, path.slice(index + 1));
    }
  }
  return undefined;
}

/** A plain item of a list, or what lies within an item that is a message. */
function listItem(message: ReflectMessage, field: Path[number], rest: Path): string | undefined {
  const [item, ...within] = rest;
  if (field.kind !== "field" || field.fieldKind !== "list" || item?.kind !== "list_sub") return undefined;
  const value = message.get(field).get(item.index);
  if (field.listKind === "message")
    return within.length === 0 ? undefined : shownValue(value as ReflectMessage, within);
  return field.listKind === "scalar" && !(value instanceof Uint8Array) ? shorten(String(value)) : undefined;
}
