import { asObject } from "../../http/json.js";

/**
 * What becomes of the root password: it is set; it is only noted, because the user says what it is and whoever uses the
 * cluster must not be locked out; or it is left alone, so that nobody here knows it.
 */
export type PasswordPlan = "set" | "record" | "leave";

/** What the decision depends on. */
export interface PasswordFacts {
  readonly inputs: {
    readonly rootPassword?: unknown;
    readonly keepRootPassword?: unknown;
    readonly adoption?: unknown;
  };
  /** The password was made, not given. */
  readonly generated: boolean;
  /** Somebody else made the cluster. */
  readonly adopted: boolean;
}

/** Decides about the password of `inputs.rootPassword`. */
export function passwordPlan({ inputs, generated, adopted }: PasswordFacts): PasswordPlan {
  if (inputs.rootPassword === undefined || inputs.keepRootPassword === true) return "leave";
  if (!adopted || asObject(inputs.adoption)?.["setPassword"] === true) return "set";
  return generated ? "leave" : "record";
}
