import type { Credentials } from "../../contract/vendor.js";
import type { SecretResolver } from "./resolve-secret.js";

/** The same credentials with every secret URI replaced by its secret. Rejects with E_SECRET_URI. */
export async function resolveValues(
  values: Credentials,
  resolve: SecretResolver,
  baseDir?: string,
): Promise<Credentials> {
  const entries = Object.entries(values).map(async ([field, value]) => [field, await resolve(value, baseDir)] as const);
  return Object.fromEntries(await Promise.all(entries));
}
