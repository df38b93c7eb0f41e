import type { DescMessage, Message } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import type { Problem } from "../contract/planton-error.js";
import { decodeMessage } from "./decode-message.js";
import type { DecodeWalk } from "./decode-walk.js";
import type { Places } from "./places.js";
import type { YamlNode } from "./yaml-node.js";

/** What {@link decode} reads. */
export interface DecodeInput {
  readonly file: string;
  readonly root: YamlNode;
  /** True when the document is a manifest alone, not a stack input with `target`. */
  readonly bare: boolean;
  /** The stack input message of the kind. */
  readonly schema: DescMessage;
}

/** A decoded stack input. */
export interface Decoded {
  /** What could be decoded; whole when there are no errors among the problems. */
  readonly message: Message;
  readonly places: Places;
  /** Errors and warnings, E_DECODE_* and E_REFERENCE_FORM, in the order of the document. */
  readonly problems: readonly Problem[];
  /** Field paths that have an error. */
  readonly failed: ReadonlySet<string>;
}

/**
 * Decodes a document into a kind's stack input message. Keys in both styles, aliases of fields and values, and the
 * shorthands of references are understood; everything else that does not fit is reported, nothing is dropped.
 */
export function decode({ file, root, bare, schema }: DecodeInput): Decoded {
  const walk: DecodeWalk = { file, problems: [], places: new Map(), failed: new Set(), camelKeys: 0 };
  const top = { position: root.position, path: "" };
  walk.places.set("", top);
  const message = reflect(schema);
  const target = schema.fields.find((field) => field.name === "target");
  if (bare && target?.message !== undefined) {
    walk.places.set(target.name, top);
    const manifest = decodeMessage(walk, target.message, root, { fieldPath: target.name, path: "", secret: false });
    if (manifest !== undefined) message.set(target, manifest);
  }
  const whole = bare ? message : decodeMessage(walk, schema, root, { fieldPath: "", path: "", secret: false });
  return {
    message: (whole ?? message).message,
    places: { byFieldPath: walk.places, keyStyle: walk.camelKeys > 0 ? "camel" : "snake" },
    problems: walk.problems,
    failed: walk.failed,
  };
}
