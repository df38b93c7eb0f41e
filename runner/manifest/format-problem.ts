import type { Problem } from "../../contract/planton-error.js";
import { printable, printableLines } from "../../contract/text/printable.js";
import { shellQuote } from "../system/shell-quote.js";

/** Most problems that are shown as text. */
const mostShown = 50;

/** What of many problems is shown, in their order: the errors first of all. */
interface ShownProblems {
  readonly shown: readonly Problem[];
  /** What is said of the others; undefined when there are none. */
  readonly rest: string | undefined;
}

/** At most fifty of the problems, and how to see the others. */
export function shownProblems(problems: readonly Problem[]): ShownProblems {
  if (problems.length <= mostShown) return { shown: problems, rest: undefined };
  const errorsFirst = (["error", "warning"] as const).flatMap((severity) =>
    [...problems.keys()].filter((index) => problems[index]?.severity === severity),
  );
  const first = new Set(errorsFirst.slice(0, mostShown));
  const files = new Set(problems.map(({ file }) => file).filter((file) => file !== undefined));
  const [file] = files;
  const path = file === undefined || files.size > 1 ? "PATH" : shellQuote(file);
  return {
    shown: problems.filter((_, index) => first.has(index)),
    rest: `${problems.length - mostShown} more problems are not shown; to see all ${problems.length}: planton validate ${path} --format json`,
  };
}

/**
 * A problem as text: `file:line:col: path: message [rule or code]`, with the hint on a line of its own. What file names,
 * manifests and vendors bring along is shown as in `printable`; the hint's own line breaks stay.
 */
export function formatProblem(problem: Problem): string {
  const place = [
    problem.file,
    ...(problem.position === undefined ? [] : [problem.position.line, problem.position.column]),
  ].filter((part) => part !== undefined);
  const parts = [place.join(":"), problem.path, problem.message].filter((part) => part !== undefined && part !== "");
  const hint = problem.hint === undefined ? "" : `\n  hint: ${printableLines(problem.hint)}`;
  return `${printable(parts.join(": "))} [${problem.rule ?? problem.code}]${hint}`;
}
