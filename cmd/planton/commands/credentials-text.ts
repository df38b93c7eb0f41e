import type { Catalog } from "../../../contract/catalog.js";
import type { CredentialCheck } from "../../../runner/credentials/check-credentials.js";
import {
  type CredentialField,
  type CredentialSources,
  providerVariables,
} from "../../../runner/credentials/credentials-file.js";
import { tableLines } from "../render/table.js";

/** Where there are credentials, as a table with a line for each field; a provider without any says what can be set. */
export function sourceLines({ sources }: CredentialSources, catalog: Catalog): readonly string[] {
  const rows = catalog.providers.flatMap((provider) => {
    const own = sources.filter((source) => source.provider === provider.name);
    if (own.length === 0) return [[provider.name, "none", "-", `set ${providerVariables(provider).join(" or ")}`]];
    return own.flatMap(({ id, fields, notSet }) => {
      const source = sourceName(id);
      return [
        ...fields.map((field) => [provider.name, source, field.field, setText(field)]),
        ...notSet.map((field) => [provider.name, source, field, "not set"]),
      ];
    });
  });
  return tableLines(["PROVIDER", "CREDENTIALS", "FIELD", "SET BY"], rows);
}

function sourceName(id: string | undefined): string {
  return id ?? "environment";
}

function setText({ setBy, form }: CredentialField): string {
  if (form === "literal") return setBy;
  if (form === "malformed") return `${setBy}, a secret URI that is written wrongly`;
  return `${setBy}, as ${form === "exec" ? "exec:" : `${form}://`}`;
}

/** The same for programs; what is not there is null or an empty list. */
export function sourcesJson({ sources, strays }: CredentialSources, catalog: Catalog): string {
  const providers = catalog.providers.map((provider) => ({
    provider: provider.name,
    variables: providerVariables(provider),
    credentials: sources
      .filter((source) => source.provider === provider.name)
      .map(({ id, fields, notSet }) => ({
        source: id === undefined ? "environment" : "file",
        id: id ?? null,
        fields,
        notSet,
      })),
  }));
  return JSON.stringify({ providers, unknown: strays }, undefined, 2);
}

/** What came of checks, as a table. */
export function checkLines(checks: readonly CredentialCheck[]): readonly string[] {
  const rows = checks.map(({ provider, id, status, account }) => {
    const source = status === "not set" ? "none" : sourceName(id);
    const name = account === undefined ? "-" : `${account.name} (${account.id})`;
    return [provider, source, status, status === "accepted" && account === undefined ? "may not be read" : name];
  });
  return tableLines(["PROVIDER", "CREDENTIALS", "STATUS", "ACCOUNT"], rows);
}

/** The same for programs; what is not there is null. */
export function checksJson(checks: readonly CredentialCheck[]): string {
  const plain = checks.map(({ provider, id, origin, status, account, problem }) => ({
    provider,
    source: id === undefined ? "environment" : "file",
    id: id ?? null,
    origin,
    status,
    account: account ?? null,
    problem: problem ?? null,
  }));
  return JSON.stringify({ checks: plain }, undefined, 2);
}
