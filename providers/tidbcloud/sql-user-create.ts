import type { JsonObject } from "../../contract/json-object.js";
import { asFilledText } from "../kit/json-answer.js";
import type { CreateFacts, ResourceCall, ResourceResult } from "../kit/resource.js";
import { type Creation, createOnce, stopBeforeCreation, takenError } from "./create-once.js";
import { closeRecord, usableIntent } from "./creation-record.js";
import { limitsOf } from "./database-calls.js";
import { getSqlUser, needUserPrefix, postSqlUser, type SqlUserHandle, userGoneError } from "./sql-user-calls.js";
import type { SqlUserInputs, SqlUserState } from "./sql-user-properties.js";
import { settleSqlUser, sqlUserId } from "./sql-user-settle.js";
import type { TidbCloudApi } from "./tidbcloud-api.js";

/** What a creation gets. */
export type SqlUserCreateCall = ResourceCall<TidbCloudApi> & CreateFacts & { readonly inputs: SqlUserInputs };

function creationOf(call: SqlUserCreateCall, handle: SqlUserHandle): Creation {
  const { api, inputs, replaced, urn } = call;
  const { limits, fullUserName } = handle;
  const subject = { urn, owner: inputs.clusterId };
  const id = sqlUserId(handle);
  return {
    ...{ api, subject, displayName: fullUserName, replaced, noun: "SQL user", limits, knownBefore: [] },
    idOf: (user) => (asFilledText(user["userName"]) === undefined ? "" : id),
    post: () => postSqlUser(handle, inputs),
    refusalOf: (answer) => api.iam.errorOf(answer, inputs.password === undefined ? [] : [inputs.password]),
    find: () => getSqlUser(handle),
  };
}

/** The user of that name, if an earlier run made it; only its record says so. Throws E_VENDOR for somebody else's. */
async function lookUpUser(creation: Creation, handle: SqlUserHandle): Promise<JsonObject | undefined> {
  const intent = usableIntent(creation);
  const user = await getSqlUser(handle);
  if (user === undefined) return undefined;
  const id = sqlUserId(handle);
  // A record is written only where there is no user of the name.
  const isOurs = intent?.displayName === handle.fullUserName && !creation.replaced?.ids.has(id);
  if (isOurs) return user;
  throw takenError(creation, id);
}

/** Creates a user, or goes on with one that an earlier run made. */
export async function createSqlUser(call: SqlUserCreateCall): Promise<ResourceResult<SqlUserState>> {
  const { api, inputs } = call;
  const { clusterId, userName } = inputs;
  const limits = limitsOf(call);
  const userPrefix = await needUserPrefix(api, clusterId, limits);
  const fullUserName = `${userPrefix}.${userName}`;
  const handle: SqlUserHandle = { api, clusterId, userPrefix, fullUserName, limits };
  const creation = creationOf(call, handle);
  const found = await lookUpUser(creation, handle);
  stopBeforeCreation(limits);
  const { sure } = found === undefined ? await createOnce(creation) : { sure: false };
  if (found !== undefined) api.taken.add(sqlUserId(handle));
  const old = { clusterId, userName, fullUserName };
  const result = await settleSqlUser(handle, inputs, { password: sure ? inputs.password : undefined, old });
  closeRecord(creation, { id: result.id, isFoundAgain: result.gone });
  if (result.gone) throw userGoneError(handle);
  return result;
}
