import type { JsonObject } from "../../contract/json-object.js";
import { asFilledText, asText, asTexts } from "../kit/json-answer.js";
import type { ResourceResult } from "../kit/resource.js";
import { reasonOf, stopWhenCancelled } from "./database-settle.js";
import { partIdText } from "./part-id.js";
import { getSqlUser, patchSqlUser, type SqlUserHandle, userGoneError, withoutPrefix } from "./sql-user-calls.js";
import { defaultAuthMethod, type SqlUserInputs, type SqlUserState } from "./sql-user-properties.js";

/** The state of a user by an answer of the API, which never tells a password. */
export function sqlUserState(handle: SqlUserHandle, user: JsonObject, password: string | undefined): SqlUserState {
  const { clusterId, userPrefix, fullUserName } = handle;
  const builtinRole = withoutPrefix(asText(user["builtinRole"]) ?? "", userPrefix);
  return {
    ...{ clusterId, fullUserName, password },
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

/**
 * Makes a user that is there what the inputs say. `known` is its password, when it is sure. What cannot be finished is
 * told with what there is, so that the next run goes on.
 */
export async function settleSqlUser(
  handle: SqlUserHandle,
  inputs: SqlUserInputs,
  known: { readonly password: string | undefined; readonly old: SqlUserState },
): Promise<SettledUser> {
  const id = sqlUserId(handle);
  let user: JsonObject | undefined;
  let { password } = known;
  let gone = false;
  const look = async (): Promise<JsonObject> => {
    const seen = await getSqlUser(handle);
    gone = seen === undefined;
    if (seen === undefined) throw userGoneError(handle);
    user = seen;
    return seen;
  };
  try {
    const seen = await look();
    stopWhenCancelled(handle.limits);
    const wanted = inputs.password === known.password ? undefined : inputs.password;
    if (await patchSqlUser(handle, seen, { inputs, password: wanted })) {
      password = inputs.password ?? known.password;
      await look();
    }
    return { id, gone, state: sqlUserState(handle, user ?? seen, password) };
  } catch (error) {
    const state = user === undefined ? { ...known.old, password } : sqlUserState(handle, user, password);
    return { id, gone, state, incomplete: [reasonOf(error)] };
  }
}
