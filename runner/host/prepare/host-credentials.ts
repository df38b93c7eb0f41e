import type { ProviderEntry } from "../../../contract/catalog.js";
import { trimCredential } from "../../../contract/credential-form.js";
import { PlantonError } from "../../../contract/planton-error.js";
import {
  type FoundCredentials,
  findCredentials,
  isAccountField,
  isProviderInput,
  type ResolveCredentialsInput,
  type ResolvedCredentials,
  resolveFound,
  splitForPlugin,
  variablesOf,
} from "../../credentials/resolve-credentials.js";
import type { RunHandoff } from "../../project/run-handoff.js";
import { parseSecretUri } from "../../secrets/secret-uri.js";
import type { Environment } from "../../system/planton-home.js";

/** What {@link hostCredentials} needs. */
interface HostCredentialsInput extends ResolveCredentialsInput {
  /** What planton hands over; undefined under plain pulumi. */
  readonly handoff: RunHandoff | undefined;
}

/**
 * The credentials of a run in the language host. Where planton started the run it has resolved them and put them into the
 * plugin's variables, and they are taken from there: a program for secrets may give another token each time. Under plain
 * pulumi they are resolved here and held against the variables. Throws E_CREDENTIALS_*, E_SECRET_URI.
 */
export async function hostCredentials(input: HostCredentialsInput): Promise<ResolvedCredentials> {
  const found = findCredentials(input);
  const handedOver = takeHandedOver(found, input);
  if (handedOver !== undefined) return handedOver;
  const credentials = await resolveFound(found, input);
  assertHostCredentials({ provider: input.provider, env: input.env, credentials });
  return credentials;
}

/** The credentials as the variables have them; undefined when planton did not set these for this stack. */
function takeHandedOver(
  found: FoundCredentials,
  { provider, env, handoff }: HostCredentialsInput,
): ResolvedCredentials | undefined {
  if (handoff?.hasCredentials !== true) return undefined;
  const values: Record<string, string> = { ...found.texts };
  for (const field of provider.config.fields) {
    const text = values[field.name];
    if (text === undefined) continue;
    const isKnown = isProviderInput(field, found) || isAccountField(field);
    const isLiteral = isKnown && parseSecretUri(text) === undefined;
    const seen = isLiteral ? text : seenIn(env, variablesOf(field));
    if (seen === undefined) return undefined;
    values[field.name] = seen;
  }
  return splitForPlugin(found, values, provider);
}

/** What {@link assertHostCredentials} compares. */
interface AssertHostCredentialsInput {
  readonly provider: ProviderEntry;
  readonly env: Environment;
  readonly credentials: ResolvedCredentials;
}

/**
 * Refuses a run whose plugin would get another token than the one that is meant: the plugin reads the environment as it
 * is, which under plain pulumi may be anybody's. Throws E_CREDENTIALS_MISMATCH.
 */
function assertHostCredentials({ provider, env, credentials }: AssertHostCredentialsInput): void {
  for (const field of provider.config.fields) {
    const [first = ""] = variablesOf(field);
    const wanted = credentials.variables[first];
    const seen = seenIn(env, variablesOf(field));
    if (wanted === undefined || seen === wanted) continue;
    const isUri = seen !== undefined && parseSecretUri(seen) !== undefined;
    const isUntrimmed = seen !== undefined && trimCredential(seen) === wanted;
    const other = isUntrimmed
      ? "written with blanks or line ends around it, which the plugin would send"
      : "another one";
    const found = seen === undefined ? "not set" : isUri ? "a secret URI, which the plugin cannot read" : other;
    throw new PlantonError({
      code: "E_CREDENTIALS_MISMATCH",
      message: `the credentials are those of ${credentials.origin}, but ${first} is ${found}`,
    });
  }
}

function seenIn(env: Environment, variables: readonly string[]): string | undefined {
  return variables.map((name) => env[name]).find((value) => value);
}
