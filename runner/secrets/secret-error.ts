import { PlantonError } from "../../contract/planton-error.js";
import { redact } from "../../contract/text/redact.js";
import type { Environment } from "../system/planton-home.js";
import { suggest } from "../system/suggest.js";

/** What is known of a secret that cannot be had. */
interface SecretFailure {
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

/** Suggests the closest existing name, or lists up to ten; undefined without names. */
export function otherNames(wanted: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const meant = suggest(wanted, names);
  if (meant !== undefined) return `did you mean "${meant}"?`;
  const rest = names.length > mostNames ? `, and ${names.length - mostNames} more` : "";
  return `there are: ${names.slice(0, mostNames).join(", ")}${rest}`;
}

/** What was read, and from where. */
interface SecretBytes {
  readonly shown: string;
  readonly bytes: Uint8Array;
  /** What gave it, for people: `"/run/token"`, `"op"`. */
  readonly from: string;
}

/** The secret in bytes: UTF-8, less one line break at its end. Throws E_SECRET_URI for anything else and for nothing. */
export function secretText({ shown, bytes, from }: SecretBytes): string {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // The decoder says no more than that.
    throw secretUriError({ shown, problem: `what ${from} gives is not text in UTF-8`, hint: "a secret must be text" });
  }
  if (text.includes("\0")) {
    throw secretUriError({ shown, problem: `what ${from} gives is binary, not text`, hint: "a secret must be text" });
  }
  return nonEmpty({ shown, value: text.replace(/\r?\n$/, ""), from });
}

/** The value, unless it is empty. Throws E_SECRET_URI. */
export function nonEmpty({
  shown,
  value,
  from,
}: {
  readonly shown: string;
  readonly value: string;
  readonly from: string;
}): string {
  if (value !== "") return value;
  throw secretUriError({ shown, problem: `what ${from} gives is empty`, hint: "put the secret there" });
}

const secretVariable = /TOKEN|SECRET|PASS|KEY|SESSION|CREDENTIAL|AUTH/i;
/** A run of characters as tokens have them, and no paths and words: 20 or more with a letter and a digit. */
const tokenLike = /(?=[\w.+=-]*\d)(?=[\w.+=-]*[A-Za-z])[\w.+=-]{20,}/g;
const controlCharacters = /\p{Cc}+/gu;
const maxChars = 200;

/** What a vendor or its program said. */
interface ShownMessageInput {
  readonly text: string;
  readonly env: Environment;
  /** Secrets that are known beside those in the environment, such as what the program printed. */
  readonly secrets: readonly string[];
}

/**
 * The first line of a message, fit to be shown: without secrets that are known, without the values of variables that
 * look secret, without anything that looks like a token; at most 200 characters. Undefined when nothing is left.
 */
export function redactMessage({ text, env, secrets }: ShownMessageInput): string | undefined {
  const line = text.split(/\r?\n/).find((candidate) => candidate.trim() !== "");
  if (line === undefined) return undefined;
  const ofVariables = Object.entries(env).flatMap(([name, value]) => (secretVariable.test(name) && value ? value : []));
  const masked = redact(line, [...secrets, ...ofVariables]).replace(tokenLike, "[masked]");
  const plain = masked.replace(controlCharacters, " ").trim();
  return plain.length > maxChars ? `${plain.slice(0, maxChars)}...` : plain;
}
