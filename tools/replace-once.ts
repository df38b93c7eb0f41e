/** The source with another text in place of one that it holds once. Throws for none and for several. */
export function replaceOnce(source: string, text: string, replacement: string): string {
  if (source.split(text).length !== 2) throw new Error(`expected once in the source: ${text}`);
  return source.replace(text, () => replacement);
}
