import { join } from "node:path";
import { getOption } from "@bufbuild/protobuf";
import { LineCounter, parseDocument } from "yaml";
import { api_address as addressOption, env as envOption } from "../../apis/gen/es/planton/shared/v1/options_pb.js";
import type { Catalog, ProviderEntry } from "../../contract/catalog.js";
import { trimCredential } from "../../contract/credential-form.js";
import { isPlantonError, PlantonError } from "../../contract/planton-error.js";
import { isJsonObject } from "../../http/json.js";
import { parseSecretUri, type SecretScheme } from "../secrets/secret-uri.js";
import { type Environment, plantonHome } from "../system/planton-home.js";
import { type OwnedText, readOwnedText } from "../system/read-file-text.js";

/** Entries of credentials.yaml by id: a provider's name and values by field name, secrets or URIs. Never print one. */
type CredentialEntries = Readonly<Record<string, Readonly<Record<string, string>>>>;

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

/**
 * The YAML of a credentials file; no value in it is ever printed. Throws E_CREDENTIALS_FILE, also for what the parser only
 * warns of.
 */
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
    message: `"${path}" is not a YAML map of credential ids to {provider, ...} with strings as values${place}`,
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

/** A field of credentials that has a value; the value itself is not here. */
export interface CredentialField {
  /** Name of the proto field: "api_token". */
  readonly field: string;
  /** The variable or the file that sets it. */
  readonly setBy: string;
  /** What the field holds: the secret itself, a URI of that scheme, or something that only begins like one. */
  readonly form: "literal" | SecretScheme | "malformed";
}

/** One place that has credentials for a provider. */
interface CredentialSource {
  /** Name of the provider. */
  readonly provider: string;
  /** Id of the entry of credentials.yaml; undefined for the environment. */
  readonly id: string | undefined;
  readonly fields: readonly CredentialField[];
  /** Credentials that the environment can set and that this place does not. */
  readonly notSet: readonly string[];
}

/** An entry of credentials.yaml that names no provider of the catalog. */
interface StrayCredential {
  readonly id: string;
  /** "" when it names none. */
  readonly provider: string;
}

/** Where there are credentials. */
export interface CredentialSources {
  /** By provider in the catalog's order: the environment first, then entries in the file's order. */
  readonly sources: readonly CredentialSource[];
  readonly strays: readonly StrayCredential[];
}

/** Absolute path of the file with credentials. */
export function credentialsPath(env: Environment): string {
  return join(plantonHome(env), "credentials.yaml");
}

/** Every place with credentials for the catalog's providers, without a value. Asks nobody. Throws E_CREDENTIALS_FILE. */
export function credentialSources(catalog: Catalog, env: Environment): CredentialSources {
  const entries = Object.entries(readCredentialsFile(credentialsPath(env)));
  const sources = catalog.providers.flatMap((provider) => {
    const inFile = entries.filter(([, entry]) => entry["provider"] === provider.name);
    const named = inFile.map(([id, { provider: _name, ...values }]) => {
      const fields = Object.entries(values).map(([field, value]) => fieldOf(field, "credentials.yaml", value));
      return sourceOf(provider, id, fields);
    });
    const ofEnvironment = environmentFields(provider, env);
    return ofEnvironment.length === 0 ? named : [sourceOf(provider, undefined, ofEnvironment), ...named];
  });
  const names = catalog.providers.map(({ name }) => name);
  const strays = entries
    .map(([id, { provider = "" }]) => ({ id, provider }))
    .filter(({ provider }) => !names.includes(provider));
  return { sources, strays };
}

/** Environment variables that can hold a provider's credentials, in the order of its fields. */
export function providerVariables(provider: ProviderEntry): readonly string[] {
  return provider.config.fields.flatMap((field) => getOption(field, envOption));
}

function environmentFields(provider: ProviderEntry, env: Environment): CredentialField[] {
  return provider.config.fields.flatMap((field) => {
    const variable = getOption(field, envOption).find((name) => trimCredential(env[name] ?? "") !== "");
    return variable === undefined ? [] : [fieldOf(field.name, variable, env[variable] ?? "")];
  });
}

function fieldOf(field: string, setBy: string, value: string): CredentialField {
  return { field, setBy, form: parseSecretUri(value)?.scheme ?? "literal" };
}

function sourceOf(
  provider: ProviderEntry,
  id: string | undefined,
  fields: readonly CredentialField[],
): CredentialSource {
  const settable = provider.config.fields.filter(
    (field) => getOption(field, envOption).length > 0 && !getOption(field, addressOption),
  );
  const set = fields.map(({ field }) => field);
  const notSet = settable.map(({ name }) => name).filter((name) => !set.includes(name));
  return { provider: provider.name, id, fields, notSet };
}
