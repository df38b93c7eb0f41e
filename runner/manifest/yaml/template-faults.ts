import type { Problem } from "../../../contract/planton-error.js";

/** What {@link withoutTemplateFaults} goes through. */
interface TemplateFaultsInput {
  readonly file: string;
  readonly text: string;
  readonly problems: readonly Problem[];
  /** True when what is below the first template follows from it too, as with faults of the YAML itself. */
  readonly andBelow: boolean;
}

/** Placeholders of Helm, Go, Jinja and the like; `{{` in a flow map of YAML has no closing pair on its line. */
const template = /\{\{.*\}\}|\{%.*%\}/;

/**
 * The problems with one in place of all those that come of a template that nobody has filled in. Problems above it, and
 * texts without a problem, such as a description that speaks of templates, stay as they are.
 */
export function withoutTemplateFaults({ file, text, problems, andBelow }: TemplateFaultsInput): readonly Problem[] {
  if (problems.length === 0 || !template.test(text)) return problems;
  const lines = text.split("\n").map((line) => template.exec(line.replace(/(^|\s)#.*/, "")));
  const first = lines.findIndex((found) => found !== null);
  if (first < 0) return problems;
  const isOfTemplate = ({ position, severity }: Problem): boolean => {
    if (position === undefined || severity === "warning") return false;
    return andBelow ? position.line > first : (lines[position.line - 1] ?? null) !== null;
  };
  const rest = problems.filter((problem) => !isOfTemplate(problem));
  if (rest.length === problems.length) return problems;
  const one: Problem = {
    code: "E_LOAD_YAML",
    severity: "error",
    file,
    position: { line: first + 1, column: (lines[first]?.index ?? 0) + 1 },
    message: "the file is a template that is not filled in: {{ }} is no YAML of a manifest",
    hint: "fill it in first, such as with helm template, and give planton what comes out",
  };
  return [...rest, one];
}
