import { maskSecrets } from "../mask-secrets.js";
import type { Environment } from "../planton-home.js";

const secretVariable = /TOKEN|SECRET|PASS|KEY|SESSION|CREDENTIAL|AUTH/i;
/** A run of characters as tokens have them, and no paths and words: 20 or more with a letter and a digit. */
const tokenLike = /(?=[\w.+=-]*\d)(?=[\w.+=-]*[A-Za-z])[\w.+=-]{20,}/g;
const controlCharacters = /\p{Cc}+/gu;
const maxChars = 200;

/** What a vendor or its program said. */
export interface ShownMessageInput {
  readonly text: string;
  readonly env: Environment;
  /** Secrets that are known beside those in the environment, such as what the program printed. */
  readonly secrets: readonly string[];
}

/**
 * The first line of a message, fit to be shown: without secrets that are known, without the values of variables that
 * look secret, without anything that looks like a token; at most 200 characters. Undefined when nothing is left.
 */
export function shownMessage({ text, env, secrets }: ShownMessageInput): string | undefined {
  const line = text.split(/\r?\n/).find((candidate) => candidate.trim() !== "");
  if (line === undefined) return undefined;
  const ofVariables = Object.entries(env).flatMap(([name, value]) => (secretVariable.test(name) && value ? value : []));
  const masked = maskSecrets(line, [...secrets, ...ofVariables]).replace(tokenLike, "[masked]");
  const plain = masked.replace(controlCharacters, " ").trim();
  return plain.length > maxChars ? `${plain.slice(0, maxChars)}...` : plain;
}
