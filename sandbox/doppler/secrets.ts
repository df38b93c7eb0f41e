import { defaultToken } from "../digitalocean/accounts.js";
import { ownerKey } from "../tidbcloud/api-keys.js";

/** The dummy service token; of Doppler's form, worth nothing outside the sandbox. It may read {@link tokenScope} alone. */
export const serviceToken = `dp.st.dev.${"Sandbox5a".repeat(5).slice(0, 40)}`;

/** The config that {@link serviceToken} belongs to. */
export const tokenScope = { project: "planton", config: "dev" } as const;

/** Secrets of the config by name, as written: `\${NAME}` stands for another secret of it. */
export const secrets: Readonly<Record<string, string>> = {
  DIGITALOCEAN_TOKEN: defaultToken,
  TIDBCLOUD_PUBLIC_KEY: ownerKey.publicKey,
  TIDBCLOUD_PRIVATE_KEY: ownerKey.privateKey,
  DATABASE_PASSWORD: "sandbox-only-password",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Doppler's notation for references
  DATABASE_URL: "postgres://app:${DATABASE_PASSWORD}@db.sandbox.invalid:5432/app",
  EMPTY_SECRET: "",
};

/** Secrets that Doppler itself adds to every config (docs.doppler.com, "Secrets", read 2026-11). */
const managed: Readonly<Record<string, string>> = {
  DOPPLER_PROJECT: tokenScope.project,
  DOPPLER_ENVIRONMENT: tokenScope.config,
  DOPPLER_CONFIG: tokenScope.config,
};

/** Names of all secrets, sorted. */
export const secretNames: readonly string[] = Object.keys({ ...secrets, ...managed }).sort();

/** A secret as written and with its references filled in; undefined when there is none of that name. */
export function readSecret(name: string): { readonly raw: string; readonly computed: string } | undefined {
  const all = new Map(Object.entries({ ...secrets, ...managed }));
  const raw = all.get(name);
  if (raw === undefined) return undefined;
  return { raw, computed: raw.replace(/\$\{([A-Z0-9_]+)\}/g, (whole, other: string) => all.get(other) ?? whole) };
}
