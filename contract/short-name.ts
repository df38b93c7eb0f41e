import type { KindFacts } from "./catalog.js";

/** What is wrong with a kind's short name beside those of other kinds, and what to do; undefined when it is good. */
export function shortNameProblem(
  { shortName }: Pick<KindFacts, "shortName">,
  others: readonly Pick<KindFacts, "kind" | "shortName">[],
): { readonly message: string; readonly hint: string } | undefined {
  const option = `short_name "${shortName}" in the option planton.shared.v1.kind`;
  // Stacks of the sandbox begin with "sandbox.".
  if (!/^[a-z][a-z0-9]{1,11}$/.test(shortName) || shortName === "sandbox") {
    return {
      message: `${option}, expected 2 to 12 lower-case letters and digits, a letter first, and not "sandbox"`,
      hint: "choose a short word that a user knows the kind by; it becomes part of stacks' names",
    };
  }
  const taken = others.find((other) => other.shortName === shortName);
  if (taken === undefined) return undefined;
  return { message: `${option}, which is that of "${taken.kind}"`, hint: "give the kind another short_name" };
}
