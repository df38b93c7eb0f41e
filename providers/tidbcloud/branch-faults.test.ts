import { expect } from "vitest";
import { describeFaults } from "../kit/testing/test-faults.js";
import { aliveBranches, basicBranch, branchTarget, gateway, startEngineOf } from "./test-engine.js";

describeFaults({
  start: () => startEngineOf(branchTarget),
  prepare: () => {},
  first: basicBranch,
  second: { ...basicBranch, rootPassword: "Changed-by-hand-1", database: "shop" },
  alive: aliveBranches,
  async expectRight({ fake, kept }, inputs) {
    const { values = {} } = kept()?.state ?? {};
    const { database = "test" } = inputs;
    expect(values).toMatchObject({ state: "ACTIVE", displayName: inputs["displayName"], databaseName: database });
    const owner = { clusterId: basicBranch.clusterId, branchId: String(values["branchId"]) };
    expect(await fake.hasPassword(owner, values["password"])).toBe(true);
    expect(values["connectionUri"]).toContain(`:${String(values["password"])}@${gateway}:4000/${String(database)}?`);
  },
});
