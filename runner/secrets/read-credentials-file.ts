import { LineCounter, parseDocument } from "yaml";
import { isPlantonError, PlantonError } from "../../contract/planton-error.js";
import { isJsonObject } from "../../http/json.js";
import { type OwnedText, readOwnedText } from "../read-file-text.js";

/** Entries of credentials.yaml by id: a provider's name and values by field name, secrets or URIs. Never print one. */
export type CredentialEntries = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The entries of a credentials.yaml; none when there is no file. Throws E_CREDENTIALS_FILE. */
export function readCredentialsFile(path: string): CredentialEntries {
  const { text, mode } = readFile(path) ?? { text: "", mode: 0 };
  if ((mode & 0o077) !== 0 && process.platform !== "win32") {
    throw new PlantonError({
      code: "E_CREDENTIALS_FILE",
      message: `"${path}" can be read by others (mode 0${mode.toString(8)}), expected 0600`,
      hint: `chmod 600 ${path}; if others may have read it, replace the tokens in it`,
    });
  }
  const content = contentOf(path, text);
  if (!isCredentialMap(content)) throw unusable(path);
  return content;
}

function readFile(path: string): OwnedText | undefined {
  try {
    return readOwnedText({ file: path, cwd: "/" });
  } catch (error) {
    if (isPlantonError(error) && error.code === "E_LOAD_NOT_FOUND") return undefined;
    throw new PlantonError({ code: "E_CREDENTIALS_FILE", message: `cannot read "${path}"`, cause: error });
  }
}

/** The YAML of a text; no value in it is told by anyone. Throws E_CREDENTIALS_FILE, also for what the parser only warns of. */
function contentOf(path: string, text: string): unknown {
  const lines = new LineCounter();
  // The parser's messages quote the file's lines, which hold secrets; a warning, as of an unknown tag, is a value lost.
  const document = parseDocument(text, { logLevel: "silent", prettyErrors: false, lineCounter: lines });
  const [fault] = [...document.errors, ...document.warnings];
  if (fault !== undefined) {
    const { line, col } = lines.linePos(fault.pos[0]);
    throw unusable(path, ` at line ${line}, column ${col}`);
  }
  try {
    return document.toJS() ?? {};
  } catch {
    // An alias without its anchor: the message quotes it, and it may be a secret that begins with "*".
    throw unusable(path);
  }
}

function unusable(path: string, place = ""): PlantonError {
  return new PlantonError({
    code: "E_CREDENTIALS_FILE",
    message: `"${path}" is not a YAML map of credential ids to {provider, ...} with texts as values${place}`,
    hint: "correct the file; put each value in quotes, and every one that begins with a character such as !, &, * or @",
  });
}

function isCredentialMap(value: unknown): value is CredentialEntries {
  return (
    isJsonObject(value) &&
    Object.values(value).every(
      (entry) => isJsonObject(entry) && Object.values(entry).every((text) => typeof text === "string"),
    )
  );
}
