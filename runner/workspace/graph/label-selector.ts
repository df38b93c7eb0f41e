import type { Problem } from "../../../contract/planton-error.js";

/** A selector that was read. */
interface LabelSelector {
  /** True for labels that have all that the selector asks for. */
  readonly matches: (labels: Readonly<Record<string, string>>) => boolean;
  /** E_USAGE; undefined when it is well-formed. */
  readonly problem: (Problem & { readonly code: "E_USAGE"; readonly hint: string }) | undefined;
}

type Requirement = LabelSelector["matches"];

const operators =
  /^(?<key>[^\s!=(),]+)\s*(?:(?<operator>==?|!=)\s*(?<value>[^\s!=(),]*)|\s(?<set>in|notin)\s*\((?<values>[^()=!]*)\))$/;

/**
 * Reads a label selector as kubectl's `-l` (kubernetes.io, "Labels and Selectors", general knowledge): `key=value`,
 * `key==value`, `key!=value`, `key in (a,b)`, `key notin (a,b)`, `key`, `!key`, several with commas. `!=` and `notin` hold
 * for labels without the key as well.
 */
export function parseLabelSelector(text: string): LabelSelector {
  const requirements: Requirement[] = [];
  // Commas in parentheses part values.
  for (const part of text.split(/,(?![^()]*\))/)) {
    const requirement = requirementOf(part.trim());
    if (requirement === undefined) return { matches: () => false, problem: malformed(text, part.trim()) };
    requirements.push(requirement);
  }
  return { matches: (labels) => requirements.every((holds) => holds(labels)), problem: undefined };
}

function requirementOf(text: string): Requirement | undefined {
  const presence = /^(?<not>!?)\s*(?<key>[^\s!=(),]+)$/.exec(text)?.groups;
  if (presence !== undefined) {
    const { not, key = "" } = presence;
    return (labels) => Object.hasOwn(labels, key) === (not === "");
  }
  const comparison = operators.exec(text)?.groups;
  if (comparison === undefined) return undefined;
  const { key = "", operator, value = "", set, values = "" } = comparison;
  const wanted = operator === undefined ? values.split(",").map((one) => one.trim()) : [value];
  const isWanted = (labels: Readonly<Record<string, string>>): boolean =>
    Object.hasOwn(labels, key) && wanted.includes(labels[key] ?? "");
  return operator === "!=" || set === "notin" ? (labels) => !isWanted(labels) : isWanted;
}

function malformed(text: string, part: string) {
  return {
    code: "E_USAGE",
    severity: "error",
    message: `"${text}" is no label selector${part === text ? "" : `: "${part}" is malformed`}`,
    hint: "write key=value, key!=value, 'key in (a,b)', 'key notin (a,b)', key or '!key', several with commas",
  } as const;
}
