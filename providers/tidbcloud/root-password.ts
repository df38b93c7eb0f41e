import type { Clock } from "../../contract/clock.js";
import { asObject, asString, type JsonObject } from "../../http/json.js";
import type { GenerationSource } from "../kit/schema/property-declaration.js";
import type { PropertyValue } from "../kit/schema/property-value.js";

const lower = "abcdefghijklmnopqrstuvwxyz";
const upper = lower.toUpperCase();
const digits = "0123456789";
/** Characters that need no escape in any form of a connection string, the Go form included. */
const alphabet = `${lower}${upper}${digits}-_.~`;
const length = 32;
const classes = [/[a-z]/, /[A-Z]/, /[0-9]/];

/**
 * A new password: 32 characters, about 190 bits, each of letters, digits and `-_.~`; with a lower-case letter, an
 * upper-case letter and a digit, and a letter first.
 */
export function generatePassword(clock: Pick<Clock, "randomBytes">): string {
  for (;;) {
    // Bytes beyond the last whole multiple would favour some characters.
    const limit = 256 - (256 % alphabet.length);
    const usable = [...clock.randomBytes(4 * length)].filter((byte) => byte < limit);
    const password = usable
      .slice(0, length)
      .map((byte) => alphabet[byte % alphabet.length])
      .join("");
    const isGood = password.length === length && /^[A-Za-z]/.test(password);
    if (isGood && classes.every((pattern) => pattern.test(password))) return password;
  }
}

/** A password for what is new, and the earlier one for what exists; none for what was imported without one. */
export function keptPassword({ olds, clock }: GenerationSource, name: string): PropertyValue | undefined {
  return olds[name] ?? (Object.keys(olds).length === 0 ? generatePassword(clock) : undefined);
}

/** What the decision about a root password depends on. */
interface PasswordFacts {
  readonly inputs: { readonly [Name in "rootPassword" | "keepRootPassword" | "adoption"]?: unknown };
  /** Names of the inputs that were generated, not given. */
  readonly generated: ReadonlySet<string>;
  /** Somebody else created the cluster. */
  readonly adopted: boolean;
}

/**
 * What becomes of the root password: it is set; it is only noted, because the user says what it is and whoever uses the
 * cluster must not be locked out; or it is left alone, so that nobody here knows it.
 */
export function passwordPlan({ inputs, generated, adopted }: PasswordFacts): "set" | "note" | "leave" {
  if (inputs.rootPassword === undefined || inputs.keepRootPassword === true) return "leave";
  if (!adopted || asObject(inputs.adoption)?.["setPassword"] === true) return "set";
  return generated.has("rootPassword") ? "leave" : "note";
}

/** Whether a root password was ever set; undefined when the response does not show it. */
export function hasRootPassword(database: JsonObject): boolean | undefined {
  const annotation = asString(asObject(database["annotations"])?.["tidb.cloud/has-set-password"]);
  return annotation === undefined ? undefined : annotation === "true";
}

/** The root password that a cluster or branch is still to get; undefined: none. */
export function passwordToSet(
  facts: PasswordFacts &
    Readonly<Record<"inputs" | "actual", { readonly rootPassword?: string | undefined }>> & {
      readonly object: JsonObject;
    },
): string | undefined {
  const { inputs, actual, object } = facts;
  const isSet = actual.rootPassword === inputs.rootPassword && hasRootPassword(object) !== false;
  return isSet || passwordPlan(facts) !== "set" ? undefined : inputs.rootPassword;
}
