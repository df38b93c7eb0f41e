import { defaultToken } from "../digitalocean/accounts.js";
import { isJsonObject, objectField, stringField } from "../kit/base/json-fields.js";
import { ownerKey } from "../tidbcloud/api-keys.js";

/** The one project. */
export const projectName = "planton";

/** Its configs. */
export const configNames: readonly string[] = ["dev", "prd"];

/** Who may see a value. */
export const visibilities: readonly string[] = ["masked", "unmasked", "restricted"];

/** A secret as written. */
export interface DopplerSecret {
  readonly raw: string;
  readonly visibility: string;
}

/** What callers changed of the first secrets, by config and name; null: deleted. */
export interface DopplerState {
  readonly version: 1;
  /** Absent in files of the time when nothing could be written. */
  written?: Record<string, Record<string, DopplerSecret | null>>;
}

/** The first secrets of the config `dev` by name, as written: `\${NAME}` stands for another secret of it. */
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
export const managedNames: readonly string[] = ["DOPPLER_PROJECT", "DOPPLER_ENVIRONMENT", "DOPPLER_CONFIG"];

function isSecret(value: unknown): boolean {
  return (
    value === null ||
    (isJsonObject(value) && typeof value["raw"] === "string" && stringField(value, "visibility") !== "")
  );
}

/** Recognizes a state of this version. */
export function isDopplerState(value: unknown): value is DopplerState {
  if (!isJsonObject(value) || value["version"] !== 1) return false;
  const configs = Object.values(objectField(value, "written") ?? {});
  return configs.every((written) => isJsonObject(written) && Object.values(written).every(isSecret));
}

/** All secrets of a config by name, Doppler's own included. */
export function secretsOf({ written = {} }: DopplerState, config: string): ReadonlyMap<string, DopplerSecret> {
  const first = config === "dev" ? secrets : {};
  const visibility = "masked";
  const all = new Map(Object.entries(first).map(([name, raw]) => [name, { raw, visibility }]));
  for (const [name, secret] of Object.entries(written[config] ?? {})) {
    if (secret === null) all.delete(name);
    else all.set(name, secret);
  }
  for (const name of managedNames)
    all.set(name, { raw: name === "DOPPLER_PROJECT" ? projectName : config, visibility });
  return all;
}

/** Sets a secret; null deletes it. */
export function writeSecret(
  state: DopplerState,
  { config, name }: { readonly config: string; readonly name: string },
  secret: DopplerSecret | null,
): void {
  state.written ??= {};
  const ofConfig = state.written[config] ?? {};
  const isFirst = config === "dev" && Object.hasOwn(secrets, name);
  if (secret !== null || isFirst) ofConfig[name] = secret;
  else delete ofConfig[name];
  state.written[config] = ofConfig;
}

/** Number of the secrets that callers wrote. */
export function countWritten({ written = {} }: DopplerState): number {
  return Object.values(written).flatMap((config) => Object.values(config).filter((secret) => secret !== null)).length;
}

/** A secret as a response contains it; all null when there is none. */
export function shownSecret(
  all: ReadonlyMap<string, DopplerSecret>,
  name: string,
  caller: { readonly seesRestricted: boolean },
): Readonly<Record<string, unknown>> {
  const found = all.get(name);
  const isTold = found !== undefined && (found.visibility !== "restricted" || caller.seesRestricted);
  const fill = (raw: string): string =>
    raw.replace(/\$\{([A-Z0-9_]+)\}/g, (whole, other: string) => all.get(other)?.raw ?? whole);
  const visibility = found?.visibility ?? null;
  const kind = found === undefined ? null : { type: "string" };
  return {
    raw: isTold ? found.raw : null,
    computed: isTold ? fill(found.raw) : null,
    rawVisibility: visibility,
    computedVisibility: visibility,
    rawValueType: kind,
    computedValueType: kind,
    note: found === undefined ? null : "",
  };
}
