import { expect } from "vitest";
import { aliveBranches, basicBranch, branchTarget } from "./test-engine.js";
import { describeFaults } from "./test-faults.js";

describeFaults({
  target: branchTarget,
  prepare: ({ fake }) => void fake.addCluster(),
  first: basicBranch,
  second: { ...basicBranch, rootPassword: "Changed-by-hand-1", database: "shop" },
  alive: aliveBranches,
  expectRight({ fake, kept }, inputs) {
    const { values = {} } = kept()?.state ?? {};
    const { database = "test" } = inputs;
    expect(values).toMatchObject({ state: "ACTIVE", displayName: inputs["displayName"], databaseName: database });
    expect(values["password"]).toBe(fake.passwords.get(String(values["branchId"])));
    const address = `:${String(values["password"])}@gateway01.test.tidbcloud.com:4000/${String(database)}?`;
    expect(values["connectionUri"]).toContain(address);
  },
});
