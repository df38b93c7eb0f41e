import { PlantonError } from "../../contract/planton-error.js";
import { type Creation, createOnce, stopBeforeCreation } from "../kit/create-once.js";
import { closeRecord, isInTime, usableIntent } from "../kit/creation-record.js";
import type { CreateFacts, ResourceCall, ResourceResult } from "../kit/resource.js";
import { limitsOf } from "../kit/work-limits.js";
import type { DopplerApi } from "./doppler-api.js";
import {
  postChange,
  readSecret,
  readSecretBody,
  type SecretHandle,
  type SeenSecret,
  secretIn,
} from "./secret-calls.js";
import { secretIdText, secretSubject } from "./secret-id.js";
import { defaultVisibility, type SecretInputs, type SecretState } from "./secret-properties.js";
import { fits, type KnownContents, secretState, setSecret, settleSecret } from "./secret-settle.js";

/** What a creation gets. */
export type SecretCreateCall = ResourceCall<DopplerApi> & CreateFacts & { readonly inputs: SecretInputs };

function creationOf(call: SecretCreateCall, handle: SecretHandle): Creation {
  const { api, inputs, replaced, urn } = call;
  const { secret, limits } = handle;
  const { value, visibility = defaultVisibility } = inputs;
  const id = secretIdText(secret);
  return {
    ...{ api, subject: secretSubject(urn, secret, inputs.owner), displayName: id, replaced, noun: "secret", limits },
    knownBefore: [],
    idOf: (body) => (secretIn(body, secret) === undefined ? "" : id),
    post: () => postChange(handle, null, { value, visibility }),
    refusalOf: (answer) => api.errorOf(answer, [value]),
    async find() {
      const body = await readSecretBody(handle);
      const seen = body && secretIn(body, secret);
      // Another value is not what was posted.
      return seen?.raw === undefined || seen.raw === value ? body : undefined;
    },
  };
}

/** Whether the secret that is there came of an earlier run; only its record says so. */
function isOfEarlierRun(creation: Creation): boolean {
  const { api, subject, displayName, replaced } = creation;
  const intent = usableIntent(creation);
  if (intent === undefined || replaced?.ids.has(displayName)) return false;
  // Nobody tells when a secret was made: what is there long after an unanswered POST may be anybody's.
  if (intent.id !== undefined || isInTime(intent, api.clock.nowMs())) return true;
  api.intents.remove(subject);
  return false;
}

function takenError({ secret }: SecretHandle, isReplaced: boolean): PlantonError {
  const { project, config, name } = secret;
  const place = `in config "${config}" of project "${project}"`;
  if (isReplaced)
    return new PlantonError({
      code: "E_VENDOR",
      message: `the secret "${name}" ${place} is to be replaced by itself, and there is one of a name alone`,
      hint: "run up without --replace, which sets it in place, or set deleteBeforeReplace",
    });
  return new PlantonError({
    code: "E_VENDOR",
    message: `a secret "${name}" is ${place} already, and this stack did not make it`,
    hint: "take another name, import it, or overwrite it by the adoption policy (adoption_policy, adoptionPolicy)",
  });
}

/** Takes over a secret that others made, as far as the inputs allow it. Throws E_VENDOR when they do not. */
async function adopt(
  call: SecretCreateCall,
  handle: SecretHandle,
  seen: SeenSecret,
): Promise<ResourceResult<SecretState>> {
  const { api, urn, inputs, replaced } = call;
  const { value, visibility = defaultVisibility, adoptionPolicy } = inputs;
  const id = secretIdText(handle.secret);
  const isReplaced = replaced?.ids.has(id) === true;
  if (isReplaced || (seen.raw !== value && adoptionPolicy !== "adopt")) throw takenError(handle, isReplaced);
  const known: KnownContents = { value: seen.raw, visibility: seen.visibility };
  if (adoptionPolicy === "adopt") await setSecret(handle, inputs, { known, original: seen.raw });
  else if (seen.visibility !== visibility)
    await api.warn(urn, `the secret "${id}" is there with this value, but ${seen.visibility}; the next up sets that`);
  return { id, state: secretState(handle, known, { ...inputs, adopted: true }) };
}

/** Makes the secret; gives it as far as it is known. */
async function make(creation: Creation, { secret }: SecretHandle, value: string): Promise<SeenSecret | undefined> {
  const { made, sure } = await createOnce(creation);
  const seen = secretIn(made, secret);
  // What the token may not read is what was sent.
  return sure && seen !== undefined ? { ...seen, raw: seen.raw ?? value } : seen;
}

async function createAlone(call: SecretCreateCall, handle: SecretHandle): Promise<ResourceResult<SecretState>> {
  const { inputs } = call;
  const creation = creationOf(call, handle);
  const found = await readSecret(handle);
  stopBeforeCreation(handle.limits);
  if (found !== undefined && !isOfEarlierRun(creation)) return adopt(call, handle, found);
  const seen = found ?? (await make(creation, handle, inputs.value));
  const id = secretIdText(handle.secret);
  const known = { value: seen?.raw, visibility: seen?.visibility };
  const facts = { ...inputs, adopted: false };
  const result =
    seen !== undefined && fits(seen, inputs)
      ? { id, state: secretState(handle, known, facts) }
      : await settleSecret(handle, inputs, { ...known, adopted: false });
  closeRecord(creation, { id, isFoundAgain: false });
  return result;
}

/** Creates a secret, goes on with one that an earlier run made, or adopts one. */
export function createSecret(call: SecretCreateCall): Promise<ResourceResult<SecretState>> {
  const { api, urn, inputs } = call;
  const { project, config, name } = inputs;
  const handle: SecretHandle = { api, urn, secret: { project, config, name }, limits: limitsOf(call) };
  // A second resource of this name has to see what the first one made.
  return api.oneByOne(secretIdText(handle.secret), () => createAlone(call, handle));
}
