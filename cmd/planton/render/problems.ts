import type { Problem } from "../../../contract/planton-error.js";
import { printable } from "../../../contract/text/printable.js";
import { formatProblem, shownProblems } from "../../../runner/manifest/format-problem.js";

/** How problems are shown: for people, for programs, or as annotations of GitHub Actions. */
export const problemFormats = ["text", "json", "github"] as const;

/** One of {@link problemFormats}. */
export type ProblemFormat = (typeof problemFormats)[number];

/**
 * Lines that show the problems. JSON is always one document with all of them, also for no problems; of the others' many
 * problems fifty are shown, and the last line says how to see the rest.
 */
export function problemLines(problems: readonly Problem[], format: ProblemFormat): string[] {
  const { shown, rest } = shownProblems(problems);
  switch (format) {
    case "json":
      return [JSON.stringify({ problems: problems.map(problemJson) }, undefined, 2)];
    case "github":
      return [...shown.map(githubLine), ...(rest === undefined ? [] : [`::notice::${escapeData(printable(rest))}`])];
    default:
      return [
        ...shown.map((problem) => `${problem.severity}: ${formatProblem(problem)}`),
        ...(rest === undefined ? [] : [rest]),
      ];
  }
}

/** Every key is always there; what is not known is null, and `rule` is the id of a broken rule. */
function problemJson(problem: Problem): Record<string, string | number | null> {
  return {
    file: problem.file ?? null,
    line: problem.position?.line ?? null,
    column: problem.position?.column ?? null,
    path: problem.path ?? null,
    code: problem.code,
    severity: problem.severity,
    message: problem.message,
    hint: problem.hint ?? null,
    rule: problem.rule ?? null,
  };
}

/** A workflow command of GitHub Actions (docs.github.com, "Workflow commands for GitHub Actions", read 2026-11). */
function githubLine(problem: Problem): string {
  const { position, file, path, message, rule, hint, severity, code } = problem;
  const properties = [
    ...(file === undefined ? [] : [`file=${escapeProperty(file)}`]),
    ...(position === undefined ? [] : [`line=${position.line}`, `col=${position.column}`]),
    `title=${escapeProperty(code)}`,
  ];
  const text = `${path === undefined ? "" : `${path}: `}${message}${rule === undefined ? "" : ` [${rule}]`}`;
  const whole = hint === undefined ? text : `${text}\nhint: ${hint}`;
  return `::${severity} ${properties.join(",")}::${escapeData(whole)}`;
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
