import { suggest } from "../system/suggest.js";

/** `env://NAME`: an environment variable. */
export interface EnvironmentUri {
  readonly scheme: "env";
  readonly name: string;
}

/** `file://path`: the text of a file. */
export interface FileUri {
  readonly scheme: "file";
  /** As written: absolute, relative, or beginning with `~/`. */
  readonly path: string;
}

/** `dotenv://path#NAME`: a variable of a .env file. */
export interface DotenvUri {
  readonly scheme: "dotenv";
  /** As written: absolute, relative, or beginning with `~/`. */
  readonly path: string;
  readonly name: string;
}

/** `doppler://project/config/NAME`: a secret at Doppler. */
export interface DopplerUri {
  readonly scheme: "doppler";
  readonly project: string;
  readonly config: string;
  readonly name: string;
}

/** `op://vault/item/[section/]field`: a secret reference of 1Password. */
export interface OnePasswordUri {
  readonly scheme: "op";
  readonly vault: string;
  readonly item: string;
}

/** `exec:program arguments`: what a program prints. */
export interface ExecUri {
  readonly scheme: "exec";
  readonly program: string;
  readonly args: readonly string[];
}

/** Where a secret is kept, with the two forms of its text. */
export type SecretUri = (EnvironmentUri | FileUri | DotenvUri | DopplerUri | OnePasswordUri | ExecUri) & {
  /** As written, without space around it. Arguments of a program may hold secrets: never print it. */
  readonly text: string;
  /** For people: the text, for `exec:` without the arguments. */
  readonly shown: string;
};

/** A string that begins with a known scheme and goes on wrongly. */
interface MalformedSecretUri {
  readonly scheme: "malformed";
  /** For people: the scheme alone, as the rest may be a literal secret that begins like a URI. */
  readonly shown: string;
  /** Lower case: what is wrong and what is expected. */
  readonly problem: string;
  readonly hint: string;
}

/** Name of a scheme. */
export type SecretScheme = SecretUri["scheme"];

/** How URIs of each scheme are written. */
const secretUriForms: Readonly<Record<SecretScheme, string>> = {
  env: "env://NAME",
  file: "file://path",
  dotenv: "dotenv://path#NAME",
  doppler: "doppler://project/config/NAME",
  op: "op://vault/item/field",
  exec: "exec:program arguments",
};

const knownScheme = /^(?:(env|file|dotenv|doppler|op):\/\/|(exec):)/i;
const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;
const dotenvName = /^[\w.-]+$/;
/** Doppler's rule for names (docs.doppler.com, "Secrets", read 2026-11). */
const dopplerName = /^[A-Z_][A-Z0-9_]*$/;
const dopplerSlug = /^[A-Za-z0-9_][\w.-]*$/;

/** A URI without its texts, or what is wrong with it. */
type Parsed = SecretUri extends infer Uri ? (Uri extends SecretUri ? Omit<Uri, "text" | "shown"> : never) : never;

/**
 * Where the text says that a secret is kept. Undefined for every text that does not begin with a known scheme: an
 * ordinary literal. Space around a URI does not count, nor does the case of its scheme. A string that begins with a known
 * scheme is never a literal; a secret that does can be given by `env://` or `file://`, whose values are taken as they are.
 */
export function parseSecretUri(text: string): SecretUri | MalformedSecretUri | undefined {
  const trimmed = text.trim();
  const match = knownScheme.exec(trimmed);
  if (match === null) return undefined;
  // The pattern knows no other schemes.
  const scheme = (match[1] ?? match[2] ?? "").toLowerCase() as SecretScheme;
  const rest = trimmed.slice(match[0].length);
  // No path, name or argument of a program should hold one.
  const parsed = hasControlCharacter(rest) ? "it holds a line break or another control character" : parse(scheme, rest);
  if (typeof parsed === "string") {
    const form = secretUriForms[scheme];
    return {
      scheme: "malformed",
      shown: `${scheme === "exec" ? "exec:" : `${scheme}://`}...`,
      problem: `${parsed}; expected ${form}`,
      hint: `write ${form}; a secret that itself begins with "${match[0]}" can be given by env:// or file://`,
    };
  }
  // Other programs know the scheme in lower case only.
  const whole = `${match[0].toLowerCase()}${rest}`;
  const shown = parsed.scheme !== "exec" ? whole : `exec:${parsed.program}${parsed.args.length === 0 ? "" : " ..."}`;
  return { ...parsed, text: whole, shown };
}

