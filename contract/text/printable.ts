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
const commandAtStart = /^(\s*):(?=:[a-z])/gim;

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
