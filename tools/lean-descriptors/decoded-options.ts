import { create, type DescExtension } from "@bufbuild/protobuf";
import { scalarZeroValue } from "@bufbuild/protobuf/reflect";
import type { WrittenOptions, WrittenProto } from "./written-file.js";

interface Described {
  readonly proto: WrittenProto;
}

const defaults = new WeakMap<DescExtension, unknown>();

/** In place of protobuf's function, which decodes the value at every reading. What it gives must not be changed. */
export function getExtension(options: WrittenOptions | undefined, option: DescExtension): unknown {
  const value = options?.$options[option.number];
  if (value !== undefined) return value;
  if (!defaults.has(option)) defaults.set(option, defaultOf(option));
  return defaults.get(option);
}

/** In place of protobuf's function. */
export function hasExtension(options: WrittenOptions | undefined, option: DescExtension): boolean {
  return options?.$options[option.number] !== undefined;
}

/** In place of protobuf's function. */
export function getOption({ proto }: Described, option: DescExtension): unknown {
  return getExtension(proto.options, option);
}

/** In place of protobuf's function. */
export function hasOption({ proto }: Described, option: DescExtension): boolean {
  return hasExtension(proto.options, option);
}

function defaultOf({ fieldKind, message, scalar }: DescExtension): unknown {
  if (fieldKind === "list") return Object.freeze([]);
  if (fieldKind === "message") return create(message);
  if (fieldKind === "scalar") return scalarZeroValue(scalar, false);
  throw leftOut();
}

/** In place of protobuf's function: throws. */
export function setExtension(): never {
  throw leftOut();
}

/** In place of protobuf's function: throws. */
export function clearExtension(): never {
  throw leftOut();
}

/** In place of protobuf's function: throws. */
export function createExtensionContainer(): never {
  throw leftOut();
}

const leftOut = (): Error => new Error("other extensions than options are left out of planton's bundles");
