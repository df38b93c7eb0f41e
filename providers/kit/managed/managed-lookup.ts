import type { PlantonError } from "../../../contract/planton-error.js";
import type { JsonObject } from "../../../http/json.js";
import { earlierIntent, type Search } from "../creation/create-once.js";
import { isInTime, isYoung, usableIntent } from "../creation/creation-record.js";
import type { Intent } from "../creation/intent-store.js";
import type { CreateFacts, ResourceCall } from "../resource/resource.js";
import type { PropertyMap } from "../schema/property-value.js";
import type { ManagedApi } from "./managed-declaration.js";
import { absentError, severalError } from "./managed-errors.js";
import { readObject, type Work } from "./managed-work.js";
import { stateOf } from "./reconcile.js";
import { provesValue } from "./value-proof.js";

/** What a creation gets. */
export type CreateCall<Api> = ResourceCall<Api> & CreateFacts & { readonly inputs: PropertyMap };

/** A creation before it is known what exists. */
export interface CreationPlan<Api extends ManagedApi, Key> {
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
export interface FoundObject<Key> {
  /** Undefined: it has to be read, as a list does not show all of it. */
  readonly object: JsonObject | undefined;
  readonly key: Key;
  readonly owner: "earlier run" | "foreign";
}

/** The key of an object; undefined when it has none. */
export function keyOf<Api extends ManagedApi, Key>(
  { work, call, key }: CreationPlan<Api, Key>,
  object: JsonObject,
): Key | undefined {
  const { find } = work.rules;
  return find.by === "name" ? key : find.keyIn(object, call.inputs);
}

/** The id of an object; "" when it has none. */
export function idOf<Api extends ManagedApi, Key>(plan: CreationPlan<Api, Key>, object: JsonObject): string {
  const key = keyOf(plan, object);
  return key === undefined ? "" : plan.work.rules.id.text(key);
}

/** The value that proves who wrote an object; undefined: it has none. */
function evidenceIn<Api extends ManagedApi, Key>({ work, key }: CreationPlan<Api, Key>, object: JsonObject): unknown {
  const { find } = work.rules;
  if (find.by !== "name" || find.evidence === undefined || key === undefined) return undefined;
  return stateOf(work, object, { key, known: {}, adopted: false })[find.evidence];
}

/** Whether an object came of an earlier run, as its record shows. A name alone proves nothing where there is evidence. */
function cameOf<Api extends ManagedApi, Key>(
  plan: CreationPlan<Api, Key>,
  intent: Intent,
  object: JsonObject,
): boolean {
  const { find } = plan.work.rules;
  const { api } = plan.work;
  const id = idOf(plan, object);
  if (find.by === "name" && find.evidence !== undefined) {
    const value = evidenceIn(plan, object);
    if (value === undefined) return isInTime(intent, api.clock.nowMs());
    return intent.proofs?.some((proof) => provesValue(proof, JSON.stringify(value))) === true;
  }
  if (intent.id !== undefined) return id === intent.id;
  if (intent.knownBefore.includes(id) || api.claimed.has(id)) return false;
  const createdMs = find.by === "list" ? Date.parse(find.createdIn?.(object) ?? "") : Number.NaN;
  if (!isInTime(intent, Number.isNaN(createdMs) ? api.clock.nowMs() : createdMs)) return false;
  // One with a mark may have been renamed since.
  if (find.by === "list" && find.mark?.in(object) !== undefined) return isMarked(plan, object);
  return find.by === "name" || find.nameIn(object) === intent.displayName;
}

/** Whether an object of a list carries the mark of the stack. */
function isMarked<Api extends ManagedApi, Key>({ work, call }: CreationPlan<Api, Key>, object: JsonObject): boolean {
  const { find } = work.rules;
  const mark = find.by === "list" ? find.mark?.of(call.inputs) : undefined;
  return mark !== undefined && find.by === "list" && find.mark?.in(object) === mark;
}

function isNamed<Api extends ManagedApi, Key>({ work, search }: CreationPlan<Api, Key>, object: JsonObject): boolean {
  const { find } = work.rules;
  return find.by === "name" || find.nameIn(object) === search.displayName;
}

/** Whether a run without a record knows an object for this stack's: by mark and name, unless another one has the same. */
export function isFoundByMark<Api extends ManagedApi, Key>(
  plan: CreationPlan<Api, Key>,
  object: JsonObject | undefined,
): boolean {
  // While one is being replaced the old one carries the mark, too.
  return object !== undefined && plan.call.replaced === undefined && isMarked(plan, object) && isNamed(plan, object);
}

/** What a lost creation made, as one look shows it. */
export async function findPosted<Api extends ManagedApi, Key>(
  plan: CreationPlan<Api, Key>,
  intent: Intent,
): Promise<JsonObject | undefined> {
  const { work, call, key } = plan;
  const { find } = work.rules;
  if (find.by === "list") {
    const listed = await find.list(call.inputs, work, "named");
    const fitting = listed.filter((object) => cameOf(plan, intent, object));
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

/** The objects that may be meant: that of the name, or those of the list. */
async function candidates<Api extends ManagedApi, Key>(
  { work, call, key }: CreationPlan<Api, Key>,
  scope: "named" | "all",
): Promise<readonly JsonObject[]> {
  const { find } = work.rules;
  if (find.by === "list") return find.list(call.inputs, work, scope);
  const object = key === undefined ? undefined : await readObject(work, key);
  return object === undefined ? [] : [object];
}

/** The object of others that is meant. Throws E_VENDOR when several may be adopted, or none and none may be created. */
function findForeign<Api extends ManagedApi, Key>(
  plan: CreationPlan<Api, Key>,
  named: readonly JsonObject[],
): FoundObject<Key> | undefined {
  const { work, call, search } = plan;
  const { find, noun, foreign, foreignKey } = work.rules;
  const { inputs, replaced } = call;
  const policy = foreign?.(inputs) ?? "refuse";
  const mayAdopt = policy === "adopt" || policy === "adopt-only";
  const chosen = mayAdopt ? foreignKey?.(inputs) : undefined;
  if (chosen !== undefined) return { object: undefined, key: chosen, owner: "foreign" };
  const meant = named.filter((object) => {
    if (find.by === "name") return true;
    const isOld = replaced !== undefined && (replaced.ids.has(idOf(plan, object)) || isMarked(plan, object));
    return !isOld && find.isMeant?.(object, inputs) !== false;
  });
  const ids = meant.map((object) => idOf(plan, object));
  if (mayAdopt && meant.length > 1) throw severalError(noun, search.displayName, ids);
  const [object] = meant;
  const key = object && keyOf(plan, object);
  if (key !== undefined) return { object: find.by === "name" ? object : undefined, key, owner: "foreign" };
  if (policy === "adopt-only") throw absentError({ noun, id: search.displayName });
  return undefined;
}

/**
 * What exists of the object: one of an earlier run, or one of others with its name. Throws E_VENDOR when several can be
 * meant.
 */
export async function lookUp<Api extends ManagedApi, Key>(
  plan: CreationPlan<Api, Key>,
): Promise<{ readonly found: FoundObject<Key> | undefined; readonly sameName: readonly string[] }> {
  const { work, call, search } = plan;
  const { find, noun } = work.rules;
  const { replaced } = call;
  // Evidence needs no wait: a reading by name does not lag, and what appears later proves itself.
  const hasEvidence = find.by === "name" && find.evidence !== undefined;
  const intent = hasEvidence ? usableIntent(search) : await earlierIntent(search);
  const objects = await candidates(plan, intent === undefined ? "named" : "all");
  const others = objects.filter((object) => !replaced?.ids.has(idOf(plan, object)));
  const isOurs = (object: JsonObject): boolean =>
    (intent !== undefined && cameOf(plan, intent, object)) || isFoundByMark(plan, object);
  const ours = others.filter(isOurs);
  const recorded = ours.find((object) => idOf(plan, object) === intent?.id);
  const ids = ours.map((object) => idOf(plan, object));
  if (ours.length > 1 && recorded === undefined) throw severalError(noun, search.displayName, ids);
  const named = objects.filter((object) => isNamed(plan, object));
  const sameName = named.map((object) => idOf(plan, object));
  const own = recorded ?? ours[0];
  const key = own && keyOf(plan, own);
  if (key !== undefined) return { found: { object: own, key, owner: "earlier run" }, sameName };
  // What a POST of a moment ago without a response made may still appear.
  const isStale = find.by === "name" && intent !== undefined && !isYoung(intent, work.api.clock.nowMs());
  if (isStale && others.length > 0) work.api.intents.remove(search.subject);
  const untouched = find.by === "name" ? others.find((object) => find.isUntouched?.(object)) : undefined;
  if (untouched === undefined || plan.key === undefined) return { found: findForeign(plan, named), sameName };
  // Before it is set: a run that is cut off then finds it as this stack's.
  const { api, subject, displayName } = search;
  api.intents.write(subject, { displayName, knownBefore: [], startedAtMs: api.clock.nowMs() });
  return { found: { object: untouched, key: plan.key, owner: "earlier run" }, sameName };
}
