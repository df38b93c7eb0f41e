import type { JsonObject } from "../../../contract/json-object.js";
import type { PlantonError } from "../../../contract/planton-error.js";
import { createOnce, earlierIntent, type Search, stopBeforeCreation } from "../create-once.js";
import { closeRecord, isInTime, isYoung, usableIntent } from "../creation-record.js";
import { diffProperties } from "../diff-properties.js";
import type { HttpAnswer } from "../http-client.js";
import type { Intent } from "../intent-store.js";
import { asObject } from "../json-answer.js";
import { definedValues, type PropertyMap } from "../property-value.js";
import type { CreateFacts, ResourceCall, ResourceResult } from "../resource.js";
import type { ManagedApi } from "./managed-declaration.js";
import { goneError, selfReplacedError, severalError, takenError, unfitError } from "./managed-errors.js";
import { beginWork, exchange, objectIn, type Rules, readObject, recordSubject, type Work } from "./managed-work.js";
import { type Reconciliation, reconcile, stateOf } from "./reconcile.js";
import { proofOfValue, proofSaltBytes, provesValue } from "./value-proof.js";

/** What a creation gets. */
export type CreateCall<Api> = ResourceCall<Api> & CreateFacts & { readonly inputs: PropertyMap };

/** A creation before it is known what exists. */
interface Plan<Api extends ManagedApi, Key> {
  readonly work: Work<Api, Key>;
  readonly call: CreateCall<Api>;
  /** The key by the inputs; undefined where the vendor gives it. */
  readonly key: Key | undefined;
  readonly search: Search;
  /** The response to the creation, once it came. */
  response: JsonObject | undefined;
  /** Why the vendor's task of creating it failed. */
  failure: PlantonError | undefined;
}

/** An object that exists, its key, and whose it is. */
interface Found<Key> {
  readonly object: JsonObject;
  readonly key: Key;
  readonly owner: "earlier run" | "foreign";
}

function keyOf<Api extends ManagedApi, Key>({ work, call, key }: Plan<Api, Key>, object: JsonObject): Key | undefined {
  const { find } = work.rules;
  return find.by === "name" ? key : find.keyIn(object, call.inputs);
}

function idOf<Api extends ManagedApi, Key>(plan: Plan<Api, Key>, object: JsonObject): string {
  const key = keyOf(plan, object);
  return key === undefined ? "" : plan.work.rules.id.text(key);
}

/** The value that proves who wrote an object; undefined: it tells none. */
function evidenceIn<Api extends ManagedApi, Key>({ work, key }: Plan<Api, Key>, object: JsonObject): unknown {
  const { find } = work.rules;
  if (find.by !== "name" || find.evidence === undefined || key === undefined) return undefined;
  return stateOf(work, object, { key, known: {}, adopted: false })[find.evidence];
}

/** Whether an object came of an earlier run, as its record shows. A name alone proves nothing where there is evidence. */
function cameOf<Api extends ManagedApi, Key>(plan: Plan<Api, Key>, intent: Intent, object: JsonObject): boolean {
  const { find } = plan.work.rules;
  const { api } = plan.work;
  const id = idOf(plan, object);
  if (find.by === "name" && find.evidence !== undefined) {
    const value = evidenceIn(plan, object);
    if (value === undefined) return isInTime(intent, api.clock.nowMs());
    return intent.proofs?.some((proof) => provesValue(proof, JSON.stringify(value))) === true;
  }
  if (find.by === "list" && intent.id === undefined && find.mark?.in(object) !== undefined)
    return find.mark.in(object) === find.mark.of(plan.call.inputs);
  if (intent.id !== undefined) return id === intent.id;
  if (intent.knownBefore.includes(id) || api.claimed.has(id)) return false;
  const createdMs = find.by === "list" ? Date.parse(find.createdIn?.(object) ?? "") : Number.NaN;
  const name = find.by === "list" ? find.nameIn(object) : plan.search.displayName;
  return name === intent.displayName && isInTime(intent, Number.isNaN(createdMs) ? api.clock.nowMs() : createdMs);
}

