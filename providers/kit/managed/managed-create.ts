import { PlantonError } from "../../../contract/planton-error.js";
import type { HttpResponse } from "../../../http/http-message.js";
import { asObject, type JsonObject } from "../../../http/json.js";
import { createOnce, type Made, type Search, stopBeforeCreation } from "../creation/create-once.js";
import { closeRecord, hasResponse } from "../creation/creation-record.js";
import type { ResourceResult } from "../resource/resource.js";
import { isRefused } from "../resource/work-limits.js";
import { diffProperties } from "../schema/diff-properties.js";
import { definedValues, type PropertyMap } from "../schema/property-value.js";
import type { ManagedApi } from "./managed-declaration.js";
import { deleteObject } from "./managed-delete.js";
import { absentError, goneError, selfReplacedError, takenError, unfitError } from "./managed-errors.js";
import {
  type CreateCall,
  type CreationPlan,
  type FoundObject,
  findPosted,
  idOf,
  isFoundByMark,
  keyOf,
  lookUp,
} from "./managed-lookup.js";
import { beginWork, exchange, objectIn, type Rules, readObject, recordSubject } from "./managed-work.js";
import { type Reconciliation, reconcile, stateOf } from "./reconcile.js";
import { proofOfValue, proofSaltBytes } from "./value-proof.js";

/** Sends the creation; a success is given with the object in place of its body. */
async function post<Api extends ManagedApi, Key>(plan: CreationPlan<Api, Key>): Promise<HttpResponse> {
  const { work, call, key } = plan;
  const { rules } = work;
  const first = await exchange(work, rules.create(call.inputs));
  const again = isRefused(first.response) ? rules.createAgain?.(call.inputs, first.response) : undefined;
  const { response, failure } = again === undefined ? first : await exchange(work, again);
  plan.failure = failure;
  const body = response.status < 300 ? asObject(response.body) : undefined;
  if (body === undefined) return response;
  plan.response = body;
  return { ...response, body: objectIn(work, body, key) };
}

async function planCreation<Api extends ManagedApi, Key>(
  rules: Rules<Api, Key>,
  call: CreateCall<Api>,
): Promise<CreationPlan<Api, Key>> {
  const { inputs, replaced } = call;
  const work = beginWork(rules, call, { values: [inputs], seconds: rules.deadlineSeconds?.ready?.(inputs) });
  await rules.beforeCreate?.(inputs, work);
  const { find, noun } = rules;
  const { api, limits } = work;
  const key = find.by === "name" ? await find.keyOf(inputs, work) : undefined;
  const id = key === undefined ? undefined : rules.id.text(key);
  const evidence = find.by === "name" && find.evidence !== undefined ? inputs[find.evidence] : undefined;
  const proofs =
    evidence === undefined
      ? {}
      : { proof: proofOfValue(JSON.stringify(evidence), api.clock.randomBytes(proofSaltBytes)) };
  const displayName = find.by === "list" ? find.nameOf(inputs) : (id ?? "");
  const search: Search = {
    ...{ api, subject: recordSubject(work, inputs, id), displayName, replaced, noun, limits, ...proofs },
    idOf: (object) => idOf(plan, object),
    post: () => post(plan),
    refusalOf: (response) => plan.failure ?? work.rest.errorOf(response, work.secrets),
    find: (intent) => findPosted(plan, intent),
  };
  const plan: CreationPlan<Api, Key> = { work, call, key, search, response: undefined, failure: undefined };
  return plan;
}

/** Refuses an object of which something differs that cannot be changed. */
function refuseUnfit<Api extends ManagedApi, Key>(
  { work, call }: CreationPlan<Api, Key>,
  key: Key,
  { object, adopted = false }: { readonly object: JsonObject; readonly adopted?: boolean },
): void {
  const { rules } = work;
  const state = stateOf(work, object, { key, known: {}, adopted });
  // What a list leaves out is no difference.
  const inputs = definedValues(
    Object.fromEntries(Object.entries(call.inputs).map(([name, value]) => [name, name in state ? value : undefined])),
  );
  const named = { noun: rules.noun, id: rules.id.text(key) };
  const [fixed] = diffProperties(rules.inputs, { state, inputs }).filter(({ replace }) => replace);
  if (fixed !== undefined) {
    const { property } = fixed;
    const [actual, wanted] = [state[property], inputs[property]].map((value) => JSON.stringify(value));
    throw unfitError(named, rules.inputs[property]?.secret ? property : `its ${property} is ${actual}, not ${wanted}`);
  }
  const oldInputs = adopted ? undefined : state;
  const [refused] = rules.refuseChange?.({ state, inputs: call.inputs, oldInputs }, false) ?? [];
  if (refused !== undefined) throw unfitError(named, `${refused.property}: ${refused.reason}`);
}

