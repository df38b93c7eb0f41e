/** A JSON object. */
export type Json = Record<string, unknown>;

/** An error of the serverless API. */
export const status = (code: number, message: string): Json => ({ code, message, details: [] });

/** What clusters and branches of the fake have in common. */
export interface FakeDatabase extends Json {
  displayName: string;
  state: string;
}

/** How clusters and branches of the fake come and go. */
export interface FakeDatabaseRules {
  /** Readings before it is ACTIVE, and before it is gone; Infinity: never. */
  creatingReads: number;
  deletingReads: number;
  /** Branches are made without the password that the POST gives. */
  dropsBranchPassword: boolean;
  /** ACTIVE comes one reading before host and prefix. */
  lateFields: boolean;
  /** Status for what is gone. */
  goneStatus: number;
}

/** Endpoint of something that is being made, with what the request says of it. */
export function newEndpoints(given: Json = {}): Json {
  return { public: { host: "", port: 0, ...given }, private: {} };
}

/** Fills in what is known as soon as it is ready. */
export function completeDatabase(database: FakeDatabase): void {
  const endpoint = (database["endpoints"] as Json)["public"] as Json;
  const allowAll = [
    { displayName: "Allow_all_public_connections", startIpAddress: "0.0.0.0", endIpAddress: "255.255.255.255" },
  ];
  database["userPrefix"] = "AbCdEf123456789";
  database["version"] ??= "v7.5.2";
  Object.assign(endpoint, { host: "gateway01.test.tidbcloud.com", port: 4000 });
  endpoint["authorizedNetworks"] ??= allowAll;
  (database["endpoints"] as Json)["private"] = {
    ...{ host: "gateway01-privatelink.test.tidbcloud.com", port: 4000 },
    aws: { serviceName: "com.amazonaws.vpce-svc-1", availabilityZone: ["apne1-az1"] },
  };
}

/** Moves things on from reading to reading. */
export interface FakeLife {
  advance(id: string, database: FakeDatabase): void;
  leave(id: string, database: FakeDatabase): void;
}

/** Makes what counts the readings. */
export function createFakeLife(rules: FakeDatabaseRules): FakeLife {
  const reads = new Map<string, number>();
  return {
    advance(id, database) {
      const count = (reads.get(id) ?? 0) + 1;
      reads.set(id, count);
      if (database.state === "CREATING" && count > rules.creatingReads) database.state = "ACTIVE";
      if (database.state === "ACTIVE" && count > rules.creatingReads + (rules.lateFields ? 1 : 0)) {
        completeDatabase(database);
      }
      if (database.state === "DELETING" && count > rules.deletingReads) database.state = "DELETED";
    },
    leave(id, database) {
      reads.set(id, 0);
      database.state = "DELETING";
    },
  };
}
