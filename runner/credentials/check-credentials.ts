import { create, type Message } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import type { Catalog, ProviderEntry } from "../../contract/catalog.js";
import type { ErrorCode } from "../../contract/error-codes.js";
import { findProvider, findVendor } from "../../contract/find-vendor.js";
import { isPlantonError, PlantonError } from "../../contract/planton-error.js";
import { redact } from "../../contract/text/redact.js";
import type { VendorAccount, VendorAdapter, VendorFetch } from "../../contract/vendor.js";
import type { SecretResolver } from "../secrets/resolve-secret.js";
import type { Environment } from "../system/planton-home.js";
import { findCredentials, resolveFound } from "./resolve-credentials.js";

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
  /** `not set`: there are none. `failed`: nobody could be asked, or the vendor returned no account. */
  readonly status: "accepted" | "refused" | "failed" | "not set";
  /** Undefined when they are not accepted, or accepted and not allowed to read their account. */
  readonly account: VendorAccount | undefined;
  readonly problem: { readonly code: ErrorCode; readonly message: string; readonly hint: string } | undefined;
}

/** What credentials are checked with. */
interface CheckDependencies {
  readonly catalog: Catalog;
  readonly vendors: readonly VendorAdapter[];
  readonly env: Environment;
  readonly fetch: VendorFetch;
  readonly resolve: SecretResolver;
  /** Folder that relative paths in URIs of the environment start from, absolute. */
  readonly baseDir: string;
}

/** Asks the vendor whether it accepts the credentials, and whose they are. What goes wrong is part of the outcome. */
export async function checkCredentials(target: CredentialTarget, parts: CheckDependencies): Promise<CredentialCheck> {
  const { env, fetch } = parts;
  const provider = findProvider(parts.catalog, target.provider);
  const vendor = findVendor(parts.vendors, target.provider);
  let origin = target.id === undefined ? "environment" : `credential id "${target.id}"`;
  let secrets: readonly string[] = [];
  try {
    const found = findCredentials({ provider, config: configOf(provider, target.id), env });
    origin = found.origin;
    const resolved = await resolveFound(found, { ...parts, provider });
    const { values: credentials } = resolved;
    secrets = resolved.secrets;
    const account = await vendor.readAccount({ credentials, env, fetch });
    return { ...target, origin, status: "accepted", account, problem: undefined };
  } catch (error) {
    if (!isPlantonError(error)) throw error;
    const { code, hint } = error;
    const status = statusOf(code);
    const message = redact(error.message, secrets);
    return { ...target, origin, status, account: undefined, problem: { code, message, hint } };
  }
}

function statusOf(code: ErrorCode): CredentialCheck["status"] {
  if (code === "E_CREDENTIALS_MISSING") return "not set";
  return code.startsWith("E_CREDENTIALS_") ? "refused" : "failed";
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
