import { expect } from "vitest";
import { describeFaults } from "../kit/test-faults.js";
import { basicInputs, clusterTarget, startTestEngine } from "./test-engine.js";

const first = { ...basicInputs, labels: { team: "web", old: "x" }, spendingLimitMonthlyCents: 0 };

describeFaults({
  start: () => startTestEngine({}, clusterTarget),
  prepare: () => {},
  first,
  second: {
    ...first,
    displayName: "renamed-db",
    labels: { team: "data" },
    spendingLimitMonthlyCents: 500,
    rootPassword: "Changed-by-hand-1",
  },
  alive: ({ fake }) => fake.alive().map(({ clusterId }) => clusterId),
  expectRight({ fake, kept }, inputs) {
    const [cluster] = fake.alive();
    const { values = {} } = kept()?.state ?? {};
    expect(values).toMatchObject({ state: "ACTIVE", adopted: false, displayName: inputs["displayName"] });
    expect(values["password"]).toBe(fake.passwords.get(kept()?.id ?? ""));
    expect(values["connectionUri"]).toContain(`:${String(values["password"])}@gateway01.test.tidbcloud.com:4000/`);
    expect(values["spendingLimitMonthlyCents"]).toBe(inputs["spendingLimitMonthlyCents"]);
    expect(cluster?.labels).toMatchObject({ ...(inputs["labels"] as object), "planton-owner": basicInputs.owner });
  },
});