/** Takes over an object of others as far as the policy allows it. Throws E_VENDOR when it does not. */
async function adopt<Api extends ManagedApi, Key>(
  plan: CreationPlan<Api, Key>,
  { object: found, key }: FoundObject<Key>,
): Promise<ResourceResult<PropertyMap>> {
  const { work, call } = plan;
  const { rules, api, urn } = work;
  const { inputs, generated, replaced } = call;
  const named = { noun: rules.noun, id: rules.id.text(key) };
  if (replaced?.ids.has(named.id)) throw selfReplacedError(named);
  const policy = rules.foreign?.(inputs) ?? "refuse";
  const hint = rules.foreignHint ?? "take another name, or import it by the id in the message";
  const taken = takenError(named, { replaces: replaced !== undefined, hint });
  if (policy === "refuse") throw taken;
  const object = found ?? (await readObject(work, key));
  if (object === undefined || rules.isLeaving?.(object)) throw absentError(named);
  const foundAs = stateOf(work, object, { key, known: {}, adopted: true });
  const facts = { key, inputs, actual: foundAs, object, generated, adopted: true, foundAs };
  if (policy !== "take-equal") refuseUnfit(plan, key, { object, adopted: true });
  else if ((rules.changes?.(facts) ?? []).length > 0) throw taken;
  const result = await reconcile(work, { key, seen: object, inputs, generated, known: {}, adopted: true, foundAs });
  // There is nothing of this stack yet that the engine would have to keep.
  if (result.incomplete !== undefined) throw result.failure;
  // What becomes of it at a deletion is the resource's own decision then.
  if (rules.beforeDelete !== undefined) return result;
  await api.warn(
    urn,
    `the ${named.noun} "${named.id}" existed already and was taken over; it is kept at the vendor when this stack is destroyed`,
  );
  return result;
}

/** Deletes what an earlier creation made, of which nothing is known that was shown once, with its record. */
async function discard<Api extends ManagedApi, Key>({ work, search }: CreationPlan<Api, Key>, key: Key): Promise<void> {
  await deleteObject(work, key);
  work.api.intents.remove(search.subject);
}

/** Creates once; where that is useless without its response it creates once more. */
async function createUseful<Api extends ManagedApi, Key>(
  plan: CreationPlan<Api, Key>,
  knownBefore: readonly string[],
): Promise<Made> {
  const { work, search } = plan;
  const first = await createOnce({ ...search, knownBefore });
  if (first.sure || !work.rules.uselessWithoutResponse) return first;
  const throwAway = async ({ made }: Made): Promise<void> => {
    const key = keyOf(plan, made);
    if (key !== undefined) await discard(plan, key);
  };
  await throwAway(first);
  const second = await createOnce({ ...search, knownBefore });
  if (second.sure) return second;
  await throwAway(second);
  throw new PlantonError({
    code: "E_VENDOR_UNREACHABLE",
    message: `the ${search.noun} "${search.displayName}" was created twice without a response, and deleted again`,
    hint: "run up again when the vendor's API responds",
  });
}

/** What {@link reconcile} begins with, for an object of this stack. */
async function begin<Api extends ManagedApi, Key>(
  plan: CreationPlan<Api, Key>,
  found: FoundObject<Key> | undefined,
  knownBefore: readonly string[],
): Promise<Pick<Reconciliation<Key>, "key" | "seen" | "glimpse" | "known" | "isNew">> {
  const { work, call, search } = plan;
  const { rules, api } = work;
  if (found?.object !== undefined) {
    const { key, object } = found;
    refuseUnfit(plan, key, { object });
    const intent = api.intents.read(search.subject);
    // Before it gets another value: the next run has to know both for ours.
    if (intent !== undefined && search.proof !== undefined)
      api.intents.write(search.subject, { ...intent, proofs: [...(intent.proofs ?? []), search.proof] });
    return rules.find.by === "name" ? { key, seen: object, known: {} } : { key, glimpse: object, known: {} };
  }
  const { made, sure } = await createUseful(plan, knownBefore);
  const key = keyOf(plan, made);
  // createOnce gives only what has an id.
  if (key === undefined) throw new TypeError("a created object without its key");
  if (!sure || plan.response === undefined) {
    refuseUnfit(plan, key, { object: made });
    return { key, glimpse: made, known: {} };
  }
  const shownOnce = rules.afterCreate?.(plan.response, call.inputs) ?? {};
  const known = Object.fromEntries(Object.entries(call.inputs).filter(([name]) => name in rules.inputs));
  return { key, glimpse: made, known: definedValues({ ...known, ...shownOnce }), isNew: true };
}

async function createPlanned<Api extends ManagedApi, Key>(
  plan: CreationPlan<Api, Key>,
): Promise<ResourceResult<PropertyMap>> {
  const { work, call, search } = plan;
  const { rules, api } = work;
  const { inputs, generated } = call;
  const { found, sameName } = await lookUp(plan);
  stopBeforeCreation(work.limits);
  const isUseless = found?.owner === "earlier run" && rules.uselessWithoutResponse === true;
  // One whose response came is in some state, or was left at the vendor on purpose.
  if (isUseless && !hasResponse(api.intents.read(search.subject))) await discard(plan, found.key);
  const isIgnored = isUseless || (found?.owner === "foreign" && rules.foreign?.(inputs) === "ignore");
  if (!isIgnored && found?.owner === "foreign") return adopt(plan, found);
  const start = await begin(plan, isIgnored ? undefined : found, sameName);
  const id = rules.id.text(start.key);
  api.claimed.add(id);
  const result = await reconcile(work, { ...start, inputs, generated, adopted: false });
  closeRecord(search, { id, isFoundAgain: result.gone || isFoundByMark(plan, result.object) });
  if (result.gone) throw goneError({ noun: rules.noun, id }, true);
  return result;
}

/** Creates an object, goes on with one that an earlier run created, or adopts one. */
export async function createManaged<Api extends ManagedApi, Key>(
  rules: Rules<Api, Key>,
  call: CreateCall<Api>,
): Promise<ResourceResult<PropertyMap>> {
  const plan = await planCreation(rules, call);
  if (plan.key === undefined) return createPlanned(plan);
  // A second resource of this name has to see what the first one made.
  return call.api.oneByOne(rules.id.text(plan.key), () => createPlanned(plan));
}
