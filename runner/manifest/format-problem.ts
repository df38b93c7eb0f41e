import type { Problem } from "../../contract/planton-error.js";

/** A problem as text: `file:line:col: path: message [rule or code]`, with the hint on a line of its own. */
export function formatProblem(problem: Problem): string {
  const place = [
    problem.file,
    ...(problem.position === undefined ? [] : [problem.position.line, problem.position.column]),
  ].filter((part) => part !== undefined);
  const parts = [place.join(":"), problem.path, problem.message].filter((part) => part !== undefined && part !== "");
  const hint = problem.hint === undefined ? "" : `\n  hint: ${problem.hint}`;
  return `${parts.join(": ")} [${problem.rule ?? problem.code}]${hint}`;
}
