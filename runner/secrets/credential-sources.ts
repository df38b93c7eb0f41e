import { join } from "node:path";
import { getOption } from "@bufbuild/protobuf";
import { env as envOption } from "../../apis/gen/es/planton/shared/v1/options_pb.js";
import type { Catalog, ProviderEntry } from "../../contract/catalog.js";
import { type Environment, plantonHome } from "../planton-home.js";
import { parseSecretUri } from "./parse-secret-uri.js";
import { readCredentialsFile } from "./read-credentials-file.js";
import type { SecretScheme } from "./secret-uri.js";

/** A field of credentials that has a value; the value itself is not here. */
export interface CredentialField {
  /** Name of the proto field: "api_token". */
  readonly field: string;
  /** The variable or the file that sets it. */
  readonly setBy: string;
  /** What stands there: the secret itself, a URI of that scheme, or something that only begins like one. */
  readonly form: "literal" | SecretScheme | "malformed";
}

/** One place that has credentials for a provider. */
export interface CredentialSource {
  /** Name of the provider. */
  readonly provider: string;
  /** Id of the entry of credentials.yaml; undefined for the environment. */
  readonly id: string | undefined;
  readonly fields: readonly CredentialField[];
  /** Fields that the environment can set and that this place does not. */
  readonly notSet: readonly string[];
}

/** An entry of credentials.yaml that names no provider of the catalog. */
export interface StrayCredential {
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
    const variable = getOption(field, envOption).find((name) => env[name]);
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
  const settable = provider.config.fields.filter((field) => getOption(field, envOption).length > 0);
  const set = fields.map(({ field }) => field);
  const notSet = settable.map(({ name }) => name).filter((name) => !set.includes(name));
  return { provider: provider.name, id, fields, notSet };
}
