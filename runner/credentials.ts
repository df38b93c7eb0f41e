import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type DescMessage, getOption, type Message } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { parse } from "yaml";
import { env as envOption } from "../apis/gen/es/planton/shared/v1/options_pb.js";
import type { ProviderEntry } from "../contract/catalog.js";
import { PlantonError } from "../contract/planton-error.js";
import type { Credentials } from "../contract/vendor.js";
import { type Environment, plantonHome } from "./planton-home.js";

/** Credentials and where they come from. `values` are secrets: never print them. */
export interface ResolvedCredentials {
  /** Literal in the stack input, an entry of credentials.yaml, or the environment. */
  readonly source: "inline" | "file" | "environment";
  readonly values: Credentials;
  /** Where they come from, for people: a variable's name, a credential id. */
  readonly origin: string;
}

/** What {@link resolveCredentials} needs. */
export interface ResolveCredentialsInput {
  readonly provider: ProviderEntry;
  /** The stack input's provider_config; undefined when it has none. */
  readonly config: Message | undefined;
  readonly env: Environment;
}

/**
 * The credentials of a run: inline, else those of the credential id, else the vendor's environment variables.
 * In the sandbox a credential id stands for the sandbox's own key. Throws E_CREDENTIALS_*.
 */
export function resolveCredentials(input: ResolveCredentialsInput): ResolvedCredentials {
  const given = input.config === undefined ? {} : textFields(input.provider.config, input.config);
  const { credential_id: credentialId, ...inline } = given;
  if (Object.keys(inline).length > 0) return { source: "inline", values: inline, origin: "provider_config" };
  if (credentialId !== undefined && input.env["PLANTON_SANDBOX"] === undefined) {
    const values = readCredential(credentialId, input);
    return { source: "file", values, origin: `credential id "${credentialId}"` };
  }
  return fromEnvironment(input);
}

/** Environment variables that hand credentials to the plugin, which reads its vendor's usual variables. */
export function credentialVariables(provider: ProviderEntry, values: Credentials): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const field of provider.config.fields) {
    const value = values[field.name];
    for (const name of value === undefined ? [] : getOption(field, envOption)) variables[name] = value ?? "";
  }
  return variables;
}

function fromEnvironment({ provider, env }: ResolveCredentialsInput): ResolvedCredentials {
  const values: Record<string, string> = {};
  const origins: string[] = [];
  for (const field of provider.config.fields) {
    const name = getOption(field, envOption).find((variable) => env[variable]);
    if (name === undefined) continue;
    values[field.name] = env[name] ?? "";
    origins.push(name);
  }
  if (origins.length > 0) return { source: "environment", values, origin: origins.join(", ") };
  const variables = provider.config.fields.flatMap((field) => getOption(field, envOption));
  throw new PlantonError({
    code: "E_CREDENTIALS_MISSING",
    message: `no credentials for ${provider.displayName}: none in provider_config and none of ${variables.join(", ")} is set`,
    hint: `get a token at ${provider.credentialsUrl} and set ${variables[0] ?? "provider_config"}; to try without an account: planton sandbox env`,
  });
}

function readCredential(id: string, { provider, env }: ResolveCredentialsInput): Credentials {
  const path = join(plantonHome(env), "credentials.yaml");
  const entries = readCredentialsFile(path);
  const entry = entries[id];
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
  return values;
}

function readCredentialsFile(path: string): Record<string, Record<string, string>> {
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

function isCredentialMap(value: unknown): value is Record<string, Record<string, string>> {
  const isMap = (candidate: unknown): candidate is Record<string, unknown> =>
    typeof candidate === "object" && candidate !== null && !Array.isArray(candidate);
  return (
    isMap(value) &&
    Object.values(value).every(
      (entry) => isMap(entry) && Object.values(entry).every((text) => typeof text === "string"),
    )
  );
}

function tokenField(config: DescMessage): string {
  return config.fields.find((field) => getOption(field, envOption).length > 0)?.name ?? "api_token";
}

function textFields(schema: DescMessage, message: Message): Record<string, string> {
  const values: Record<string, string> = {};
  const reflected = reflect(schema, message);
  for (const field of schema.fields) {
    if (field.fieldKind !== "scalar" || !reflected.isSet(field)) continue;
    const value = reflected.get(field);
    if (typeof value === "string" && value !== "") values[field.name] = value;
  }
  return values;
}

/**
 * Refuses a run whose plugin would get another token than the one the stack input names: the plugin reads the
 * environment, which under plain pulumi may be anybody's. Throws E_CREDENTIALS_MISMATCH.
 */
export function assertHostCredentials(
  input: ResolveCredentialsInput & { readonly credentials: ResolvedCredentials },
): void {
  if (input.credentials.source !== "file") return;
  for (const field of input.provider.config.fields) {
    const wanted = input.credentials.values[field.name];
    const variables = getOption(field, envOption);
    if (wanted === undefined || variables.length === 0) continue;
    const seen = variables.map((name) => input.env[name]).find((value) => value);
    if (seen === wanted) continue;
    throw new PlantonError({
      code: "E_CREDENTIALS_MISMATCH",
      message: `the stack input names ${input.credentials.origin}, but ${variables[0] ?? field.name} is ${seen === undefined ? "not set" : "another token"}`,
    });
  }
}
