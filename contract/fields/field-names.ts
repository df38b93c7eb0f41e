import type { DescField } from "@bufbuild/protobuf";

/** Every key that a manifest may use for a field: its JSON name, its name, and its aliases in both key styles. */
export function fieldNames({ name, jsonName }: DescField, aliases: readonly string[]): readonly string[] {
  return [...new Set([jsonName, name, ...aliases.flatMap((alias) => [alias, camelCase(alias)])])];
}

/** A snake_case name, or a path of such names, in camelCase. */
export function camelCase(path: string): string {
  return path.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
