import { PlantonError } from "../../contract/planton-error.js";
import type { HttpResponse } from "../../http/http-message.js";
import type { JsonObject } from "../../http/json.js";
import { changedNothing, type WorkLimits } from "../kit/work-limits.js";
import { type DatabaseHandle, getDatabase, goneError, isLeaving } from "./database-calls.js";
import { hasRootPassword } from "./database-fields.js";
import { outputsChangedBy } from "./database-properties.js";
import { isReady, waitUntilReady } from "./database-wait.js";
import { type PasswordFacts, passwordPlan } from "./password-plan.js";

/** A cluster or branch that is there and is to become what the inputs say. */
export interface Settlement<Inputs, State> {
  readonly handle: DatabaseHandle;
  /** An answer about it of just now; undefined: it is read first. */
  readonly seen: JsonObject | undefined;
  readonly inputs: Inputs;
  /** Names of the inputs that were made, not given. */
  readonly generated: ReadonlySet<string>;
  /** What is known of it: the state before; of a new one nothing but its ids. */
  readonly old: State;
  /** Its root password, when it is sure. */
  readonly password: string | undefined;
}

/** How far a cluster or branch has come. */
export interface Progress {
  /** The last answer about it. */
  database: JsonObject | undefined;
  /** The root password, when it is sure. */
  password: string | undefined;
  /** It was deleted meanwhile. */
  gone: boolean;
}

/** The entries of a state that are known. */
export function definedOf<State extends object>(state: State): State {
  // Checked: the states here are partial, and a part of the entries of a partial state is one.
  return Object.fromEntries(Object.entries(state).filter(([, value]) => value !== undefined)) as State;
}

/** A state without the root password, and so without what holds it, unless that password is sure. */
export function withSurePassword<State extends object>(state: State, { password }: Progress): State {
  if (password !== undefined) return state;
  const names = new Set<string>(["rootPassword", ...outputsChangedBy.rootPassword]);
  // Checked: the states here are partial, and a part of the entries of a partial state is one.
  return Object.fromEntries(Object.entries(state).filter(([name]) => !names.has(name))) as State;
}

function gone(handle: DatabaseHandle, progress: Progress): never {
  progress.gone = true;
  throw goneError(handle);
}

async function waitFor(handle: DatabaseHandle, progress: Progress, seen: JsonObject): Promise<void> {
  const wait = await waitUntilReady(handle, seen);
  if (wait.end === "gone") return gone(handle, progress);
  progress.database = wait.database;
  if (wait.end === "failed") throw wait.error;
}

/**
 * Brings the progress up to date with the whole cluster or branch, once it is ready; `seen` is an answer of just now.
 * Throws when it is gone or does not become ready.
 */
export async function readWhenReady(
  handle: DatabaseHandle,
  progress: Progress,
  seen?: JsonObject,
): Promise<JsonObject> {
  if (seen !== undefined) await waitFor(handle, progress, seen);
  for (;;) {
    const database = await getDatabase(handle, "FULL");
    if (database === undefined || isLeaving(database)) return gone(handle, progress);
    progress.database = database;
    if (isReady(database)) return database;
    await waitFor(handle, progress, database);
  }
}

/** Throws E_INTERRUPTED when the user asked to stop. */
export function stopWhenCancelled({ cancelled }: WorkLimits): void {
  if (!cancelled.aborted) return;
  const message = "the operation was interrupted before it was finished";
  throw new PlantonError({ code: "E_INTERRUPTED", message, hint: "run up again: it goes on with what is there" });
}

/** What is to become of the root password of a cluster or branch. */
export interface PasswordAim extends Omit<PasswordFacts, "generated"> {
  readonly inputs: PasswordFacts["inputs"] & { readonly rootPassword?: string | undefined };
  /** Names of the inputs that were made, not given. */
  readonly generated: ReadonlySet<string>;
  readonly handle: DatabaseHandle;
  readonly put: (password: string) => Promise<HttpResponse>;
}

async function sendPassword({ handle, put }: PasswordAim, progress: Progress, password: string): Promise<void> {
  const before = progress.password;
  // Until an answer says which, it may be the old one or the new one.
  progress.password = undefined;
  const answer = await put(password);
  if (changedNothing(answer)) progress.password = before;
  handle.api.bodyOf(answer, [password]);
}

/** Sets the root password when it has to be; true when it was. */
export async function settlePassword(aim: PasswordAim, progress: Progress, database: JsonObject): Promise<boolean> {
  const { inputs, generated, adopted } = aim;
  const plan = passwordPlan({ inputs, generated: generated.has("rootPassword"), adopted });
  const { rootPassword } = inputs;
  if (plan === "leave" || rootPassword === undefined) return false;
  const isToBeSet = progress.password !== rootPassword || hasRootPassword(database) === false;
  if (plan === "set" && isToBeSet) await sendPassword(aim, progress, rootPassword);
  progress.password = rootPassword;
  return plan === "set" && isToBeSet;
}
