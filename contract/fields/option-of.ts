import { getOption } from "@bufbuild/protobuf";

/** Values by option, and in it by the descriptor that has it. */
const known = new WeakMap<object, WeakMap<object, unknown>>();

/**
 * The value of a descriptor's option, parsed when it is first asked for: a check of many manifests asks for the same ones
 * again and again. What it gives is shared, and must not be changed. Its default when the option is not set.
 */
export const optionOf: typeof getOption = (element, option) => {
  const values = known.get(option) ?? new WeakMap<object, unknown>();
  known.set(option, values);
  if (!values.has(element)) values.set(element, getOption(element, option));
  return values.get(element) as ReturnType<typeof getOption<typeof option, typeof element>>;
};
