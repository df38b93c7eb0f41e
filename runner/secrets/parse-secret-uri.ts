import { hasControlCharacter } from "./control-character.js";
import { type MalformedSecretUri, type SecretScheme, type SecretUri, secretUriForms } from "./secret-uri.js";
import { splitArguments } from "./split-arguments.js";

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
 * ordinary literal. Space around a URI does not count, nor does the case of its scheme. A text that begins with a known
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
