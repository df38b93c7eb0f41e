import { asFilledText, asText, asTexts, type JsonObject } from "../../http/json.js";
import { reasonOf } from "../kit/reason-of.js";
import type { ResourceResult } from "../kit/resource.js";
import { changedNothing } from "../kit/work-limits.js";
import { stopWhenCancelled } from "./database-settle.js";
import { partIdText } from "./part-id.js";
import { lookForSqlUser, patchSqlUser, type SqlUserHandle, userGoneError, withoutPrefix } from "./sql-user-calls.js";
import { defaultAuthMethod, type SqlUserInputs, type SqlUserState } from "./sql-user-properties.js";

/** The state of a user by an answer of the API, which never tells a password and keeps no mark. */
export function sqlUserState(
  handle: SqlUserHandle,
  user: JsonObject,
  { password, owner }: Pick<SqlUserState, "password" | "owner">,
): SqlUserState {
  const { clusterId, userPrefix, fullUserName } = handle;
  const builtinRole = withoutPrefix(asText(user["builtinRole"]) ?? "", userPrefix);
  return {
    ...{ clusterId, fullUserName, password, owner },
    userName: withoutPrefix(fullUserName, userPrefix),
    authMethod: asFilledText(user["authMethod"]) ?? defaultAuthMethod,
    builtinRole: builtinRole === "" ? undefined : builtinRole,
    customRoles: asTexts(user["customRoles"]),
  };
}

/** Id of a user's resource. */
export function sqlUserId({ clusterId, userPrefix, fullUserName }: SqlUserHandle): string {
  return partIdText({ clusterId, part: withoutPrefix(fullUserName, userPrefix) });
}

/** How it ended; `gone`: it was deleted meanwhile, so that there is nothing to keep. */
export type SettledUser = ResourceResult<SqlUserState> & { readonly gone: boolean };

/** What is known of a user that is to be settled. */
export interface KnownUser {
  /** Its password, when it is sure. */
  readonly password: string | undefined;
  readonly old: SqlUserState;
  /** The answer that made it; undefined: somebody may have deleted it meanwhile. */
  readonly made?: JsonObject | undefined;
}

/**
 * Makes a user that is there what the inputs say. What cannot be finished is told with what there is, so that the next run
 * goes on.
 */
export async function settleSqlUser(
  handle: SqlUserHandle,
  inputs: SqlUserInputs,
  known: KnownUser,
): Promise<SettledUser> {
  const id = sqlUserId(handle);
  const { iam } = handle.api;
  const { owner } = inputs;
  let user = known.made;
  let { password } = known;
  let gone = false;
  const look = async (): Promise<JsonObject> => {
    const seen = await lookForSqlUser(handle);
    gone = seen === undefined && known.made === undefined;
    if (seen === undefined) throw userGoneError(handle);
    user = seen;
    return seen;
  };
  try {
    const seen = await look();
    stopWhenCancelled(handle.limits);
    const wanted = inputs.password === known.password ? undefined : inputs.password;
    // Until an answer says which, it may be the old one or the new one.
    if (wanted !== undefined) password = undefined;
    const answer = await patchSqlUser(handle, seen, { inputs, password: wanted });
    if (answer !== undefined) {
      if (changedNothing(answer)) password = known.password;
      iam.bodyOf(answer, wanted === undefined ? [] : [wanted]);
      password = inputs.password ?? known.password;
      await look();
    }
    return { id, gone, state: sqlUserState(handle, user ?? seen, { password, owner }) };
  } catch (error) {
    const state =
      user === undefined ? { ...known.old, password, owner } : sqlUserState(handle, user, { password, owner });
    return { id, gone, state, incomplete: [reasonOf(error)] };
  }
}
