import { join } from "node:path";
import { type DescField, type DescMessage, getOption, type Message } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import {
  account as accountOption,
  api_address as addressOption,
  env as envOption,
  provider as providerOption,
} from "../../apis/gen/es/planton/shared/v1/options_pb.js";
import type { ProviderEntry } from "../../contract/catalog.js";
import { credentialFault, trimCredential } from "../../contract/credential-form.js";
import { PlantonError, type Problem } from "../../contract/planton-error.js";
import type { Credentials } from "../../contract/vendor.js";
import { resolveAll, type SecretResolver } from "../secrets/resolve-secret.js";
import { secretUriError } from "../secrets/secret-error.js";
import { hasControlCharacter, parseSecretUri } from "../secrets/secret-uri.js";
import { type Environment, plantonHome } from "../system/planton-home.js";
import { readCredentialsFile } from "./credentials-file.js";

type ProblemPlace = Pick<Problem, "file" | "position" | "path">;

/** Where credentials are looked for. */
interface FindCredentialsInput {
  readonly provider: ProviderEntry;
  /** The stack input's provider_config; undefined when it has none. */
  readonly config: Message | undefined;
  /** The account that the manifest's spec names. Default: none. */
  readonly account?: string | undefined;
  readonly env: Environment;
}

/** Credentials as they are written: literals and secret URIs. Never print a value. */
export interface FoundCredentials {
  /** The stack input itself, an entry of credentials.yaml, or the environment. */
  readonly source: "inline" | "file" | "environment";
  /** By proto field name. */
  readonly texts: Credentials;
  /** Where they come from, for people: a variable's name, a credential id. */
  readonly origin: string;
  /** Where a field is; for fields of the stack input, nothing is known here. */
  readonly placeOf: (field: string) => ProblemPlace;
}

/** What {@link resolveCredentials} needs. */
export interface ResolveCredentialsInput extends FindCredentialsInput {
  readonly resolve: SecretResolver;
  /**
   * Folder of the stack input, absolute: relative paths in URIs start there; those in credentials.yaml in planton's
   * home.
   */
  readonly baseDir: string;
  /** Where a field of the stack input's provider_config is. Default: unknown. */
  readonly inlinePlace?: (field: string) => ProblemPlace;
}

/** Credentials with every secret URI resolved. All but `origin` is secret: never print it. */
export interface ResolvedCredentials {
  /** With the account, where one is named. */
  readonly values: Credentials;
  /** Those of the values that are to be masked: all but the account and the address of an API, which messages are about. */
  readonly secrets: readonly string[];
  /** Where they come from, for people: a variable's name, a credential id. */
  readonly origin: string;
  /** What becomes an input of the provider resource and so is in the state, encrypted: literals of the stack input. */
  readonly inputs: Credentials | undefined;
  /** What reaches the plugin by its vendor's usual environment variables alone: everything else. */
  readonly variables: Readonly<Record<string, string>>;
}

/** The credentials of a run, see {@link findCredentials}, resolved. Throws E_CREDENTIALS_*, E_SECRET_URI. */
export async function resolveCredentials(input: ResolveCredentialsInput): Promise<ResolvedCredentials> {
  return resolveFound(findCredentials(input), input);
}

/**
 * The secrets of credentials that were found. Throws E_SECRET_URI with the place of each that cannot be had, and
 * E_CREDENTIALS_REFUSED with the place of each that no request can carry.
 */
export async function resolveFound(
  found: FoundCredentials,
  input: Omit<ResolveCredentialsInput, "config">,
): Promise<ResolvedCredentials> {
  const placeOf = found.source === "inline" && input.inlinePlace !== undefined ? input.inlinePlace : found.placeOf;
  const values = await resolveValues({
    values: found.texts,
    resolve: input.resolve,
    baseDir: found.source === "file" ? plantonHome(input.env) : input.baseDir,
    placeOf,
  });
  refuseFaults(values, placeOf);
  return splitForPlugin(found, values, input.provider);
}

/** Throws E_CREDENTIALS_REFUSED, all faults at once. No value is in it. */
function refuseFaults(values: Credentials, placeOf: (field: string) => ProblemPlace): void {
  const problems = Object.entries(values).flatMap(([field, value]): Problem[] => {
    const fault = credentialFault(value);
    if (fault === undefined) return [];
    const place = placeOf(field);
    const { problem, hint } = fault;
    const message = `the credential ${place.path ?? field} ${problem}`;
    return [{ code: "E_CREDENTIALS_REFUSED", severity: "error", ...place, message, hint }];
  });
  const [first] = problems;
  if (first === undefined) return;
  const { message, hint = "" } = first;
  throw new PlantonError({ code: "E_CREDENTIALS_REFUSED", message, hint, problems });
}

