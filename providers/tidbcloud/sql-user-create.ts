import { PlantonError } from "../../contract/planton-error.js";
import { asFilledText, type JsonObject } from "../../http/json.js";
import { type Creation, createOnce, earlierIntent, stopBeforeCreation } from "../kit/create-once.js";
import { closeRecord, isInTime } from "../kit/creation-record.js";
import type { CreateFacts, ResourceCall, ResourceResult } from "../kit/resource.js";
import { limitsOf } from "../kit/work-limits.js";
import { takenError } from "./creation-errors.js";
import { partSubject } from "./part-id.js";
import {
  getSqlUser,
  needUserPrefix,
  postSqlUser,
  refusePrefixed,
  type SqlUserHandle,
  userGoneError,
} from "./sql-user-calls.js";
import type { SqlUserInputs, SqlUserState } from "./sql-user-properties.js";
import { settleSqlUser, sqlUserId } from "./sql-user-settle.js";
import type { TidbCloudApi } from "./tidbcloud-api.js";

/** What a creation gets. */
export type SqlUserCreateCall = ResourceCall<TidbCloudApi> & CreateFacts & { readonly inputs: SqlUserInputs };

function creationOf(call: SqlUserCreateCall, handle: SqlUserHandle): Creation {
  const { api, inputs, replaced, urn } = call;
  const { limits, fullUserName } = handle;
  const subject = partSubject(urn, inputs, inputs.owner);
  const id = sqlUserId(handle);
  return {
    ...{ api, subject, displayName: fullUserName, replaced, noun: "SQL user", limits, knownBefore: [] },
    idOf: (user) => (asFilledText(user["userName"]) === undefined ? "" : id),
    post: () => postSqlUser(handle, inputs),
    refusalOf: (answer) => api.iam.errorOf(answer, inputs.password === undefined ? [] : [inputs.password]),
    find: async () => (api.claimed.has(id) ? undefined : getSqlUser(handle)),
  };
}

/** The user of that name, if an earlier run made it; only its record says so. Throws E_VENDOR for somebody else's. */
async function lookUpUser(creation: Creation, handle: SqlUserHandle): Promise<JsonObject | undefined> {
  const intent = await earlierIntent(creation);
  const user = await getSqlUser(handle);
  if (user === undefined) return undefined;
  const id = sqlUserId(handle);
  // A record is written only where there is no user of the name.
  const isOurs = intent?.displayName === handle.fullUserName && !creation.replaced?.ids.has(id);
  // Nobody tells when a user was made: what is there long after an unanswered POST may be anybody's.
  const isStale = intent !== undefined && intent.id === undefined && !isInTime(intent, creation.api.clock.nowMs());
  if (isOurs && !isStale) return user;
  if (isStale) creation.api.intents.remove(creation.subject);
  throw takenError(creation, id);
}

/** Refuses a user of ours whose built-in role would have to go, which the API cannot take away. */
function refuseUnfit(id: string, user: JsonObject, { builtinRole }: SqlUserInputs): void {
  const actual = asFilledText(user["builtinRole"]);
  if (actual === undefined || builtinRole !== undefined) return;
  throw new PlantonError({
    code: "E_VENDOR",
    message: `the SQL user "${id}" has the builtinRole "${actual}", which can be changed and not taken away`,
    hint: "give a builtinRole, or delete the user in the vendor's console",
  });
}

/** Creates a user, or goes on with one that an earlier run made. */
export async function createSqlUser(call: SqlUserCreateCall): Promise<ResourceResult<SqlUserState>> {
  const { api, inputs } = call;
  const { clusterId, userName } = inputs;
  const limits = limitsOf(call);
  const userPrefix = await needUserPrefix(api, clusterId, limits);
  refusePrefixed(userName, userPrefix);
  const fullUserName = `${userPrefix}.${userName}`;
  const handle: SqlUserHandle = { api, clusterId, userPrefix, fullUserName, limits };
  const creation = creationOf(call, handle);
  const found = await lookUpUser(creation, handle);
  stopBeforeCreation(limits);
  const { made, sure } = found === undefined ? await createOnce(creation) : { made: found, sure: false };
  if (!sure) refuseUnfit(creation.idOf(made), made, inputs);
  api.claimed.add(sqlUserId(handle));
  const old = { clusterId, userName, fullUserName };
  const known = { old, ...(sure ? { password: inputs.password, made } : { password: undefined }) };
  const result = await settleSqlUser(handle, inputs, known);
  closeRecord(creation, { id: result.id, isFoundAgain: result.gone });
  if (result.gone) throw userGoneError(handle);
  return result;
}
