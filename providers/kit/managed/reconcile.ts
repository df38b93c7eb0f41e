import { isPlantonError, messageOf, type PlantonError } from "../../../contract/planton-error.js";
import { printable } from "../../../contract/text/printable.js";
import type { JsonObject } from "../../../http/json.js";
import type { ResourceResult } from "../resource/resource.js";
import { changedNothing, isRefused } from "../resource/work-limits.js";
import { definedValues, type PropertyMap } from "../schema/property-value.js";
import type { ManagedApi, ManagedChange, StateFacts } from "./managed-declaration.js";
import { goneError, interruptedError, unseenError } from "./managed-errors.js";
import { type Exchange, exchange, hideSecretsOf, readWhenReady, reasonWithCure, type Work } from "./managed-work.js";

/** An object that exists and is to become what the inputs say. */
export interface Reconciliation<Key> {
  readonly key: Key;
  /** What a full reading has just shown; undefined: it is read first. */
  readonly seen?: JsonObject | undefined;
  /** What is known of it without a full reading, for a state when there will be none. */
  readonly glimpse?: JsonObject | undefined;
  readonly inputs: PropertyMap;
  readonly generated: ReadonlySet<string>;
  /** What is surely so: the last state, or the inputs that it was created with. */
  readonly known: PropertyMap;
  readonly adopted: boolean;
  /** The response to its creation came, so that a reading that shows none lags behind until one has shown it. */
  readonly isNew?: boolean;
  /** For one that is being adopted: the state that it was found in. */
  readonly foundAs?: PropertyMap | undefined;
}

/** How far a reconciliation is. */
interface Progress {
  object: JsonObject | undefined;
  known: PropertyMap;
  /** Sent with a success after the object was read. */
  sent: PropertyMap;
  /** Names of what a request may have set, its outcome not being known. */
  unsure: readonly string[];
  gone: boolean;
}

/** How it ended; `gone`: the object was deleted meanwhile. */
export interface Reconciled extends ResourceResult<PropertyMap> {
  readonly gone: boolean;
  /** The object as the last reading showed it. */
  readonly object: JsonObject | undefined;
  /** What ended it early. */
  readonly failure?: unknown;
}

// As often as the client repeats a request that it may repeat by itself.
const maxTries = 5;
// Once more than needed, as what is read may lag behind what was written.
const maxSuccesses = 2;

function omit(values: PropertyMap, names: readonly string[]): PropertyMap {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name)));
}

function pick(values: PropertyMap, names: readonly string[]): PropertyMap {
  return definedValues(Object.fromEntries(names.map((name) => [name, values[name]])));
}

/** The state of an object by the last reading, without the inputs that the vendor does not keep. */
export function stateOf<Api extends ManagedApi, Key>(
  { rules }: Work<Api, Key>,
  object: JsonObject,
  facts: StateFacts<PropertyMap, Key>,
): PropertyMap {
  return definedValues(rules.toState(object, facts));
}

/** The inputs that the vendor does not keep, of inputs or of a state. */
export function localValues<Api extends ManagedApi, Key>({ rules }: Work<Api, Key>, values: PropertyMap): PropertyMap {
  return pick(values, rules.local ?? []);
}

/** Sends one change. Gives how it ended, or why its outcome is not known. Throws what says that it was refused. */
async function sendChange<Api extends ManagedApi, Key>(
  work: Work<Api, Key>,
  {
    change,
    inputs,
    progress,
  }: { readonly change: ManagedChange; readonly inputs: PropertyMap; readonly progress: Progress },
): Promise<"done" | "not taken" | PlantonError> {
  const { sets, step: _step, meanwhile = {}, optional, ...request } = change;
  const { rest, rules, secrets } = work;
  const before = progress.known;
  // Until a response says which, it may be the old value or the new one, and so may what depends on it.
  const unsure = sets.flatMap((name) => [name, ...(rules.outputsChangedBy[name] ?? [])]);
  progress.unsure = [...unsure, ...Object.keys(meanwhile)];
  progress.known = { ...omit(before, progress.unsure), ...meanwhile };
  const keepOld = (): void => {
    progress.unsure = [];
    progress.known = before;
  };
  let reply: Exchange;
  try {
    reply = await exchange(work, request);
  } catch (error) {
    if (isPlantonError(error) && (error.code === "E_VENDOR_UNREACHABLE" || error.code === "E_VENDOR")) return error;
    if (!isPlantonError(error) || error.code !== "E_INTERRUPTED") keepOld();
    throw error;
  }
  const { response, failure } = reply;
  if (response.status < 300) {
    // The reading before it says less of these.
    progress.unsure = Object.keys(meanwhile);
    progress.sent = pick(inputs, sets);
    progress.known = { ...progress.known, ...progress.sent };
    return "done";
  }
  if (changedNothing(response)) keepOld();
  if (optional === true && response.status === 400) return "not taken";
  const error = failure ?? rest.errorOf(response, secrets);
  if (isRefused(response)) throw error;
  return error;
}

