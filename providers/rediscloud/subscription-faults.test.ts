import { expect } from "vitest";
import { describeFaults } from "../kit/testing/test-faults.js";
import { listedAt, startTestEngine, type TestEngine } from "./test-engine.js";

const first = { name: "shop", planId: 34859, paymentMethod: "credit-card", paymentMethodId: 2001 };
const listed = (engine: TestEngine) => listedAt(engine, "/fixed/subscriptions");

describeFaults({
  start: () => startTestEngine("subscription"),
  prepare: () => {},
  first,
  second: { ...first, name: "shop-2", planId: 34860 },
  alive: async (engine) => (await listed(engine)).map(({ id }) => String(id)),
  async expectRight(engine, { name, planId }) {
    expect(engine.kept()?.state.values).toMatchObject({ name, planId });
    expect(await listed(engine)).toMatchObject([{ name, planId }]);
  },
});
