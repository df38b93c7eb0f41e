import type { ProviderEntry } from "../contract/catalog.js";
import { isPlantonError, PlantonError } from "../contract/planton-error.js";
import type { VendorAccount, VendorAdapter, VendorSurroundings } from "../contract/vendor.js";
import { maskSecrets } from "./mask-secrets.js";

/** What {@link assertAccount} compares. */
export interface AssertAccountInput {
  readonly vendor: VendorAdapter;
  readonly provider: ProviderEntry;
  readonly surroundings: VendorSurroundings;
  /** Where the credentials come from, for people. */
  readonly origin: string;
  /** Account id in the stack's settings; undefined before the first up. */
  readonly recorded: string | undefined;
}

/**
 * Reads the account of the credentials and refuses another one than the recorded: with it every resource of the stack
 * would look deleted and be made again. Gives the account, or undefined when the credentials may not read it.
 * Throws E_IDENTITY_ACCOUNT, E_CREDENTIALS_REFUSED, E_VENDOR, E_VENDOR_UNREACHABLE.
 */
export async function assertAccount(input: AssertAccountInput): Promise<VendorAccount | undefined> {
  const account = await readAccount(input);
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
async function readAccount({ vendor, surroundings, origin }: AssertAccountInput): Promise<VendorAccount | undefined> {
  try {
    return await vendor.readAccount(surroundings);
  } catch (error) {
    if (!isPlantonError(error)) throw error;
    const { code, hint } = error;
    // A vendor may repeat what it was sent.
    const message = maskSecrets(error.message, Object.values(surroundings.credentials));
    if (code === "E_CREDENTIALS_REFUSED") {
      throw new PlantonError({ code, message: `${message}; it comes from ${origin}`, hint, cause: error });
    }
    if (code === "E_VENDOR_UNREACHABLE" && surroundings.env["PLANTON_SANDBOX"]) {
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
