import { expect } from "vitest";
import { describeFaults } from "../kit/testing/test-faults.js";
import { askSentry, organizationPath, sentryHas, startTestEngine, type TestEngine } from "./test-engine.js";

const first = { organization: "planton", teams: ["planton"], slug: "shop-web", name: "Shop", platform: "node" };

const projectsOf = (engine: TestEngine) => sentryHas(engine, `${organizationPath}/projects`);

describeFaults({
  start: () => startTestEngine("project"),
  async prepare(engine) {
    await askSentry(engine, "POST", `${organizationPath}/teams/`, { slug: "other" });
  },
  first,
  second: {
    ...first,
    ...{ teams: ["other"], slug: "shop-web-2", name: "Shop 2", platform: "python" },
    ...{ resolveAgeHours: 24, allowedDomains: ["shop.example"] },
  },
  alive: async (engine) => (await projectsOf(engine)).map(({ id }) => `planton.${id}`),
  async expectRight(engine, inputs) {
    const { slug, name, platform, teams, resolveAgeHours = 0, allowedDomains = ["*"] } = inputs;
    const kept = engine.kept()?.state.values;
    expect(kept).toMatchObject({ slug, name, platform, teams, resolveAgeHours, allowedDomains });
    const project = await askSentry(engine, "GET", `/projects/planton/${String(slug)}/`);
    const [team] = teams as string[];
    const shown = { slug, name, platform, resolveAge: resolveAgeHours, allowedDomains, teams: [{ slug: team }] };
    expect(project).toMatchObject(shown);
  },
});
