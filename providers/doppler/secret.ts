import { PlantonError } from "../../contract/planton-error.js";
import type { CheckFailure } from "../kit/check-properties.js";
import { forgetRecord } from "../kit/creation-record.js";
import type { Comparison } from "../kit/property-declaration.js";
import { defineResource, type ResourceCall } from "../kit/resource.js";
import { limitsOf } from "../kit/work-limits.js";
import type { DopplerApi } from "./doppler-api.js";
import { deleteSecret, readSecretIfSeen, type SecretHandle } from "./secret-calls.js";
import { createSecret } from "./secret-create.js";
import { parseSecretId, secretSubject } from "./secret-id.js";
import { type SecretState, secretInputs, secretOutputs } from "./secret-properties.js";
import { secretState, settleSecret } from "./secret-settle.js";

type Call = ResourceCall<DopplerApi> & { readonly id: string; readonly state: SecretState };
type ReadCall = Call & { readonly importing: boolean };

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

/** One that was taken because it had the wanted value is not this stack's to change, unless the policy says so. */
function refuseTheirs({ state, inputs }: Comparison): readonly CheckFailure[] {
  const [old, wanted] = [state["value"], inputs["value"]];
  const isChange = typeof old === "string" && typeof wanted === "string" && old !== wanted;
  if (!isChange || state["adopted"] !== true || inputs["adoptionPolicy"] === "adopt") return [];
  const reason =
    "the secret was there before this stack, which took it as it had the wanted value; to give it another one, the policy has to be adopt (adoption_policy: adopt_if_found)";
  return [{ property: "adoptionPolicy", reason }];
}

/** A refresh that is shown no such config keeps what the state has: the token may not see it. Throws E_VENDOR at an import. */
async function keepHidden({ api, urn, id, state, importing }: ReadCall, { secret }: SecretHandle) {
  const place = `config "${secret.config}" of project "${secret.project}"`;
  if (importing) {
    const hint = "check the id, and that the token may see project and config";
    throw new PlantonError({ code: "E_VENDOR", message: `Doppler shows no ${place}`, hint });
  }
  await api.warn(
    urn,
    `Doppler shows no ${place}, or not to this token: what the state has of "${secret.name}" was kept`,
  );
  return { id, state };
}

/** `planton-doppler.Secret`. */
export const secretResource = defineResource<DopplerApi>()({
  type: "planton-doppler:index/secret:Secret",
  description: "A secret in a config of a project at Doppler.",
  inputs: secretInputs,
  outputs: secretOutputs,
  stableOutputs: ["adopted", "uri"],
  refuseChange: (comparison, replaces) => (replaces ? [] : refuseTheirs(comparison)),
  create: createSecret,

  async read(call) {
    const { api, urn, id, state: old, importing } = call;
    const handle = handleOf(call);
    const seen = await readSecretIfSeen(handle);
    if (seen === "hidden") return keepHidden(call, handle);
    // Whoever makes one of that name now, it is not what this stack had made.
    if (!importing) forget(call, handle);
    if (seen === undefined) return undefined;
    if (seen.raw === undefined && importing) throw unreadableError(id);
    if (seen.raw === undefined)
      await api.warn(
        urn,
        `the secret "${id}" is restricted, so the token may not read its value: the state's was kept`,
      );
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
