/** A value of a .env file. */
interface DotenvValue {
  readonly value: string;
  /** It has no quotes and a `#` without space before it, which some programs read as a comment and others do not. */
  readonly isAmbiguous: boolean;
}

/** An assignment of a .env file. */
interface DotenvEntry extends DotenvValue {
  readonly name: string;
  /** Where the value is written, quotes included, without the blanks around it and a comment after it. */
  readonly start: number;
  readonly end: number;
}

const lineStart = /[^\S\n]*(?:export[^\S\n]+)?([\w.-]+)(?:[^\S\n]*=|:(?=[^\S\n]))[^\S\n]*/y;
const restOfLine = /[^\n]*(?:\n|$)/y;
// A quoted text counts only when nothing but a comment follows it.
const quoted = /(?:"((?:[^"\\]|\\[\s\S])*)"|'((?:\\'|[^'])*)'|`((?:\\`|[^`])*)`)(?=[^\S\n]*(?:#[^\n]*)?(?:\n|$))/y;
const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\", $: "$" };

/**
 * The variables of a .env file; the last one of a name counts. As the dotenv package reads it (motdotla/dotenv 17):
 * `export` before the name, `=` or `: ` after it, single, double or back quotes over any number of lines, comments after
 * a space, lines that are none of these passed over, nothing expanded. Differences: in double quotes `\"`, `\\`, `\t`
 * and `\$` are escapes too, as in shells; and `a#b` without quotes is reported instead of cut.
 */
export function parseDotenv(text: string): ReadonlyMap<string, DotenvValue> {
  const source = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  return new Map(dotenvEntries(source).map(({ name, value, isAmbiguous }) => [name, { value, isAmbiguous }]));
}

/** The assignments of a .env file in order, as {@link parseDotenv} reads them; its lines end with `\n` alone. */
export function dotenvEntries(source: string): readonly DotenvEntry[] {
  const entries: DotenvEntry[] = [];
  let position = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = position;
    const match = pattern.exec(source);
    if (match !== null) position = pattern.lastIndex;
    return match;
  };
  while (position < source.length) {
    const name = take(lineStart)?.[1];
    if (name !== undefined) {
      const start = position;
      const match = take(quoted);
      if (match !== null) {
        entries.push({ name, value: quotedValue(match), isAmbiguous: false, start, end: position });
      } else {
        const value = (take(restOfLine)?.[0] ?? "").replace(/(?:^|\s)#.*/s, "").trim();
        entries.push({ name, value, isAmbiguous: value.includes("#"), start, end: start + value.length });
        continue;
      }
    }
    take(restOfLine);
  }
  return entries;
}

function quotedValue([, double, single, back]: RegExpExecArray): string {
  if (double === undefined) return single ?? back ?? "";
  return double.replace(/\\([\s\S])/g, (whole, character: string) => escapes[character] ?? whole);
}
