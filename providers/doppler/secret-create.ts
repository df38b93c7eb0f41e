import { PlantonError } from "../../contract/planton-error.js";
import { type Creation, createOnce, stopBeforeCreation } from "../kit/create-once.js";
import { closeRecord, isInTime, isYoung, usableIntent } from "../kit/creation-record.js";
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
import { proofOfValue, proofSaltBytes, provesValue } from "./value-proof.js";

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
    proof: proofOfValue(value, api.clock.randomBytes(proofSaltBytes)),
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

/**
 * Whether the secret that is there came of an earlier run, as its record shows: it holds what that run has sent, or nobody can
 * read it and the time fits. A name alone proves nothing, as anybody may use it again.
 */
function isOfEarlierRun(creation: Creation, { raw }: SeenSecret): boolean {
  const { api, subject, displayName, replaced } = creation;
  const intent = usableIntent(creation);
  if (intent === undefined || replaced?.ids.has(displayName)) return false;
  const nowMs = api.clock.nowMs();
  const isOurs =
    raw === undefined ? isInTime(intent, nowMs) : intent.proofs?.some((proof) => provesValue(proof, raw)) === true;
  // What an unanswered POST of a moment ago wrote may still appear.
  if (!isOurs && !isYoung(intent, nowMs)) api.intents.remove(subject);
  return isOurs;
}

/** Before a secret of an earlier run gets another value: the next run has to know both for ours. */
function noteGoingOn(creation: Creation): void {
  const { api, subject, proof } = creation;
  const intent = api.intents.read(subject);
  if (intent === undefined || proof === undefined) return;
  api.intents.write(subject, { ...intent, proofs: [...(intent.proofs ?? []), proof] });
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
  const { adoptionPolicy } = inputs;
  const id = secretIdText(handle.secret);
  const isReplaced = replaced?.ids.has(id) === true;
  if (isReplaced || (adoptionPolicy !== "adopt" && !fits(seen, inputs))) throw takenError(handle, isReplaced);
  const known: KnownContents = { value: seen.raw, visibility: seen.visibility };
  if (adoptionPolicy === "adopt") await setSecret(handle, inputs, { known, original: seen.raw });
  await api.warn(
    urn,
    `the secret "${id}" was there already and was taken over; it stays at Doppler when this stack goes`,
  );
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
  if (found !== undefined && !isOfEarlierRun(creation, found)) return adopt(call, handle, found);
  if (found !== undefined) noteGoingOn(creation);
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
