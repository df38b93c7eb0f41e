import { expect } from "vitest";
import { describeFaults } from "../testing/test-faults.js";
import { basicQueue, listQueues, startQueueEngine } from "./test-queue-engine.js";

describeFaults({
  start: startQueueEngine,
  faults: ["reset before", "reset after", "500 after"],
  prepare: () => {},
  first: basicQueue,
  second: { ...basicQueue, size: 2, password: "marker-2" },
  alive: async (engine) => (await listQueues(engine)).map(({ id }) => String(id)),
  async expectRight(engine, { name, size, password }) {
    expect(engine.kept()?.state.values).toMatchObject({ name, size, password, state: "active" });
    expect(await listQueues(engine)).toMatchObject([{ name, size, state: "active" }]);
    await engine.fake.act("password", { name, password });
  },
});
