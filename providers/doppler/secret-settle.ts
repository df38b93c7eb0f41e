import { reasonOf } from "../kit/reason-of.js";
import type { ResourceResult } from "../kit/resource.js";
import { changeSecret, goneError, readSecret, type SecretHandle, type SeenSecret, untilDone } from "./secret-calls.js";
import { secretIdText, secretUri } from "./secret-id.js";
import { defaultVisibility, type SecretInputs, type SecretState } from "./secret-properties.js";

/** What is surely known of a secret's contents; undefined: it may be anything. */
export interface KnownContents {
  value: string | undefined;
  visibility: string | undefined;
}

/** The state of a secret. */
export function secretState(
  { secret }: SecretHandle,
  { value, visibility }: KnownContents,
  facts: Pick<SecretState, "adopted" | "adoptionPolicy" | "owner">,
): SecretState {
  const { adopted = false, adoptionPolicy, owner } = facts;
  return { ...secret, value, visibility, adoptionPolicy, owner, adopted, uri: secretUri(secret) };
}

/** Whether a secret is what the inputs say; false when its value cannot be read. */
export function fits({ raw, visibility }: SeenSecret, inputs: SecretInputs): boolean {
  return raw === inputs.value && visibility === (inputs.visibility ?? defaultVisibility);
}

/**
 * Makes a secret that is there what the inputs say, and notes in `known` how far it came. `original`: the value that may be
 * replaced, for one that others made. Throws E_VENDOR and the like.
 */
export async function setSecret(
  handle: SecretHandle,
  inputs: SecretInputs,
  { known, original }: { readonly known: KnownContents; readonly original?: string | undefined },
): Promise<void> {
  const { value, visibility = defaultVisibility } = inputs;
  const change = { value, visibility, ...(original === undefined ? {} : { originalValue: original }) };
  await untilDone(handle, async () => {
    const seen = await readSecret(handle);
    if (seen === undefined) throw goneError(handle);
    // What the token may not read is what is known of it.
    const before = { value: seen.raw ?? known.value, visibility: seen.visibility ?? known.visibility };
    Object.assign(known, before);
    if (before.value === value && before.visibility === visibility) return undefined;
    Object.assign(known, { value: undefined, visibility: undefined });
    const outcome = await changeSecret(handle, change).catch((error: unknown) => {
      // Refused or never sent: nothing was changed.
      Object.assign(known, before);
      throw error;
    });
    if (outcome === "answered") Object.assign(known, { value, visibility });
    return outcome;
  });
}

/** The same; what cannot be finished is told with what is surely known, so that the next run goes on. */
export async function settleSecret(
  handle: SecretHandle,
  inputs: SecretInputs,
  old: Pick<SecretState, "value" | "visibility" | "adopted">,
): Promise<ResourceResult<SecretState>> {
  const id = secretIdText(handle.secret);
  const known: KnownContents = { value: old.value, visibility: old.visibility };
  const facts = { ...inputs, adopted: old.adopted };
  try {
    await setSecret(handle, inputs, { known });
    return { id, state: secretState(handle, known, facts) };
  } catch (error) {
    return { id, state: secretState(handle, known, facts), incomplete: [reasonOf(error)] };
  }
}
