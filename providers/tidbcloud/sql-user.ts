import { forgetRecord } from "../kit/creation-record.js";
import { defineResource, type ResourceCall } from "../kit/resource.js";
import { limitsOf } from "../kit/work-limits.js";
import { goneError } from "./database-calls.js";
import { type PartId, parsePartId, partSubject } from "./part-id.js";
import {
  deleteSqlUser,
  findUserPrefix,
  getSqlUser,
  refuseRoot,
  type SqlUserHandle,
  withoutPrefix,
} from "./sql-user-calls.js";
import { createSqlUser } from "./sql-user-create.js";
import { checkSqlUser, roleRemoval, type SqlUserState, sqlUserInputs, sqlUserOutputs } from "./sql-user-properties.js";
import { settleSqlUser, sqlUserId, sqlUserState } from "./sql-user-settle.js";
import type { TidbCloudApi } from "./tidbcloud-api.js";

type Call = ResourceCall<TidbCloudApi> & { readonly id: string; readonly state: SqlUserState };

/** The prefix that the state's full name shows. */
function knownPrefix({ fullUserName }: SqlUserState, { part }: PartId): string | undefined {
  return fullUserName?.endsWith(`.${part}`) ? fullUserName.slice(0, -part.length - 1) : undefined;
}

/**
 * The user that a call is about; undefined when its cluster is gone. An import alone may name it with the prefix: the id of a
 * user that is in the state is what it was made with. Throws E_VENDOR for the root user.
 */
async function handleOf(call: Call, importing = false): Promise<SqlUserHandle | undefined> {
  const { api, state } = call;
  const id = parsePartId(call.id, '"<clusterId>,<userName>"');
  const limits = limitsOf(call);
  const userPrefix = knownPrefix(state, id) ?? (await findUserPrefix(api, id.clusterId, limits));
  if (userPrefix === undefined) return undefined;
  const name = importing ? withoutPrefix(id.part, userPrefix) : id.part;
  const fullUserName = state.fullUserName ?? `${userPrefix}.${name}`;
  refuseRoot({ userPrefix, fullUserName });
  return { api, clusterId: id.clusterId, userPrefix, fullUserName, limits };
}

function forget(call: Call): void {
  const id = parsePartId(call.id, '"<clusterId>,<userName>"');
  forgetRecord(call.api, partSubject(call.urn, id, call.state.owner), call.id);
}

/** `tidbcloud.SqlUser`. */
export const sqlUserResource = defineResource<TidbCloudApi>()({
  type: "tidbcloud:index/sqlUser:SqlUser",
  description: "A SQL user of a TiDB Cloud cluster, with a password and roles.",
  inputs: sqlUserInputs,
  outputs: sqlUserOutputs,
  stableOutputs: ["fullUserName"],
  refuseChange: (comparison, replaces) => (replaces ? [] : roleRemoval(comparison)),
  check: checkSqlUser,
  create: createSqlUser,

  async read(call) {
    const handle = await handleOf(call, call.importing);
    const user = handle && (await getSqlUser(handle));
    if (handle === undefined || user === undefined) return undefined;
    if (!call.importing) forget(call);
    return { id: sqlUserId(handle), state: sqlUserState(handle, user, call.state) };
  },

  async update(call) {
    const { inputs, state: old } = call;
    forget(call);
    const handle = await handleOf(call);
    if (handle === undefined) throw goneError({ noun: "SQL user", id: call.id });
    return settleSqlUser(handle, inputs, { password: old.password, old });
  },

  async delete(call) {
    const handle = await handleOf(call);
    if (handle !== undefined) await deleteSqlUser(handle);
    forget(call);
  },
});
