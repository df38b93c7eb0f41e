/** What a terminal shows over two columns: East Asian scripts, full-width forms, emoji (UAX #11, read 2026-11). */
const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Yi}\p{Emoji_Presentation}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]/u;

/** What is drawn onto the character before it. */
const combining = /[\p{Mn}\p{Me}]|\ufe0f/u;

/** Columns that a terminal needs for text on one line without control characters; rather too many than too few. */
export function textWidth(text: string): number {
  // Most text is plain, and is measured ten times a second.
  if (/^[ -~]*$/.test(text)) return text.length;
  return [...text].reduce((width, character) => width + characterWidth(character), 0);
}

function characterWidth(character: string): number {
  if (combining.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

/** The text in at most `width` columns: what is too long ends with `...`, where there is room for that. */
export function cutText(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  const end = width > 6 ? "..." : "";
  return firstColumns(text, width - end.length).trimEnd() + end;
}

/** As much of the text as fits into that many columns. */
function firstColumns(text: string, width: number): string {
  let left = width;
  let shown = "";
  for (const character of text) {
    left -= characterWidth(character);
    if (left < 0) break;
    shown += character;
  }
  return shown;
}

/** The text with spaces behind it, so that it takes `width` columns. */
export function padText(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - textWidth(text)));
}

/**
 * The text on lines of at most `width` columns, all but the first one indented; nothing of it is lost, words that are too
 * long are broken. Without a width it is one line.
 */
export function wrapText(text: string, indent: number, width: number | undefined): readonly string[] {
  if (width === undefined || textWidth(text) <= width) return [text];
  const space = " ".repeat(Math.min(indent, Math.floor(width / 2)));
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/(?<=\S) /)) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (textWidth(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== "") lines.push(line);
    line = lines.length === 0 ? word : space + word.trimStart();
    while (textWidth(line) > width) {
      const part = firstColumns(line, width);
      // A character that is wider than the line is shown all the same.
      if (part.trim() === "") break;
      lines.push(part);
      line = space + line.slice(part.length);
    }
  }
  return [...lines, line];
}
