import type { Problem } from "../../contract/planton-error.js";
import type { Credentials } from "../../contract/vendor.js";
import { hasControlCharacter } from "./control-character.js";
import { parseSecretUri } from "./parse-secret-uri.js";
import type { SecretResolver } from "./resolve-secret.js";
import { secretUriError } from "./secret-uri-error.js";
import { settleSecrets } from "./settle-secrets.js";

/** What {@link resolveValues} resolves. */
export interface ResolveValuesInput {
  /** Literals and secret URIs by field name. */
  readonly values: Credentials;
  readonly resolve: SecretResolver;
  /** Folder that relative paths start from, absolute. */
  readonly baseDir: string;
  /** Where a field stands. */
  readonly placeOf: (field: string) => Pick<Problem, "file" | "position" | "path">;
}

/**
 * The same credentials with every secret URI replaced by its secret. Rejects with E_SECRET_URI, all failures at once, also
 * for a secret of several lines: a file that holds more than the key.
 */
export async function resolveValues({ values, resolve, baseDir, placeOf }: ResolveValuesInput): Promise<Credentials> {
  const fields = Object.keys(values);
  const texts = Object.entries(values).map(([field, text]) => ({ text, place: placeOf(field) }));
  const secrets = await settleSecrets(texts, (text, folder) => oneLine(text, resolve(text, folder)), baseDir);
  return Object.fromEntries(fields.map((field, index) => [field, secrets[index] ?? ""]));
}

async function oneLine(text: string, resolving: Promise<string>): Promise<string> {
  const secret = await resolving;
  const uri = parseSecretUri(text);
  // Credentials go into headers of requests, which hold one line.
  if (uri === undefined || !hasControlCharacter(secret)) return secret;
  throw secretUriError({
    shown: uri.shown,
    problem: "what it gives has several lines or control characters, and a key has none",
    hint: "let it give the key alone; of a .env file: dotenv://path#NAME",
  });
}
