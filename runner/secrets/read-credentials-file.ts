import { readFileSync, statSync } from "node:fs";
import { parse } from "yaml";
import { isJsonObject } from "../../contract/json-object.js";
import { PlantonError } from "../../contract/planton-error.js";

/** Entries of credentials.yaml by id: a provider's name and values by field name, secrets or URIs. Never print one. */
export type CredentialEntries = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The entries of a credentials.yaml; none when there is no file. Throws E_CREDENTIALS_FILE. */
export function readCredentialsFile(path: string): CredentialEntries {
  let text: string;
  let mode: number;
  try {
    mode = statSync(path).mode;
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw new PlantonError({ code: "E_CREDENTIALS_FILE", message: `cannot read "${path}"`, cause: error });
  }
  if ((mode & 0o077) !== 0 && process.platform !== "win32") {
    throw new PlantonError({
      code: "E_CREDENTIALS_FILE",
      message: `"${path}" can be read by others (mode 0${(mode & 0o777).toString(8)}), expected 0600`,
      hint: `chmod 600 ${path}; if others may have read it, replace the tokens in it`,
    });
  }
  const problem = new PlantonError({
    code: "E_CREDENTIALS_FILE",
    message: `"${path}" is not a YAML map of credential ids to {provider, ...} with texts as values`,
  });
  let content: unknown;
  try {
    content = parse(text) ?? {};
  } catch {
    // The parser's message quotes the file's lines, which hold secrets; the error of our own says enough.
    throw problem;
  }
  if (!isCredentialMap(content)) throw problem;
  return content;
}

function isCredentialMap(value: unknown): value is CredentialEntries {
  return (
    isJsonObject(value) &&
    Object.values(value).every(
      (entry) => isJsonObject(entry) && Object.values(entry).every((text) => typeof text === "string"),
    )
  );
}
