/** A value of a .env file. */
export interface DotenvValue {
  readonly value: string;
  /** It has no quotes and a `#` without space before it, which some programs read as a comment and others do not. */
  readonly isAmbiguous: boolean;
}

const lineStart = /[^\S\n]*(?:export[^\S\n]+)?([\w.-]+)(?:[^\S\n]*=|:(?=[^\S\n]))[^\S\n]*/y;
const restOfLine = /[^\n]*(?:\n|$)/y;
// A quoted text counts only when nothing but a comment follows it.
const quoted = /(?:"((?:[^"\\]|\\[\s\S])*)"|'((?:\\'|[^'])*)'|`((?:\\`|[^`])*)`)[^\S\n]*(?:#[^\n]*)?(?=\n|$)/y;
const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\", $: "$" };

/**
 * The variables of a .env file; the last one of a name counts. As the dotenv package reads it (motdotla/dotenv 17):
 * `export` before the name, `=` or `: ` after it, single, double or back quotes over any number of lines, comments after
 * a space, lines that are none of these passed over, nothing expanded. Differences: in double quotes `\"`, `\\`, `\t`
 * and `\$` are escapes too, as in shells; and `a#b` without quotes is told of instead of cut.
 */
export function parseDotenv(text: string): ReadonlyMap<string, DotenvValue> {
  const source = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  const values = new Map<string, DotenvValue>();
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
      const match = take(quoted);
      if (match === null) values.set(name, unquoted(take(restOfLine)?.[0] ?? ""));
      else values.set(name, { value: quotedValue(match), isAmbiguous: false });
      if (match === null) continue;
    }
    take(restOfLine);
  }
  return values;
}

function quotedValue([, double, single, back]: RegExpExecArray): string {
  if (double === undefined) return single ?? back ?? "";
  return double.replace(/\\([\s\S])/g, (whole, character: string) => escapes[character] ?? whole);
}

function unquoted(rest: string): DotenvValue {
  const value = rest.replace(/(?:^|\s)#.*/s, "").trim();
  return { value, isAmbiguous: value.includes("#") };
}