/** Sends the creation; a success is given with the object in place of its body. */
async function post<Api extends ManagedApi, Key>(plan: Plan<Api, Key>): Promise<HttpAnswer> {
  const { work, call, key } = plan;
  const { response, failure } = await exchange(work, work.rules.create(call.inputs));
  plan.failure = failure;
  const body = response.status < 300 ? asObject(response.body) : undefined;
  if (body === undefined) return response;
  plan.response = body;
  return { ...response, body: objectIn(work, body, key) };
}

/** What a lost creation made, as one look shows it. */
async function findPosted<Api extends ManagedApi, Key>(
  plan: Plan<Api, Key>,
  intent: Intent,
): Promise<JsonObject | undefined> {
  const { work, call, key } = plan;
  const { find } = work.rules;
  if (find.by === "list") {
    const fitting = (await find.list(call.inputs, work)).filter((object) => cameOf(plan, intent, object));
    return fitting.length === 1 ? fitting[0] : undefined;
  }
  const object = key === undefined ? undefined : await readObject(work, key);
  if (object === undefined || find.evidence === undefined)
    return object !== undefined && work.api.claimed.has(idOf(plan, object)) ? undefined : object;
  const value = evidenceIn(plan, object);
  // Another value is not what was sent.
  return value === undefined || JSON.stringify(value) === JSON.stringify(call.inputs[find.evidence])
    ? object
    : undefined;
}

async function planCreation<Api extends ManagedApi, Key>(
  rules: Rules<Api, Key>,
  call: CreateCall<Api>,
): Promise<Plan<Api, Key>> {
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
  const plan: Plan<Api, Key> = { work, call, key, search, response: undefined, failure: undefined };
  return plan;
}

/** The objects that may be meant: that of the name, or all of the list. */
async function candidates<Api extends ManagedApi, Key>({
  work,
  call,
  key,
}: Plan<Api, Key>): Promise<readonly JsonObject[]> {
  const { find } = work.rules;
  if (find.by === "list") return find.list(call.inputs, work);
  const object = key === undefined ? undefined : await readObject(work, key);
  return object === undefined ? [] : [object];
}

/** What exists of the object: one of an earlier run, or one of others with its name. Throws E_VENDOR when several can be meant. */
async function lookUp<Api extends ManagedApi, Key>(
  plan: Plan<Api, Key>,
): Promise<{ readonly found: Found<Key> | undefined; readonly sameName: readonly string[] }> {
  const { work, call, search } = plan;
  const { find, noun } = work.rules;
  const { replaced, inputs } = call;
  // Evidence needs no wait: a reading by name does not lag, and what appears later proves itself.
  const hasEvidence = find.by === "name" && find.evidence !== undefined;
  const intent = hasEvidence ? usableIntent(search) : await earlierIntent(search);
  const objects = await candidates(plan);
  const others = objects.filter((object) => !replaced?.ids.has(idOf(plan, object)));
  const wanted = find.by === "list" ? find.mark?.of(inputs) : undefined;
  const isOurs = (object: JsonObject): boolean => {
    if (intent !== undefined && cameOf(plan, intent, object)) return true;
    // While one is being replaced the old one carries the mark, too.
    return replaced === undefined && wanted !== undefined && find.by === "list" && find.mark?.in(object) === wanted;
  };
  const ours = others.filter(isOurs);
  if (ours.length > 1)
    throw severalError(
      noun,
      search.displayName,
      ours.map((object) => idOf(plan, object)),
    );
  const named = objects.filter((object) => find.by === "name" || find.nameIn(object) === search.displayName);
  const sameName = named.map((object) => idOf(plan, object));
  const [own] = ours;
  const object = own ?? named.find((other) => find.by === "name" || others.includes(other));
  const key = object && keyOf(plan, object);
  if (object === undefined || key === undefined) return { found: undefined, sameName };
  // What an unanswered POST of a moment ago made may still appear.
  const isStale =
    own === undefined && find.by === "name" && intent !== undefined && !isYoung(intent, work.api.clock.nowMs());
  if (isStale && others.length > 0) work.api.intents.remove(search.subject);
  return { found: { object, key, owner: own === undefined ? "foreign" : "earlier run" }, sameName };
}

