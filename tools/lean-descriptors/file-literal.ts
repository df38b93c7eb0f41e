import { create, type DescFile } from "@bufbuild/protobuf";
import { shapedLiterals, type WrittenObject } from "../shaped-literals.js";
import { optionMessages } from "./option-values.js";
import { toWrittenFile } from "./to-written-file.js";

const indexes = new Map(optionMessages.map(({ typeName }, index) => [typeName, index]));

/** Source of a module that exports `p`: prototypes of messages in options, which hold the defaults of their fields. */
export function prototypesSource(): string {
  const { write } = shapedLiterals();
  const prototypes = optionMessages.map((schema) => {
    const prototype: unknown = Object.getPrototypeOf(create(schema));
    if (prototype === Object.prototype) return "Object.prototype";
    const members = Object.entries(prototype as object).map(([key, value]) => `${JSON.stringify(key)}:${write(value)}`);
    return `{${members.join(",")}}`;
  });
  return `export const p = [${prototypes.join(",\n")}];\n`;
}

/** Source of what a bundle holds of a file's descriptors; it needs `p` of {@link prototypesSource}. */
export function fileLiteral(file: DescFile): string {
  const { write, declarations } = shapedLiterals(described);
  const literal = write(toWrittenFile(file));
  return `(() => {\n${declarations()}return ${literal};\n})()`;
}

function described(value: object): WrittenObject {
  const index = "$typeName" in value ? indexes.get(String(value.$typeName)) : undefined;
  return { members: { ...value }, ...(index === undefined ? {} : { prototype: `p[${index}]` }) };
}
