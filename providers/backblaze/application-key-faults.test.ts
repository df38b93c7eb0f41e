import { expect } from "vitest";
import { describeFaults } from "../kit/testing/test-faults.js";
import { b2Has, startTestEngine } from "./test-engine.js";

describeFaults({
  start: () => startTestEngine("applicationKey"),
  prepare: () => {},
  first: { name: "backup", capabilities: ["listFiles", "readFiles"], namePrefix: "a/", validDurationSeconds: 864_000 },
  // Nothing of a key can be changed.
  second: undefined,
  alive: async (engine) => (await b2Has(engine, "keys")).map(({ applicationKeyId }) => String(applicationKeyId)),
  async expectRight(engine, { name, capabilities, namePrefix }) {
    const { values, secrets } = engine.kept()?.state ?? { values: {}, secrets: new Set() };
    // The secret is shown once: a key whose response was lost was made again.
    expect(values).toMatchObject({
      name,
      capabilities,
      namePrefix,
      applicationKey: expect.stringMatching(/^K001.{20,}/),
    });
    expect([...secrets]).toEqual(["applicationKey"]);
    expect(await b2Has(engine, "keys")).toMatchObject([{ keyName: name, capabilities, namePrefix }]);
  },
});
