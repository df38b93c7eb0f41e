/** How the words of a command line are written: quotes keep them together, a backslash takes the next character as it is. */
const wordPart = /'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])|([^\s'"\\]+)/y;

/**
 * The words of a command line by simple quoting rules: single quotes take all as it is, within double quotes `\"` and
 * `\\` are escapes, outside of quotes a backslash takes the next character as it is. Nothing is expanded. Undefined when
 * a quote is not closed or a backslash stands at the end.
 */
export function splitArguments(text: string): readonly string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let position = 0;
  while (position < text.length) {
    if (/\s/.test(text[position] ?? "")) {
      if (word !== undefined) words.push(word);
      word = undefined;
      position += 1;
      continue;
    }
    wordPart.lastIndex = position;
    const match = wordPart.exec(text);
    if (match === null) return undefined;
    const [, single, double, escaped, plain] = match;
    word = (word ?? "") + (single ?? double?.replace(/\\(["\\])/g, "$1") ?? escaped ?? plain ?? "");
    position = wordPart.lastIndex;
  }
  if (word !== undefined) words.push(word);
  return words;
}
