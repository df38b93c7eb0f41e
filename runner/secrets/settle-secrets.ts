import { isPlantonError, PlantonError, type Problem, problemsOf } from "../../contract/planton-error.js";
import type { SecretResolver } from "./resolve-secret.js";

/** A text that may be a secret URI, and where it stands. */
export interface PlacedText {
  readonly text: string;
  readonly place: Pick<Problem, "file" | "position" | "path">;
}

/**
 * What the texts stand for, in their order: secrets for URIs, literals as they are. Waits for all of them; rejects with
 * E_SECRET_URI that has a problem with its place for each one that cannot be had.
 */
export async function settleSecrets(
  texts: readonly PlacedText[],
  resolve: SecretResolver,
  baseDir: string | undefined,
): Promise<readonly string[]> {
  const outcomes = await Promise.allSettled(texts.map(({ text }) => resolve(text, baseDir)));
  const found: string[] = [];
  const problems: Problem[] = [];
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome.status === "fulfilled") {
      found.push(outcome.value);
      continue;
    }
    const error: unknown = outcome.reason;
    if (!isPlantonError(error) || error.code !== "E_SECRET_URI") throw error;
    problems.push(...problemsOf(error).map((problem) => ({ ...problem, ...texts[index]?.place })));
  }
  const [first] = problems;
  if (first === undefined) return found;
  const message = problems.length === 1 ? first.message : `${problems.length} secret URIs cannot be resolved`;
  throw new PlantonError({
    code: "E_SECRET_URI",
    message,
    ...(first.hint === undefined ? {} : { hint: first.hint }),
    problems,
  });
}