/**
 * How credentials reach the plugin. Literals of the stack input are inputs of the provider resource; with a URI among
 * them only those that have no variable are, so that what a URI names never enters the state.
 */
export function splitForPlugin(
  found: FoundCredentials,
  values: Credentials,
  provider: ProviderEntry,
): ResolvedCredentials {
  const inputs: Record<string, string> = {};
  const variables: Record<string, string> = {};
  for (const field of provider.config.fields) {
    const value = values[field.name];
    if (value === undefined || isAccountField(field)) continue;
    if (isProviderInput(field, found)) inputs[field.name] = value;
    else for (const name of variablesOf(field)) variables[name] = value;
  }
  const hasInputs = Object.keys(inputs).length > 0;
  const secrets = provider.config.fields.flatMap((field) => {
    const value = values[field.name];
    return value === undefined || isAccountField(field) || isApiAddress(field) ? [] : [value];
  });
  return { values, secrets, origin: found.origin, inputs: hasInputs ? inputs : undefined, variables };
}

/** True when a field of the credentials becomes an input of the provider resource, see {@link splitForPlugin}. */
export function isProviderInput(field: DescField, { source, texts }: FoundCredentials): boolean {
  if (source !== "inline") return false;
  return variablesOf(field).length === 0 || Object.values(texts).every((text) => parseSecretUri(text) === undefined);
}

/** True for the field that names the account and proves nothing: see the option `account`. */
export function isAccountField(field: DescField): boolean {
  return getOption(field, accountOption);
}

/** The account that is named with credentials; undefined when it is left to the vendor. */
export function namedAccount({ config }: ProviderEntry, { values }: Pick<ResolvedCredentials, "values">) {
  const field = config.fields.find(isAccountField);
  return field && values[field.name];
}

/** Environment variables that give a field of credentials, first one wins. */
export function variablesOf(field: DescField): readonly string[] {
  return getOption(field, envOption);
}

/** True for the address of the vendor's API, which is no credential: none is needed. */
export function isApiAddress(field: DescField): boolean {
  return getOption(field, addressOption);
}

/**
 * Where a run's credentials are, without blanks and line ends around them: inline, else in the entry of the credential id,
 * else in the vendor's environment variables. In the sandbox a credential id stands for the sandbox's own key. The account
 * is the spec's, else that of provider_config, else the one beside the credentials, else the environment's. Resolves
 * nothing. Throws E_CREDENTIALS_*.
 */
export function findCredentials(input: FindCredentialsInput): FoundCredentials {
  const { provider, config, env } = input;
  const { credential_id: credentialId, ...given } = config === undefined ? {} : stringFields(provider.config, config);
  const field = provider.config.fields.find(isAccountField);
  const { [field?.name ?? ""]: inlineAccount, ...inline } = given;
  const found = withoutAccount({ inline, credentialId }, input);
  if (field === undefined) return found;
  const variable = variablesOf(field).find((name) => trimCredential(env[name] ?? "") !== "");
  const account = input.account ?? inlineAccount ?? found.texts[field.name] ?? (variable && env[variable]);
  return account === undefined ? found : { ...found, texts: { ...found.texts, [field.name]: trimCredential(account) } };
}

function withoutAccount(
  { inline, credentialId }: { readonly inline: Credentials; readonly credentialId: string | undefined },
  input: FindCredentialsInput,
): FoundCredentials {
  if (Object.keys(inline).length > 0) {
    const placeOf = (field: string): ProblemPlace => ({ path: `provider_config.${field}` });
    return { source: "inline", texts: trimmed(inline), origin: "provider_config", placeOf };
  }
  if (credentialId !== undefined && input.env["PLANTON_SANDBOX"] === undefined) return fromFile(credentialId, input);
  return fromEnvironment(input);
}

function fromEnvironment({ provider, env }: FindCredentialsInput): FoundCredentials {
  const texts: Record<string, string> = {};
  const origins: Record<string, string> = {};
  const proving = provider.config.fields.filter((field) => !isAccountField(field));
  for (const field of proving) {
    const name = variablesOf(field).find((variable) => trimCredential(env[variable] ?? "") !== "");
    if (name === undefined) continue;
    texts[field.name] = trimCredential(env[name] ?? "");
    origins[field.name] = name;
  }
  const credentials = proving.filter((field) => !isApiAddress(field));
  if (credentials.some(({ name }) => name in texts)) {
    const placeOf = (field: string): ProblemPlace => ({ path: origins[field] ?? field });
    return { source: "environment", texts, origin: Object.values(origins).join(", "), placeOf };
  }
  const fields = credentials.map(variablesOf).filter((names) => names.length > 0);
  const variables = fields.flat();
  const unset = variables.length === 1 ? `${variables[0]} is not` : `none of ${variables.join(", ")} is`;
  // Variables of one field are choices; every field but an address is needed, unless the provider says otherwise.
  const { neededVariables } = getOption(provider.config, providerOption);
  const needed = neededVariables || fields.map(([first]) => first).join(" and ");
  throw new PlantonError({
    code: "E_CREDENTIALS_MISSING",
    message: `no credentials for ${provider.displayName}: none in provider_config, and ${unset} set`,
    hint: `get them at ${provider.credentialsUrl} and set ${needed}; to try without an account: eval "$(planton sandbox env)"`,
  });
}