/** Refuses an object of an earlier run of which something differs that cannot be changed. */
function refuseUnfit<Api extends ManagedApi, Key>({ work, call }: Plan<Api, Key>, key: Key, object: JsonObject): void {
  const { rules } = work;
  const state = stateOf(work, object, { key, known: {}, adopted: false });
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
  const [refused] = rules.refuseChange?.({ state, inputs: call.inputs, oldInputs: state }, false) ?? [];
  if (refused !== undefined) throw unfitError(named, `${refused.property}: ${refused.reason}`);
}

/** Takes over an object of others as far as the policy allows it. Throws E_VENDOR when it does not. */
async function adopt<Api extends ManagedApi, Key>(
  { work, call }: Plan<Api, Key>,
  { object, key }: Found<Key>,
): Promise<ResourceResult<PropertyMap>> {
  const { rules, api, urn } = work;
  const { inputs, generated, replaced } = call;
  const named = { noun: rules.noun, id: rules.id.text(key) };
  if (replaced?.ids.has(named.id)) throw selfReplacedError(named);
  const foundAs = stateOf(work, object, { key, known: {}, adopted: true });
  const policy = rules.foreign?.(inputs) ?? "refuse";
  const facts = { key, inputs, actual: foundAs, object, generated, adopted: true, foundAs };
  const isEqual = policy === "take-equal" && (rules.changes?.(facts) ?? []).length === 0;
  const hint = rules.foreignHint ?? "take another name, or import it by the id in the message";
  if (policy !== "adopt" && !isEqual) throw takenError(named, { replaces: replaced !== undefined, hint });
  const result = await reconcile(work, { key, seen: object, inputs, generated, known: {}, adopted: true, foundAs });
  // There is nothing of this stack yet that the engine would have to keep.
  if (result.incomplete !== undefined) throw result.failure;
  await api.warn(
    urn,
    `the ${named.noun} "${named.id}" existed already and was taken over; it is kept at the vendor when this stack is destroyed`,
  );
  return result;
}

/** What {@link reconcile} begins with, for an object of this stack. */
async function begin<Api extends ManagedApi, Key>(
  plan: Plan<Api, Key>,
  found: Found<Key> | undefined,
  knownBefore: readonly string[],
): Promise<Pick<Reconciliation<Key>, "key" | "seen" | "glimpse" | "known">> {
  const { work, call, search } = plan;
  const { rules, api } = work;
  if (found !== undefined) {
    const { key, object } = found;
    refuseUnfit(plan, key, object);
    const intent = api.intents.read(search.subject);
    // Before it gets another value: the next run has to know both for ours.
    if (intent !== undefined && search.proof !== undefined)
      api.intents.write(search.subject, { ...intent, proofs: [...(intent.proofs ?? []), search.proof] });
    return rules.find.by === "name" ? { key, seen: object, known: {} } : { key, glimpse: object, known: {} };
  }
  const { made, sure } = await createOnce({ ...search, knownBefore });
  const key = keyOf(plan, made);
  // createOnce gives only what has an id.
  if (key === undefined) throw new TypeError("a created object without its key");
  if (!sure || plan.response === undefined) {
    refuseUnfit(plan, key, made);
    return { key, glimpse: made, known: {} };
  }
  const told = rules.afterCreate?.(plan.response, call.inputs) ?? {};
  const known = Object.fromEntries(Object.entries(call.inputs).filter(([name]) => name in rules.inputs));
  return { key, glimpse: made, known: { ...known, ...definedValues(told) } };
}

async function createPlanned<Api extends ManagedApi, Key>(plan: Plan<Api, Key>): Promise<ResourceResult<PropertyMap>> {
  const { work, call, search } = plan;
  const { rules, api } = work;
  const { inputs, generated } = call;
  const { found, sameName } = await lookUp(plan);
  stopBeforeCreation(work.limits);
  const isIgnored = found?.owner === "foreign" && rules.foreign?.(inputs) === "ignore";
  if (found?.owner === "foreign" && !isIgnored) return adopt(plan, found);
  const start = await begin(plan, isIgnored ? undefined : found, sameName);
  const id = rules.id.text(start.key);
  api.claimed.add(id);
  const result = await reconcile(work, { ...start, inputs, generated, adopted: false });
  closeRecord(search, { id, isFoundAgain: result.gone });
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
