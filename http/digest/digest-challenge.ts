/** What a server asks for in one challenge of a WWW-Authenticate header (RFC 7235). */
export interface HttpChallenge {
  /** Lower case: "digest". */
  readonly scheme: string;
  /** By lower-case name; the first one of a name counts. */
  readonly parameters: ReadonlyMap<string, string>;
}

interface Token {
  readonly kind: "word" | "quoted" | "," | "=" | "space";
  readonly text: string;
}

// A token68 (as in "Negotiate YII==") is read as a word, so that it cannot be taken for a parameter.
const tokenPattern = /\s+|,|=|"((?:[^"\\]|\\.)*)"?|[^\s,="]+=*(?=\s*(?:,|$))|[^\s,="]+/gs;

function tokenize(header: string): Token[] {
  return [...header.matchAll(tokenPattern)].map(([text, quoted]): Token => {
    if (quoted !== undefined) return { kind: "quoted", text: quoted.replace(/\\(.)/gs, "$1") };
    if (text === "," || text === "=") return { kind: text, text };
    return text.trim() === "" ? { kind: "space", text } : { kind: "word", text };
  });
}

/** The parameters of a list `name=value, name="value"`, as in Authentication-Info; by lower-case name. */
export function parseParameters(header: string): ReadonlyMap<string, string> {
  return parseChallenges([`parameters ${header}`])[0]?.parameters ?? new Map();
}

/**
 * The challenges of all WWW-Authenticate headers, in their order: several in one header, quoted commas, escaped and
 * empty quoted strings, any case of names.
 */
export function parseChallenges(headers: readonly string[]): readonly HttpChallenge[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  for (const header of headers) {
    const tokens = tokenize(header).filter(({ kind }) => kind !== "space");
    for (let index = 0; index < tokens.length; index += 1) {
      const token = tokens[index];
      if (token?.kind !== "word") continue;
      const value = tokens[index + 2];
      if (tokens[index + 1]?.kind !== "=") {
        challenges.push({ scheme: token.text.toLowerCase(), parameters: new Map() });
      } else if (value?.kind === "word" || value?.kind === "quoted") {
        const parameters = challenges.at(-1)?.parameters;
        const name = token.text.toLowerCase();
        if (parameters?.has(name) === false) parameters.set(name, value.text);
        index += 2;
      }
    }
  }
  return challenges;
}
