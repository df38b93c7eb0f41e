import type { ProviderEntry } from "../../contract/catalog.js";
import { findVendor } from "../../contract/find-vendor.js";
import { isPlantonError, PlantonError } from "../../contract/planton-error.js";
import { redact } from "../../contract/text/redact.js";
import type { Trace } from "../../contract/trace.js";
import type { StateEntry, VendorAccount, VendorAdapter, VendorContext, VendorFetch } from "../../contract/vendor.js";
import { type Environment, isSandbox } from "../system/planton-home.js";
import type { ResolvedCredentials } from "./resolve-credentials.js";

/** A vendor with the credentials of a run. */
interface VendorAccess {
  readonly vendor: VendorAdapter;
  readonly context: VendorContext;
  /** See {@link assertAccount}. */
  readonly readAccount: () => Promise<VendorAccount | undefined>;
  /** See {@link proveAccount}; `account` is what readAccount gave. */
  readonly verify: (
    account: VendorAccount | undefined,
    readResources: ProveAccountInput["readResources"],
  ) => Promise<Readonly<Record<string, string>>>;
}

/** What {@link openVendorAccess} puts together. */
interface VendorAccessInput {
  readonly provider: ProviderEntry;
  readonly vendors: readonly VendorAdapter[];
  readonly credentials: Pick<ResolvedCredentials, "values" | "secrets" | "origin">;
  readonly env: Environment;
  readonly fetch: VendorFetch;
  readonly trace: Trace;
  /** Account id in the stack's settings; undefined when none is recorded. */
  readonly recorded: string | undefined;
  /** True with `--skip-account-check`. */
  readonly unchecked: boolean;
  /** What the vendor has said of these credentials in this operation; it is not asked again. */
  readonly known?: VendorAccount | undefined;
}

/** The vendor of a provider with resolved credentials, and the check whose they are. Asks nobody yet. */
export function openVendorAccess(input: VendorAccessInput): VendorAccess {
  const { provider, credentials, env, fetch, trace } = input;
  const vendor = findVendor(input.vendors, provider.name);
  const context = { credentials: credentials.values, env, fetch };
  const identity = { ...input, vendor, context, origin: credentials.origin, secrets: credentials.secrets };
  return {
    vendor,
    context,
    readAccount: () =>
      trace.stage("account", { vendor: vendor.name, origin: credentials.origin }, async (note) => {
        const account = await assertAccount(identity);
        note({ id: account?.id ?? "unreadable" });
        return account;
      }),
    verify: (account, readResources) => proveAccount({ ...identity, account, readResources }),
  };
}

/** What {@link assertAccount} compares. */
interface AssertAccountInput {
  readonly vendor: VendorAdapter;
  readonly provider: ProviderEntry;
  readonly context: VendorContext;
  /** Of the credentials, to be masked. */
  readonly secrets: readonly string[];
  /** Where the credentials come from, for people. */
  readonly origin: string;
  /** Account id in the stack's settings; undefined before the first up. */
  readonly recorded: string | undefined;
  readonly known?: VendorAccount | undefined;
}

/**
 * Reads the account of the credentials and refuses another one than the recorded: with it every resource of the stack
 * would look deleted and be made again. Gives the account, or undefined when the credentials may not read it.
 * Throws E_IDENTITY_ACCOUNT, E_CREDENTIALS_REFUSED, E_VENDOR, E_VENDOR_UNREACHABLE.
 */
async function assertAccount(input: AssertAccountInput): Promise<VendorAccount | undefined> {
  const account = input.known ?? (await readAccount(input));
  if (account !== undefined && input.recorded !== undefined && account.id !== input.recorded) {
    throw new PlantonError({
      code: "E_IDENTITY_ACCOUNT",
      message: `the credentials (${input.origin}) belong to the ${input.provider.displayName} account "${account.id}" (${account.name}), but the stack was made in "${input.recorded}"`,
      hint: "use credentials of the recorded account; if the resources really moved, correct planton:account in the stack's settings file",
    });
  }
  return account;
}

