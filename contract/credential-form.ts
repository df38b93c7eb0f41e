import type { PlantonErrorInit } from "./planton-error.js";

/** What is wrong with the form of a credential. Neither text holds any part of its value. */
export interface CredentialFault {
  /** Lower case, goes on after the credential's place: "has a line break inside". */
  readonly problem: string;
  readonly hint: string;
}

/**
 * A credential without the blanks, line ends and byte order marks around it, which no key has and no header keeps
 * (RFC 9110, section 5.5). `$(cat file)`, a YAML block and a pasted line leave them there.
 */
export function trimCredential(text: string): string {
  return text.trim();
}

/** What is wrong with the form of a trimmed credential of any vendor; undefined when a request can carry it. */
export function credentialFault(text: string): CredentialFault | undefined {
  if (text === "") return { problem: "is empty", hint: "give the key" };
  if (/[\r\n\u0085\u2028\u2029]/.test(text)) return { problem: "has a line break inside", hint: oneLineHint };
  return faultOfForm(text) ?? (isPlaceholder(text) ? placeholder : undefined) ?? faultOfCharacters(text);
}

/**
 * The error for a trimmed credential that no request can carry; undefined for a good one. `name` is the beginning of the
 * message: "DigitalOcean's token".
 */
export function credentialProblem(name: string, text: string): PlantonErrorInit | undefined {
  const fault = credentialFault(text);
  return fault && { code: "E_CREDENTIALS_REFUSED", message: `${name} ${fault.problem}`, hint: fault.hint };
}

/** {@link credentialProblem} of a bearer token, which has no blanks within; `hint` is about these. */
export function bearerTokenProblem(name: string, token: string, hint: string): PlantonErrorInit | undefined {
  const blanks = { code: "E_CREDENTIALS_REFUSED", message: `${name} has spaces, and none has`, hint } as const;
  return credentialProblem(name, token) ?? (token.includes(" ") ? blanks : undefined);
}

const oneLineHint = "give the key alone, on one line; a line of a .env file is named by dotenv://path#NAME";

const placeholder: CredentialFault = {
  problem: "is a placeholder, not a key",
  hint: "give the key itself; planton fills in no variables and templates: env://NAME takes it from a variable",
};

function faultOfForm(text: string): CredentialFault | undefined {
  if (/^["'`\u2018-\u201f]|["'`\u2018-\u201f]$/.test(text))
    return { problem: "has quotes around it that belong to it", hint: "remove the quotes: they are sent with the key" };
  if (/^(?:authorization\s*:\s*)?(?:bearer|basic)[\s:]|^authorization\s*:/i.test(text))
    return { problem: "begins with a word of the header", hint: 'give the key alone, without "Bearer" before it' };
  const [, scheme] = /^(env|file|dotenv|doppler|op):(?!\/\/)/i.exec(text) ?? [];
  if (scheme === undefined) return undefined;
  return {
    problem: "is no key: it begins like a secret URI",
    hint: `write ${scheme.toLowerCase()}:// with two slashes`,
  };
}

/** What templates, examples and unfilled forms leave in the place of a key. */
const placeholders: readonly RegExp[] = [
  /\$\{[^}]*\}|\{\{.*\}\}|\$\([^)]*\)/s,
  /^\$[A-Z_][A-Z0-9_]*$/,
  /^%[A-Z_][A-Z0-9_]*%$/i,
  /^<.*>$/s,
  /^\[.*\]$/s,
  /^(?:changeme|change[-_ ]me|replaceme|replace[-_ ]me|fixme|todo|tbd|placeholder|redacted|null|undefined)$/i,
  /^(?:your|insert|replace)[-_ ]/i,
  /^(?:dop_v1_|dp\.[a-z]+\.(?:[a-z]+\.)?)?(?:x{3,}|\*{3,}|\.{3,}|\u2026)$/i,
];

function isPlaceholder(text: string): boolean {
  return placeholders.some((form) => form.test(text));
}

function faultOfCharacters(text: string): CredentialFault | undefined {
  if (/^[\x20-\x7e]+$/.test(text)) return undefined;
  // A control character, a letter outside of ASCII, or a blank that looks like one and is another.
  const problem = "has a character that the header of a request cannot carry";
  return { problem, hint: "copy the key again: keys have letters, digits and punctuation of ASCII alone" };
}
