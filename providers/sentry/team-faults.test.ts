import { expect } from "vitest";
import { describeFaults } from "../kit/testing/test-faults.js";
import { organizationPath, sentryHas, startTestEngine, type TestEngine } from "./test-engine.js";

const first = { organization: "planton", slug: "shop", name: "Shop" };

/** Without the one that is there from the beginning. */
const teamsOf = async (engine: TestEngine) =>
  (await sentryHas(engine, `${organizationPath}/teams`)).filter(({ slug }) => slug !== "planton");

describeFaults({
  start: () => startTestEngine("team"),
  prepare: () => {},
  first,
  second: { ...first, slug: "shop-2", name: "Shop 2" },
  alive: async (engine) => (await teamsOf(engine)).map(({ id }) => `planton.${id}`),
  async expectRight(engine, { slug, name }) {
    expect(engine.kept()?.state.values).toMatchObject({ slug, name });
    expect(await teamsOf(engine)).toMatchObject([{ slug, name }]);
  },
});
