import { unicodeEscape } from "./printable.js";

const mask = "[secret]";

/** Values under six characters are left alone: replacing them would only garble the text. */
const shortestSecretChars = 6;

/**
 * A line of a secret is masked by itself from twelve characters on: ordinary words and the brackets of a JSON document
 * are shorter, and a random string that is shorter has less than 72 bits.
 */
const shortestLineChars = 12;

/** Bytes that encoders of URLs replace: encodeURIComponent, RFC 3986, and those of paths. */
const replacedInUrls = [/[^\w.~!'()*-]/g, /[^\w.~-]/g, /[^\w.~!'()*$&+,/:;=?@#-]/g];

/** The text with {@link secretForms} of the secrets replaced by `[secret]`. `shortestChars` as there. */
export function redact(text: string, secrets: readonly string[], shortestChars?: number): string {
  return redactor(secrets, shortestChars)(text);
}

/** {@link redact} for many texts. */
export function redactor(secrets: readonly string[], shortestChars?: number): (text: string) => string {
  const forms = secretForms(secrets, shortestChars);
  return (text) => redactForms(text, forms);
}

/**
 * What shows a secret: the value itself, without the space around it, escaped as in JSON (by JavaScript, Go or Python, and
 * within another JSON string), encoded as in URLs and forms, as base64 and base64url; of one with several lines each line
 * of twelve characters or more too. Values under `shortestChars` (default 6) have no forms, and under 6 the value alone.
 */
export function secretForms(secrets: readonly string[], shortestChars = shortestSecretChars): readonly string[] {
  const forms = new Set<string>();
  for (const secret of secrets) {
    const trimmed = secret.trim();
    const lines = trimmed.split(/[\r\n]+/).map((line) => line.trim());
    const values = [secret, trimmed].filter(({ length }) => length >= shortestChars);
    const longLines = lines.length < 2 ? [] : lines.filter(({ length }) => length >= shortestLineChars);
    for (const value of [...values, ...longLines]) {
      for (const form of value.length < shortestSecretChars ? [value] : encodings(value)) forms.add(form);
    }
  }
  forms.delete("");
  return [...forms];
}

function encodings(value: string): readonly string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const bytes = Buffer.from(value, "utf8");
  const base64 = [bytes.toString("base64"), bytes.toString("base64url")];
  return [
    ...[value, json, JSON.stringify(json).slice(1, -1)],
    ...[json.replaceAll("/", "\\/"), json.replace(/[<>&\u2028\u2029]/g, unicodeEscape)],
    json.replace(/[^ -~]/g, unicodeEscape),
    ...replacedInUrls.flatMap((replaced) => urlEncodings(bytes, replaced)),
    // Some leave out the padding.
    ...base64.flatMap((text) => [text, text.replace(/=+$/, "")]),
  ];
}

function urlEncodings(bytes: Buffer, replaced: RegExp): readonly string[] {
  const hex = (byte: string): string => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
  const upper = bytes.toString("latin1").replace(replaced, hex);
  const lower = upper.replace(/%../g, (code) => code.toLowerCase());
  return [upper, lower].flatMap((text) => [text, text.replaceAll("%20", "+")]);
}

/** A part of a string, from the first character to that behind the last. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** Where the forms are in a string; those that overlap are one range, so that nothing of the longer one stays. */
export function formRanges(text: string, forms: readonly string[]): readonly TextRange[] {
  const found: TextRange[] = [];
  for (const form of forms) {
    for (let start = text.indexOf(form); start !== -1; start = text.indexOf(form, start + 1)) {
      found.push({ start, end: start + form.length });
    }
  }
  const merged: TextRange[] = [];
  for (const range of found.sort((one, other) => one.start - other.start)) {
    const last = merged.at(-1);
    if (last === undefined || range.start >= last.end) merged.push(range);
    else merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
  }
  return merged;
}

/** The text with the forms, and what overlaps of them, replaced by `[secret]`. */
export function redactForms(text: string, forms: readonly string[]): string {
  let shown = "";
  let from = 0;
  for (const { start, end } of formRanges(text, forms)) {
    shown += text.slice(from, start) + mask;
    from = end;
  }
  return shown + text.slice(from);
}
