import { expect } from "vitest";
import { describeFaults } from "../kit/testing/test-faults.js";
import { aliveClusters, basicInputs, clusterTarget, gateway, listClusters, startTestEngine } from "./test-engine.js";

const first = { ...basicInputs, labels: { team: "web", old: "x" }, spendingLimitMonthlyCents: 0 };

describeFaults({
  start: () => startTestEngine({}, clusterTarget),
  // Where a change only merges labels none can be taken away.
  prepare: ({ fake }) => fake.set({ labelUpdate: "replace" }),
  first,
  second: {
    ...first,
    displayName: "renamed-db",
    labels: { team: "data" },
    spendingLimitMonthlyCents: 500,
    rootPassword: "Changed-by-hand-1",
  },
  alive: aliveClusters,
  async expectRight(engine, inputs) {
    const clusterId = engine.kept()?.id ?? "";
    const { values = {} } = engine.kept()?.state ?? {};
    expect(values).toMatchObject({ state: "ACTIVE", adopted: false, displayName: inputs["displayName"] });
    expect(await engine.fake.hasPassword({ clusterId }, values["password"])).toBe(true);
    expect(values["connectionUri"]).toContain(`:${String(values["password"])}@${gateway}:4000/`);
    expect(values["spendingLimitMonthlyCents"]).toBe(inputs["spendingLimitMonthlyCents"]);
    const labels = { ...(inputs["labels"] as object), "planton-owner": basicInputs.owner };
    const [cluster] = await listClusters(engine);
    expect(cluster?.["labels"]).toMatchObject(labels);
    // The label that the second inputs take away.
    expect("old" in Object(cluster?.["labels"])).toBe("old" in Object(inputs["labels"]));
  },
});