/**
 * Looks and changes until the object is ready and what the inputs say. A change counts when it can be seen, whatever its
 * response says; one whose response was lost is looked for before it is sent again.
 */
async function applyChanges<Api extends ManagedApi, Key>(
  work: Work<Api, Key>,
  { key, seen, inputs, generated, adopted, foundAs, isNew = false }: Reconciliation<Key>,
  progress: Progress,
): Promise<void> {
  const { api, rules, limits } = work;
  const named = { noun: rules.noun, id: rules.id.text(key) };
  const attempts = new Map<string, { tries: number; successes: number }>();
  const notTaken = new Set<string>();
  let mayLag = isNew;
  const note = (object: JsonObject): void => {
    mayLag = false;
    Object.assign(progress, { object, sent: {}, unsure: [] });
  };
  for (let fresh = seen; ; fresh = undefined) {
    const object = await readWhenReady(work, key, { seen: fresh, note });
    progress.gone = object === undefined && !mayLag;
    if (object === undefined) throw goneError(named);
    const actual = stateOf(work, object, { key, known: progress.known, adopted });
    const changes = rules.changes?.({ key, inputs, actual, object, generated, adopted, foundAs }) ?? [];
    const stepOf = ({ sets, step = sets.join() }: ManagedChange): string => step;
    const change = changes.find((candidate) => !notTaken.has(stepOf(candidate)));
    if (change === undefined) return;
    if (limits.cancelled.aborted) throw interruptedError();
    const step = stepOf(change);
    const count = attempts.get(step) ?? { tries: 0, successes: 0 };
    const outcome = await sendChange(hideSecretsOf(work, [actual]), { change, inputs, progress });
    if (outcome === "not taken") {
      notTaken.add(step);
      continue;
    }
    count.tries += 1;
    if (outcome === "done") count.successes += 1;
    attempts.set(step, count);
    const isLate = api.clock.nowMs() > limits.deadlineMs;
    if (count.tries === maxTries || count.successes > maxSuccesses || isLate)
      throw outcome === "done" ? unseenError(named) : outcome;
    const isFirstSuccess = outcome === "done" && count.successes === 1;
    if (outcome !== "done") limits.onWait?.(reasonWithCure(outcome), api.clock.nowMs() + api.pace.firstIntervalMs);
    if (!isFirstSuccess) await api.clock.sleep(api.pace.firstIntervalMs, limits.signal, limits.cancelled);
  }
}

/** Inputs that the object has now as given; a response need not contain them. */
function appliedInputs<Api extends ManagedApi, Key>(
  { rules }: Work<Api, Key>,
  { inputs, generated, adopted }: Reconciliation<Key>,
): PropertyMap {
  const trusted = rules.trusted?.({ inputs, generated, adopted }) ?? [];
  const assured = Object.entries(rules.inputs).filter(
    ([name, { writeOnly }]) => writeOnly !== true || trusted.includes(name),
  );
  return pick(
    inputs,
    assured.map(([name]) => name),
  );
}

/**
 * Makes an object that exists what the inputs say. What cannot be finished is in the result, so that the next run goes
 * on.
 */
export async function reconcile<Api extends ManagedApi, Key>(
  work: Work<Api, Key>,
  aim: Reconciliation<Key>,
): Promise<Reconciled> {
  const { rules } = work;
  const { key, inputs, adopted } = aim;
  const id = rules.id.text(key);
  const local = localValues(work, inputs);
  const progress: Progress = { object: aim.seen ?? aim.glimpse, known: aim.known, sent: {}, unsure: [], gone: false };
  try {
    await applyChanges(work, aim, progress);
    const { object = {} } = progress;
    const known = { ...progress.known, ...appliedInputs(work, aim), ...local };
    return { id, gone: false, object, state: { ...stateOf(work, object, { key, known, adopted }), ...local } };
  } catch (error) {
    const { known, sent, unsure, object, gone } = progress;
    const read = object === undefined ? {} : stateOf(work, object, { key, known: { ...known, ...local }, adopted });
    // Responses in between leave out much; what was known before is better than nothing.
    const state = { ...known, ...omit(read, unsure), ...sent, ...local };
    const refreshes = rules.isReady === undefined ? {} : { refreshBeforeUpdate: true };
    return { id, gone, object, state, incomplete: [reasonOf(error)], ...refreshes, failure: error };
  }
}

/** The message of an error with what to do about it, for the list of what is not finished. */
function reasonOf(error: unknown): string {
  if (!isPlantonError(error)) return printable(messageOf(error));
  return `${printable(error.message)}\nhint: ${error.hint}`;
}
