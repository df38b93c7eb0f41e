import type { parse } from "@bufbuild/cel";

/** A parsed CEL expression. */
export type ParsedRule = NonNullable<ReturnType<typeof parse>["expr"]>;

/** Parsed expressions by their text. Empty in the source; the bundler puts those of the catalog's rules here. */
export const parsedRules: ReadonlyMap<string, () => ParsedRule> = new Map();
