import {
  type FakeDatabase,
  type FakeDatabaseRules,
  type FakeLife,
  type Json,
  newEndpoints,
  status,
} from "./fake-database.js";

/** A branch as the fake keeps it. */
export interface FakeBranch extends FakeDatabase {
  branchId: string;
  clusterId: string;
}

interface Kept extends FakeDatabaseRules {
  readonly branches: Map<string, FakeBranch>;
  readonly passwords: Map<string, string>;
}

function newBranch(body: Json, clusterId: string, number: number): FakeBranch {
  const branchId = `bran-${String(number).padStart(4, "0")}`;
  const { displayName, parentId = clusterId, parentTimestamp = "2026-05-01T00:00:00Z" } = body;
  return {
    ...{ branchId, clusterId, displayName: String(displayName), state: "CREATING", parentId },
    // Cut to seconds, as the specification says.
    parentTimestamp: String(parentTimestamp).replace(/\.\d+/, ""),
    parentDisplayName: "parent",
    endpoints: newEndpoints(),
    createTime: new Date().toISOString(),
    createdBy: "apikey-test",
    userPrefix: "",
  };
}

/** The routes below `/clusters/{clusterId}/branches`; `rest` are the further parts of the path. */
export function fakeBranchRoutes(kept: Kept, life: FakeLife) {
  let made = 0;
  const told = (branch: FakeBranch): Json => {
    const annotations = { "tidb.cloud/has-set-password": String(kept.passwords.has(branch.branchId)) };
    return { ...branch, annotations, rootPassword: "" };
  };

  const collection = (method: string, body: Json, clusterId: string): [number, Json] => {
    if (method === "POST") {
      const branch = newBranch(body, clusterId, ++made);
      kept.branches.set(branch.branchId, branch);
      const { rootPassword } = body;
      const isTaken = typeof rootPassword === "string" && !kept.dropsBranchPassword;
      if (isTaken) kept.passwords.set(branch.branchId, rootPassword);
      return [200, told(branch)];
    }
    const all = [...kept.branches.values()].filter((branch) => branch.clusterId === clusterId);
    return [200, { branches: all.filter(({ state }) => state !== "DELETED").map(told) }];
  };

  return (
    { method, body = {} }: { readonly method: string; readonly body?: Json | undefined },
    clusterId: string,
    [id, , user]: readonly string[],
  ): [number, unknown] => {
    if (id === undefined) return collection(method, body, clusterId);
    const branch = kept.branches.get(id);
    if (branch === undefined || branch.state === "DELETED")
      return [kept.goneStatus, status(5, `branch ${id} not found`)];
    if (method === "GET") {
      life.advance(id, branch);
      return (branch.state as string) === "DELETED" ? [kept.goneStatus, status(5, "not found")] : [200, told(branch)];
    }
    if (method === "DELETE") {
      life.leave(id, branch);
      return [200, told(branch)];
    }
    if (branch.state !== "ACTIVE") return [400, status(9, "the branch is not active")];
    if (user !== `${String(branch["userPrefix"])}.root`) return [404, status(5, `user ${user} not found`)];
    kept.passwords.set(id, String(body["password"]));
    return [200, { username: user }];
  };
}