/** The account, with what only the runner knows in the errors: whose token was refused, and that a sandbox was asked. */
async function readAccount({
  vendor,
  context,
  origin,
  secrets,
}: AssertAccountInput): Promise<VendorAccount | undefined> {
  try {
    return await vendor.readAccount(context);
  } catch (error) {
    if (!isPlantonError(error)) throw error;
    const { code, hint } = error;
    // A vendor may repeat what it was sent.
    const message = redact(error.message, secrets);
    if (code === "E_CREDENTIALS_REFUSED") {
      throw new PlantonError({ code, message: `${message}; it comes from ${origin}`, hint, cause: error });
    }
    if (code === "E_VENDOR_UNREACHABLE" && isSandbox(context.env)) {
      throw new PlantonError({
        code,
        message: `the sandbox is not running: ${message}`,
        hint: 'what it holds is kept; start it: planton sandbox start, and then: eval "$(planton sandbox env)"',
        cause: error,
      });
    }
    throw message === error.message ? error : new PlantonError({ code, message, hint });
  }
}

/** Variable that says for one recorded account that credentials which cannot be held against it are its own. */
export const skipAccountCheckVariable = "PLANTON_SKIP_ACCOUNT_CHECK";

/** Most resources of a state that are asked for: one that is gone proves nothing. */
const maxTries = 5;

/** A resource of a state; what the vendor does not have, such as a component, has no id. */
type HeldResource = Omit<StateEntry, "id"> & Partial<Pick<StateEntry, "id">>;

/** What {@link proveAccount} decides from. */
export interface ProveAccountInput {
  readonly vendor: VendorAdapter;
  readonly provider: ProviderEntry;
  readonly context: VendorContext;
  /** Where the credentials come from, for people. */
  readonly origin: string;
  /** What assertAccount has read; undefined when the credentials may not read it. */
  readonly account: VendorAccount | undefined;
  /** Account id in the stack's settings; undefined when none is recorded. */
  readonly recorded: string | undefined;
  /** True with `--skip-account-check`. */
  readonly unchecked: boolean;
  readonly env: Environment;
  /** The resources of the stack's state. */
  readonly readResources: () => Promise<readonly HeldResource[]>;
}

/**
 * Where an account is recorded and the credentials may not read theirs: lets them pass when they can read a resource of
 * the state, when the state holds nothing that could look deleted, or on the user's word. Gives the variables that let
 * the language host pass them as well. Throws E_IDENTITY_ACCOUNT, E_VENDOR, E_VENDOR_UNREACHABLE.
 */
export async function proveAccount(input: ProveAccountInput): Promise<Readonly<Record<string, string>>> {
  const { account, recorded, provider, origin } = input;
  if (account !== undefined || recorded === undefined) return {};
  const passed = { [skipAccountCheckVariable]: recorded };
  if (input.unchecked || input.env[skipAccountCheckVariable] === recorded) return passed;
  const entries = (await input.readResources()).flatMap(entryOf);
  if (entries.length === 0 || (await canReadOne(entries, input))) return passed;
  throw new PlantonError({
    code: "E_IDENTITY_ACCOUNT",
    message: `the stack was made in the ${provider.displayName} account "${recorded}", and nothing shows that the credentials (${origin}) belong to it: they may read neither their account nor a resource of the stack; with those of another account every resource would look deleted`,
    hint: `use credentials that may read their account; if you are certain that these are right, add --skip-account-check (for plain pulumi: export ${skipAccountCheckVariable}=${recorded})`,
  });
}

/** Providers, the stack itself and references are Pulumi's own and are nobody's property. */
function entryOf({ type, id, inputs }: HeldResource): readonly StateEntry[] {
  return id === undefined || type.startsWith("pulumi:") ? [] : [{ type, id, inputs }];
}

async function canReadOne(entries: readonly StateEntry[], { vendor, context }: ProveAccountInput): Promise<boolean> {
  for (const entry of entries.slice(0, maxTries)) {
    const found = await vendor.readExisting(entry, context);
    if (found !== undefined && found !== "absent") return true;
  }
  return false;
}
