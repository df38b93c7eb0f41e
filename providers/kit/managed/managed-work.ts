import { isPlantonError, PlantonError } from "../../../contract/planton-error.js";
import type { HttpResponse } from "../../../http/http-message.js";
import { asNonEmptyString, asObject, type JsonObject } from "../../../http/json.js";
import { pollUntil } from "../base/poll.js";
import type { IntentSubject } from "../creation/intent-store.js";
import type { Resource, ResourceCall, ResourceShape } from "../resource/resource.js";
import { waitNotice } from "../resource/wait-notice.js";
import { limitsOf, requestOf } from "../resource/work-limits.js";
import { type PropertyMap, secretStrings } from "../schema/property-value.js";
import type {
  ManagedApi,
  ManagedCall,
  ManagedRequest,
  ManagedRules,
  ReadingRules,
  RestApi,
} from "./managed-declaration.js";
import { waitError } from "./managed-errors.js";

/** The rules of a resource whose types were checked where it is declared. */
export type Rules<Api, Key> = ManagedRules<PropertyMap, PropertyMap, Api, Key> &
  Pick<ResourceShape, "inputs" | "outputs" | "outputsChangedBy"> &
  Partial<Pick<Resource<Api>, "refuseChange">>;

/** What a read of an object needs. */
export interface Reading<Api extends ManagedApi, Key> extends ManagedCall<Api> {
  readonly rules: ReadingRules<Api, Key>;
  readonly rest: RestApi;
  /** What no message may hold. */
  readonly secrets: readonly string[];
}

/** One operation of the engine on a managed resource. */
export interface Work<Api extends ManagedApi, Key> extends Reading<Api, Key> {
  readonly rules: Rules<Api, Key>;
}

/** The same operation, whose messages do not hold the secrets of these inputs and states either. */
export function hideSecretsOf<Api extends ManagedApi, Key>(
  work: Work<Api, Key>,
  values: readonly PropertyMap[],
): Work<Api, Key> {
  const { inputs, outputs } = work.rules;
  const declared = Object.entries({ ...inputs, ...outputs }).filter(([, { secret }]) => secret === true);
  const names = new Set(declared.map(([name]) => name));
  const secrets = values.flatMap((map) => secretStrings({ values: map, secrets: names }));
  return { ...work, secrets: [...new Set([...work.secrets, ...secrets.filter((text) => text !== "")])] };
}

/** Begins an operation; `values` are inputs and states. */
export function beginWork<Api extends ManagedApi, Key>(
  rules: Rules<Api, Key>,
  call: ResourceCall<Api>,
  { values, seconds }: { readonly values: readonly PropertyMap[]; readonly seconds?: number | undefined },
): Work<Api, Key> {
  const { api, urn } = call;
  const rest = rules.rest?.(api) ?? api;
  const known = limitsOf(call, seconds);
  const onWait = waitNotice({ ...known, clock: api.clock }, (line) => api.warn(urn, line));
  return hideSecretsOf({ api, urn, rules, rest, limits: { ...known, onWait }, secrets: [] }, values);
}

/** What the record of an object's creation is about; `values` are inputs or a state. */
export function recordSubject<Api extends ManagedApi, Key>(
  { rules, urn }: Work<Api, Key>,
  values: PropertyMap,
  id: string | undefined,
): IntentSubject {
  const scope = rules.recordScope?.(values) ?? (rules.find.by === "name" ? id : undefined);
  const parts = [scope, asNonEmptyString(values["owner"])].filter((part) => part !== undefined);
  return { urn, owner: parts.length === 0 ? undefined : parts.join(",") };
}

/** An error that may pass by itself: the next look decides. */
function isPassing(error: unknown): error is PlantonError {
  return isPlantonError(error) && (error.code === "E_VENDOR" || error.code === "E_VENDOR_UNREACHABLE");
}

/** What an error says, and what to do about it. */
export function reasonWithCure({ message, hint }: PlantonError): string {
  return hint === undefined ? message : `${message} (${hint})`;
}

/** Looks until there is a result, through errors that may pass. Throws E_VENDOR with `what` when the time is over. */
async function poll<Api extends ManagedApi, Key, Result>(
  { api, rules, limits }: Reading<Api, Key>,
  { id, what, look }: { readonly id: string; readonly what: string; readonly look: () => Promise<Result | undefined> },
): Promise<Result> {
  let last: PlantonError | undefined;
  const tolerant = async (): Promise<Result | undefined> => {
    try {
      const result = await look();
      last = undefined;
      return result;
    } catch (error) {
      if (!isPassing(error)) throw error;
      last = error;
      limits.onWait?.(`the ${rules.noun} "${id}" is ${what}: ${reasonWithCure(error)}`, api.clock.nowMs());
      return undefined;
    }
  };
  const timeoutMs = Math.max(0, limits.deadlineMs - api.clock.nowMs());
  const signals = [limits.cancelled, limits.signal];
  const { noun } = rules;
  let result: Result | undefined;
  try {
    result = await pollUntil({ look: tolerant, pace: api.pace, timeoutMs, clock: api.clock, signals });
  } catch (error) {
    throw isPlantonError(error) ? waitError({ noun, id }, what, error) : error;
  }
  if (result !== undefined) return result;
  throw waitError({ noun, id }, `${what} after the time that was given`, last);
}

/** A response, and the error for it where the vendor's task failed. */
export interface Exchange {
  readonly response: HttpResponse;
  readonly failure?: PlantonError;
}

