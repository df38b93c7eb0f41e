/**
 * Characters that a reader does not see, or that move what a reader sees: control characters with line breaks and escape
 * sequences, those that change the direction of a line, those without a width, the blank one of Braille, and halves of
 * characters. The selector that makes an emoji of a sign is none.
 */
const hidden = /(?!\uFE0F)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;

const names: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * The beginnings of commands that a CI system takes from a log: `##[error]` and `##vso[...]` of Azure Pipelines anywhere
 * in a line, the first in GitHub Actions too.
 */
const commandWithin = /##(?=\[|vso\[)/gi;

/** `::error` of GitHub Actions, which begins a line but for space before it. */
const commandAtStart = /^([^\S\n]*):(?=:[a-z])/gim;

/** The text on one line, as it can be shown to people: {@link hidden} characters as `\n`, `\x1b` or `\u200b`. */
export function printable(text: string): string {
  return withoutCommands(text.replace(hidden, shown)).replace(commandAtStart, "$1\\u003a");
}

/**
 * {@link printable}, but for line breaks and tabs: for messages of several lines that are planton's own. No line of them
 * is a command for a CI system.
 */
export function printableLines(text: string): string {
  return printableOutput(text).replace(commandAtStart, "$1\\u003a");
}

/** {@link printableLines} with the commands for GitHub that planton writes itself. JSON has the same values afterwards. */
export function printableOutput(text: string): string {
  return withoutCommands(text.replace(hidden, (part) => (part === "\n" || part === "\t" ? part : shown(part))));
}

/** ECMA-48's sequences for weight and colour, those that pulumi writes among them. Not the one that hides text (8). */
const style = String.raw`\u001b\[(?:(?:[0-47]|2[2-47]|[34]?[0-79]|3[0-7]|4[0-7]|9[0-7]|10[0-7]|[34]8;5;\d{1,3}|[34]8;2(?:;\d{1,3}){3})?(?:;|(?=m)))*m`;
const styles = new RegExp(`(${style})`, "g");
const styledCommandAtStart = new RegExp(`^((?:[^\\S\\n]|${style})*):(?=:[a-z])`, "gim");

/** {@link printableLines} with colours: for what another program writes to a terminal or a log. */
export function printableStyled(text: string): string {
  const parts = text.split(styles).map((part, index) => (index % 2 === 1 ? part : printableOutput(part)));
  return parts.join("").replace(styledCommandAtStart, "$1\\u003a");
}

/** As in JSON, but for control characters below the space: JSON holds none. */
function shown(part: string): string {
  const named = names[part];
  if (named !== undefined) return named;
  if (part < " ") return `\\x${part.charCodeAt(0).toString(16).padStart(2, "0")}`;
  return part.split("").map(unicodeEscape).join("");
}

/** One UTF-16 unit as JSON escapes it: "\\u200b". */
export function unicodeEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function withoutCommands(text: string): string {
  return text.replace(commandWithin, "#\\u0023");
}