function fromFile(id: string, { provider, env }: FindCredentialsInput): FoundCredentials {
  const path = join(plantonHome(env), "credentials.yaml");
  const entries = readCredentialsFile(path);
  const entry = Object.hasOwn(entries, id) ? entries[id] : undefined;
  const ids = Object.keys(entries);
  if (entry === undefined) {
    throw new PlantonError({
      code: "E_CREDENTIALS_UNKNOWN",
      message: `credential id "${id}" is not defined in "${path}"${ids.length === 0 ? "" : `, which has ${ids.map((name) => `"${name}"`).join(", ")}`}`,
      hint: `add to ${path} (mode 0600):\n    ${id}:\n      provider: ${provider.name}\n      ${tokenField(provider.config)}: ...`,
    });
  }
  const { provider: entryProvider, ...values } = entry;
  const known = provider.config.fields.map((field) => field.name).filter((name) => name !== "credential_id");
  const wrong = Object.keys(values).find((name) => !known.includes(name));
  if (entryProvider !== provider.name || wrong !== undefined || Object.keys(values).length === 0) {
    throw new PlantonError({
      code: "E_CREDENTIALS_FILE",
      message:
        entryProvider !== provider.name
          ? `credential "${id}" in "${path}" is for provider "${entryProvider ?? ""}", expected "${provider.name}"`
          : `credential "${id}" in "${path}" has ${wrong === undefined ? "no values" : `the unknown key "${wrong}"`}, expected ${known.join(", ")}`,
    });
  }
  return {
    source: "file",
    texts: trimmed(values),
    origin: `credential id "${id}"`,
    placeOf: (field) => ({ file: path, path: `${id}.${field}` }),
  };
}

function trimmed(texts: Credentials): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([field, text]) => [field, trimCredential(text)]));
}

function tokenField(config: DescMessage): string {
  return config.fields.find((field) => variablesOf(field).length > 0)?.name ?? "api_token";
}

function stringFields(schema: DescMessage, message: Message): Record<string, string> {
  const values: Record<string, string> = {};
  const reflected = reflect(schema, message);
  for (const field of schema.fields) {
    if (field.fieldKind !== "scalar" || !reflected.isSet(field)) continue;
    const value = reflected.get(field);
    if (typeof value === "string" && value !== "") values[field.name] = value;
  }
  return values;
}

/** What {@link resolveValues} resolves. */
interface ResolveValuesInput {
  /** Literals and secret URIs by field name. */
  readonly values: Credentials;
  readonly resolve: SecretResolver;
  /** Folder that relative paths start from, absolute. */
  readonly baseDir: string;
  /** Where a field is. */
  readonly placeOf: (field: string) => Pick<Problem, "file" | "position" | "path">;
}

/**
 * The same credentials with every secret URI replaced by its secret. Rejects with E_SECRET_URI, all failures at once, also
 * for a secret of several lines: a file that holds more than the key.
 */
export async function resolveValues({ values, resolve, baseDir, placeOf }: ResolveValuesInput): Promise<Credentials> {
  const fields = Object.keys(values);
  const texts = Object.entries(values).map(([field, text]) => ({ text, place: placeOf(field) }));
  const secrets = await resolveAll(texts, (text, folder) => oneLine(text, resolve(text, folder)), baseDir);
  return Object.fromEntries(fields.map((field, index) => [field, secrets[index] ?? ""]));
}

async function oneLine(text: string, resolving: Promise<string>): Promise<string> {
  const secret = trimCredential(await resolving);
  const uri = parseSecretUri(text);
  // Credentials go into headers of requests, which hold one line.
  if (uri === undefined || !hasControlCharacter(secret)) return secret;
  throw secretUriError({
    shown: uri.shown,
    problem: "what it gives has several lines or control characters, and a key has none",
    hint: "let it give the key alone; of a .env file: dotenv://path#NAME",
  });
}