// How often a task that a response named may not be shown yet: as often as Redis Cloud's own client takes it.
const mostUnseen = 5;

/**
 * Sends a request once and waits for the task that it begins. Throws what the client throws, and E_VENDOR after the
 * deadline.
 */
export async function exchange<Api extends ManagedApi, Key>(
  work: Work<Api, Key>,
  request: ManagedRequest,
): Promise<Exchange> {
  const { rest, rules, limits, secrets } = work;
  const response = await rest.send({ ...request, ...requestOf(limits) });
  const began = response.status < 300 ? asObject(response.body) : undefined;
  const task = began === undefined ? undefined : rules.task?.read(began);
  if (began === undefined || task === undefined) return { response };
  let unseen = 0;
  const look = async (): Promise<{ readonly done: JsonObject } | { readonly failed: string } | undefined> => {
    const shown = await rest.send({ ...task, ...requestOf(limits) });
    if (shown.status === 404 && unseen < mostUnseen) {
      unseen += 1;
      return undefined;
    }
    const seen = rest.bodyOf(shown, secrets);
    const progress = rules.task?.progress(seen, began) ?? "running";
    return progress === "running" ? undefined : progress;
  };
  const end = await poll(work, { id: task.path, what: "not finished by the vendor", look });
  if ("done" in end) return { response: { ...response, body: end.done } };
  // The vendor took the request and then refused it: nothing was created or changed.
  const failure = new PlantonError({ code: "E_VENDOR", message: `${request.method} ${request.path}: ${end.failed}` });
  return { response: { ...response, status: 422 }, failure };
}

/** What a reading shows: an object, that it is gone (undefined), or why it is hidden. */
export type Sight = { readonly object: JsonObject | undefined } | { readonly hidden: PlantonError };

/** The object in a body; undefined when there is none. Throws E_VENDOR when the body cannot be read. */
export function objectIn<Api extends ManagedApi, Key>(
  { rules }: Reading<Api, Key>,
  body: JsonObject,
  key: Key | undefined,
): JsonObject | undefined {
  const object = rules.objectIn === undefined ? body : rules.objectIn(body, key);
  if (object !== "invalid") return object;
  throw new PlantonError({ code: "E_VENDOR", message: `the vendor's response holds no ${rules.noun}` });
}

/** Reads an object once. Throws E_VENDOR, E_VENDOR_UNREACHABLE, E_CREDENTIALS_REFUSED. */
export async function look<Api extends ManagedApi, Key>(
  work: Reading<Api, Key>,
  key: Key,
  polling = false,
): Promise<Sight> {
  const { rest, rules, limits, secrets } = work;
  const response = await rest.send({ ...rules.read(key, { polling }), ...requestOf(limits) });
  const presence = (await rules.presence?.(response, key, work)) ?? (response.status === 404 ? "gone" : "present");
  if (presence === "gone") return { object: undefined };
  if (presence === "hidden") return { hidden: rest.errorOf(response, secrets) };
  return { object: objectIn(work, rest.bodyOf(response, secrets), key) };
}

/** The object; undefined when there is none. Throws also when it is hidden. */
export async function readObject<Api extends ManagedApi, Key>(
  work: Reading<Api, Key>,
  key: Key,
  polling = false,
): Promise<JsonObject | undefined> {
  const sight = await look(work, key, polling);
  if ("hidden" in sight) throw sight.hidden;
  return sight.object;
}

// What is new may be invisible at first, so a single look proves nothing.
const looksUntilGone = 3;

/**
 * The whole object once it is ready; `seen` is what a full reading has just shown, `note` hears of every object that is
 * read. Undefined when it is gone. Throws E_VENDOR when it does not become ready.
 */
export async function readWhenReady<Api extends ManagedApi, Key>(
  work: Reading<Api, Key>,
  key: Key,
  { seen, note = () => {} }: { readonly seen: JsonObject | undefined; readonly note?: (object: JsonObject) => void },
): Promise<JsonObject | undefined> {
  const { isReady = () => true, isLeaving = () => false, failedReason = () => undefined, noun } = work.rules;
  const id = work.rules.id.text(key);
  const judge = (object: JsonObject): "gone" | "ready" | PlantonError | undefined => {
    note(object);
    if (isLeaving(object)) return "gone";
    if (isReady(object)) return "ready";
    const reason = failedReason(object);
    return reason === undefined ? undefined : waitError({ noun, id }, reason);
  };
  let missing = 0;
  const lookAgain = async (): Promise<"gone" | "ready" | PlantonError | undefined> => {
    const object = await readObject(work, key, true);
    missing = object === undefined ? missing + 1 : 0;
    if (object !== undefined) return judge(object);
    return missing < looksUntilGone ? undefined : "gone";
  };
  let object = seen ?? (await readObject(work, key));
  for (;;) {
    if (object === undefined) missing += 1;
    const end = (object && judge(object)) ?? (await poll(work, { id, what: "not ready", look: lookAgain }));
    if (end === "gone") return undefined;
    if (end !== "ready") throw end;
    if (object !== undefined && isReady(object)) return object;
    object = await readObject(work, key);
  }
}

/** Waits until an object is gone. Throws E_VENDOR when it is not in time. */
export async function waitUntilGone<Api extends ManagedApi, Key>(work: Work<Api, Key>, key: Key): Promise<void> {
  const id = work.rules.id.text(key);
  const isGone = async (): Promise<true | undefined> =>
    (await readObject(work, key, true)) === undefined ? true : undefined;
  await poll(work, { id, what: "still being deleted", look: isGone });
}
