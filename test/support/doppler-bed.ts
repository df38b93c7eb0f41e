import { join } from "node:path";
import { expect } from "vitest";
import type { PlantonBed } from "./planton-bed.js";

/** Where a secret is at the sandbox's Doppler. */
export interface SecretPlace {
  readonly name: string;
  /** Default: planton. */
  readonly project?: string;
  /** Default: dev. */
  readonly config?: string;
  /** Default: the sandbox's own. */
  readonly token?: string;
}

/** A secret as Doppler's API shows it; all null when there is none. */
export interface ShownSecret {
  readonly raw: string | null;
  readonly computed: string | null;
  readonly rawVisibility: string | null;
}

/** Asks the sandbox's Doppler for a secret. */
export async function secretAt(bed: PlantonBed, place: SecretPlace): Promise<ShownSecret> {
  const { project = "planton", config = "dev", name } = place;
  const query = new URLSearchParams({ project, config, name });
  const response = await callDoppler(bed, place, `/v3/configs/config/secret?${query}`);
  // Checked by the sandbox's own tests.
  return response["value"] as ShownSecret;
}

/** Names of the secrets in a config of the sandbox's Doppler. */
export async function secretNames(bed: PlantonBed, config = "dev"): Promise<readonly unknown[]> {
  const query = new URLSearchParams({ project: "planton", config });
  const response = await callDoppler(bed, {}, `/v3/configs/config/secrets/names?${query}`);
  // As above.
  return response["names"] as readonly unknown[];
}

/** Writes a secret as somebody else would; null deletes it. */
export async function setSecret(bed: PlantonBed, place: SecretPlace, value: string | null): Promise<void> {
  const { project = "planton", config = "dev", name } = place;
  const body = JSON.stringify({ project, config, secrets: { [name]: value } });
  await callDoppler(bed, place, "/v3/configs/config/secrets", { method: "POST", body });
}

async function callDoppler(
  bed: PlantonBed,
  { token = bed.env["DOPPLER_TOKEN"] ?? "" }: Pick<SecretPlace, "token">,
  path: string,
  init: { readonly method?: string; readonly body?: string } = {},
): Promise<Record<string, unknown>> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const response = await fetch(`${bed.env["DOPPLER_API_HOST"]}${path}`, { ...init, headers });
  const body = await response.text();
  expect(response.status, `${init.method ?? "GET"} ${path}: ${body}`).toBe(200);
  return JSON.parse(body) as Record<string, unknown>;
}

/** Text of a stack input for a secret in planton/dev; `spec` adds to its spec or overrides it. */
export function secretInput(name: string, spec: object, config?: object): string {
  return JSON.stringify({
    ...(config === undefined ? {} : { provider_config: config }),
    target: {
      apiVersion: "doppler.planton.dev/v1",
      kind: "DopplerSecret",
      metadata: { name },
      spec: { project: "planton", config: "dev", ...spec },
    },
  });
}

/** Name of the stack of such a stack input. */
export const secretStack = (name: string): string => `sandbox.secret.${name}`;

/** Outputs of such a stack, without asking for secrets: there are none among them. */
export async function secretOutputs(bed: PlantonBed, name: string, folder = name): Promise<Record<string, unknown>> {
  const json = await bed.pulumi(["stack", "output", "--json", "--stack", secretStack(name)], {
    cwd: join(bed.folder, folder),
  });
  expect(json.code, json.all).toBe(0);
  return JSON.parse(json.stdout) as Record<string, unknown>;
}