function parse(scheme: SecretScheme, rest: string): Parsed | string {
  switch (scheme) {
    case "env":
      return variableName.test(rest) ? { scheme, name: rest } : "what follows is no name of a variable";
    case "file":
      return rest === "" ? "the path is missing" : { scheme, path: rest };
    case "dotenv":
      return parseDotenvUri(rest);
    case "doppler":
      return parseDopplerUri(rest);
    case "op":
      return parseOnePasswordUri(rest);
    case "exec":
      return parseExecUri(rest);
  }
}

function parseDotenvUri(rest: string): Parsed | string {
  const mark = rest.lastIndexOf("#");
  if (mark < 0) return "the # and the name after it are missing";
  const [path, name] = [rest.slice(0, mark), rest.slice(mark + 1)];
  if (path === "") return "the path is missing";
  return dotenvName.test(name) ? { scheme: "dotenv", path, name } : "what follows the # is no name of a variable";
}

function parseDopplerUri(rest: string): Parsed | string {
  const parts = rest.split("/");
  const [project = "", config = "", name = ""] = parts;
  if (parts.length !== 3) return `it has ${parts.length} of 3 parts`;
  if (!dopplerSlug.test(project) || !dopplerSlug.test(config)) return "the project or the config is no name";
  if (!dopplerName.test(name)) return "the secret's name may hold upper-case letters, digits and _ only";
  return { scheme: "doppler", project, config, name };
}

/** 1Password's rule (developer.1password.com, "Secret reference syntax", read 2026-11); a query may follow the field. */
function parseOnePasswordUri(rest: string): Parsed | string {
  const [path = ""] = rest.split("?");
  const parts = path.split("/");
  const [vault = "", item = ""] = parts;
  if (parts.length < 3 || parts.length > 4) return `it has ${parts.length} parts, and 3 or 4 make a reference`;
  return parts.includes("") ? "one of its parts is empty" : { scheme: "op", vault, item };
}

function parseExecUri(rest: string): Parsed | string {
  const words = splitArguments(rest);
  if (words === undefined) return "a quote is not closed";
  const [program = "", ...args] = words;
  return program === "" ? "the program is missing" : { scheme: "exec", program, args };
}

/** What a string that is no secret URI looks like. */
export interface NearSecretUri {
  /** What it begins with, up to the slashes; the rest may be a secret. */
  readonly beginning: string;
  /** The form that was probably meant: "doppler://project/config/NAME". */
  readonly form: string;
}

const schemes = (Object.keys(secretUriForms) as SecretScheme[]).filter((scheme) => scheme !== "exec");

/** The secret URI that a string was probably meant to be: another spelling of its scheme, or one slash in place of two. */
export function nearSecretUri(text: string): NearSecretUri | undefined {
  const [beginning, scheme = ""] = /^\s*(\w{2,10}):\/{1,2}(?=[^/\s])/.exec(text) ?? [];
  const meant = beginning === undefined ? undefined : suggest(scheme, schemes);
  if (beginning === undefined || meant === undefined) return undefined;
  // Lists of names are not typed by their values.
  return { beginning: beginning.trim(), form: secretUriForms[meant as SecretScheme] };
}

/**
 * How the words of a command line are written: quotes keep them together, a backslash takes the next character as it
 * is.
 */
const wordPart = /'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])|([^\s'"\\]+)/y;

/**
 * The words of a command line by simple quoting rules: single quotes take all as it is, within double quotes `\"` and
 * `\\` are escapes, outside of quotes a backslash takes the next character as it is. Nothing is expanded. Undefined when
 * a quote is not closed or a backslash is at the end.
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

/** Whether a string holds a line break or another control character. */
export function hasControlCharacter(text: string): boolean {
  // Inside of the function: V8 works out the class where it meets the pattern, 0.3 ms at every start of a program.
  return /\p{Cc}/u.test(text);
}
