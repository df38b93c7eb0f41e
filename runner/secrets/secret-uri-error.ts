import { PlantonError } from "../../contract/planton-error.js";
import { didYouMean } from "../did-you-mean.js";

/** What is known of a secret that cannot be had. */
export interface SecretFailure {
  /** The URI for people. */
  readonly shown: string;
  /** Lower case; never the secret or a part of it. */
  readonly problem: string;
  readonly hint?: string;
}

const mostNames = 10;

/** An E_SECRET_URI that names the URI, what is wrong and the cure. It has no cause: causes may quote what was read. */
export function secretUriError({ shown, problem, hint }: SecretFailure): PlantonError {
  return new PlantonError({
    code: "E_SECRET_URI",
    message: `"${shown}" cannot be resolved: ${problem}`,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** What there is beside a name that is not there: the one that may be meant, else up to ten; undefined without names. */
export function otherNames(wanted: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const meant = didYouMean(wanted, names);
  if (meant !== undefined) return `did you mean "${meant}"?`;
  const rest = names.length > mostNames ? `, and ${names.length - mostNames} more` : "";
  return `there are: ${names.slice(0, mostNames).join(", ")}${rest}`;
}
