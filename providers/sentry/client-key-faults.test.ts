import { expect } from "vitest";
import { describeFaults } from "../kit/testing/test-faults.js";
import { askSentry, organizationPath, sentryHas, startTestEngine, type TestEngine } from "./test-engine.js";

// By the clock of the tests, which all begin at the same time, and the one team that is there.
const project = String(Date.parse("2026-01-02T03:04:05Z") * 1000 + 1);
const first = { organization: "planton", project, name: "browser", rateLimit: { count: 10, windowSeconds: 60 } };

/** The keys of the project without the one that Sentry made with it, which is as it was. */
async function keysOf(engine: TestEngine) {
  const all = await sentryHas(engine, `/projects/planton/${project}/keys`);
  expect(all.filter(({ name, isActive }) => name === "Default" && isActive === true)).toHaveLength(1);
  return all.filter(({ name }) => name !== "Default");
}

describeFaults({
  start: () => startTestEngine("clientKey"),
  async prepare(engine) {
    await askSentry(engine, "POST", "/teams/planton/planton/projects/", { slug: "shop", name: "Shop" });
    expect(await sentryHas(engine, `${organizationPath}/projects`)).toMatchObject([{ id: project }]);
  },
  first,
  second: {
    ...first,
    ...{ name: "browsers", active: false, rateLimit: { count: 20, windowSeconds: 60 }, loader: { debug: true } },
  },
  alive: async (engine) => (await keysOf(engine)).map(({ id }) => `planton.${project}.${id}`),
  async expectRight(engine, { name, active = true, rateLimit, loader }) {
    const [key] = await keysOf(engine);
    const { count } = rateLimit as typeof first.rateLimit;
    expect(key).toMatchObject({ name, isActive: active, rateLimit: { count, window: 60 } });
    if (loader !== undefined) expect(key).toMatchObject({ dynamicSdkLoaderOptions: { hasDebug: true } });
    const kept = engine.kept()?.state;
    expect(kept?.values).toMatchObject({ name, active, rateLimit, publicKey: key?.["public"] });
    expect([...(kept?.secrets ?? [])].sort()).toEqual(["secretDsn", "secretKey"]);
  },
});
