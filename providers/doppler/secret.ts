import { PlantonError } from "../../contract/planton-error.js";
import { forgetRecord } from "../kit/creation-record.js";
import { defineResource, type ResourceCall } from "../kit/resource.js";
import { limitsOf } from "../kit/work-limits.js";
import type { DopplerApi } from "./doppler-api.js";
import { deleteSecret, readSecretOrGone, type SecretHandle } from "./secret-calls.js";
import { createSecret } from "./secret-create.js";
import { parseSecretId, secretSubject } from "./secret-id.js";
import { type SecretState, secretInputs, secretOutputs } from "./secret-properties.js";
import { secretState, settleSecret } from "./secret-settle.js";

type Call = ResourceCall<DopplerApi> & { readonly id: string; readonly state: SecretState };

function handleOf(call: Call): SecretHandle {
  return { api: call.api, urn: call.urn, secret: parseSecretId(call.id), limits: limitsOf(call) };
}

function forget({ api, urn, id, state }: Call, { secret }: SecretHandle): void {
  forgetRecord(api, secretSubject(urn, secret, state.owner), id);
}

function unreadableError(id: string): PlantonError {
  return new PlantonError({
    code: "E_VENDOR",
    message: `the secret "${id}" cannot be imported: it is restricted, and the token may not read its value`,
    hint: "use a service token of its config, or make it masked at Doppler",
  });
}

/** `planton-doppler.Secret`. */
export const secretResource = defineResource<DopplerApi>()({
  type: "planton-doppler:index/secret:Secret",
  description: "A secret in a config of a project at Doppler.",
  inputs: secretInputs,
  outputs: secretOutputs,
  stableOutputs: ["adopted", "uri"],
  create: createSecret,

  async read(call) {
    const { api, urn, id, state: old, importing } = call;
    const handle = handleOf(call);
    const seen = await readSecretOrGone(handle);
    if (seen === undefined) return undefined;
    if (seen.raw === undefined && importing) throw unreadableError(id);
    if (seen.raw === undefined)
      await api.warn(
        urn,
        `the secret "${id}" is restricted, so the token may not read its value: the state's was kept`,
      );
    if (!importing) forget(call, handle);
    const known = { value: seen.raw ?? old.value, visibility: seen.visibility ?? old.visibility };
    return { id, state: secretState(handle, known, old) };
  },

  async update(call) {
    const handle = handleOf(call);
    forget(call, handle);
    return settleSecret(handle, call.inputs, call.state);
  },

  async delete(call) {
    const { api, urn, id, state } = call;
    const handle = handleOf(call);
    if (state.adopted)
      await api.warn(urn, `the secret "${id}" was there before this stack and is kept; delete it at Doppler`);
    else await deleteSecret(handle);
    forget(call, handle);
  },
});
