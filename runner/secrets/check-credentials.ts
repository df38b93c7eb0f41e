import { create, type Message } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import type { Catalog, ProviderEntry } from "../../contract/catalog.js";
import type { ErrorCode } from "../../contract/error-codes.js";
import { isPlantonError, PlantonError } from "../../contract/planton-error.js";
import type { VendorAccount, VendorAdapter, VendorFetch } from "../../contract/vendor.js";
import { resolveCredentials } from "../credentials.js";
import { maskSecrets } from "../mask-secrets.js";
import { type Environment, plantonHome } from "../planton-home.js";
import type { SecretResolver } from "./resolve-secret.js";
import { resolveValues } from "./resolve-values.js";

/** Which credentials to check. */
export interface CredentialTarget {
  readonly provider: string;
  /** Id of an entry of credentials.yaml; undefined: those of the environment. */
  readonly id: string | undefined;
}

/** What came of it. */
export interface CredentialCheck extends CredentialTarget {
  /** Where they come from, for people. */
  readonly origin: string;
  /** `failed`: nobody could be asked, or the vendor had no answer to that. */
  readonly status: "accepted" | "refused" | "failed";
  /** Undefined when they are not accepted, or accepted and not allowed to read their account. */
  readonly account: VendorAccount | undefined;
  readonly problem: { readonly code: ErrorCode; readonly message: string; readonly hint: string } | undefined;
}

/** What credentials are checked with. */
export interface CheckParts {
  readonly catalog: Catalog;
  readonly vendors: readonly VendorAdapter[];
  readonly env: Environment;
  readonly fetch: VendorFetch;
  readonly resolve: SecretResolver;
}

/** Asks the vendor whether it accepts the credentials, and whose they are. What goes wrong is part of the outcome. */
export async function checkCredentials(target: CredentialTarget, parts: CheckParts): Promise<CredentialCheck> {
  const { env, fetch } = parts;
  const provider = parts.catalog.providers.find(({ name }) => name === target.provider);
  const vendor = parts.vendors.find(({ name }) => name === target.provider);
  if (provider === undefined || vendor === undefined) {
    throw new PlantonError({ code: "E_INTERNAL", message: `provider "${target.provider}" has no adapter` });
  }
  let origin = target.id === undefined ? "environment" : `credential id "${target.id}"`;
  let secrets: readonly string[] = [];
  try {
    const found = resolveCredentials({ provider, config: configOf(provider, target.id), env });
    origin = found.origin;
    secrets = Object.values(found.values);
    const baseDir = found.source === "file" ? plantonHome(env) : undefined;
    const credentials = await resolveValues(found.values, parts.resolve, baseDir);
    secrets = [...secrets, ...Object.values(credentials)];
    const account = await vendor.readAccount({ credentials, env, fetch });
    return { ...target, origin, status: "accepted", account, problem: undefined };
  } catch (error) {
    if (!isPlantonError(error)) throw error;
    const { code, hint } = error;
    const status = code.startsWith("E_CREDENTIALS_") ? "refused" : "failed";
    // A URI is a value of the credentials too, and may be told of when it cannot be resolved.
    const message = code === "E_SECRET_URI" ? error.message : maskSecrets(error.message, secrets);
    return { ...target, origin, status, account: undefined, problem: { code, message, hint } };
  }
}

function configOf(provider: ProviderEntry, id: string | undefined): Message | undefined {
  const field = provider.config.fields.find(({ name }) => name === "credential_id");
  if (id === undefined) return undefined;
  if (field === undefined) {
    throw new PlantonError({
      code: "E_CREDENTIALS_UNKNOWN",
      message: `credentials of provider "${provider.name}" have no ids`,
      hint: "use its environment variables",
    });
  }
  const config = create(provider.config);
  reflect(provider.config, config).set(field, id);
  return config;
}
