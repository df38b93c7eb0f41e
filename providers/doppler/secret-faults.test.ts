import { expect } from "vitest";
import { describeFaults } from "../kit/testing/test-faults.js";
import { aliveSecrets, basicSecret, startTestEngine, storedSecret } from "./test-engine.js";

describeFaults({
  start: startTestEngine,
  faults: ["reset before", "reset after", "500 before", "500 after", "429", "lost response", "delay"],
  prepare: () => {},
  first: basicSecret,
  second: { ...basicSecret, value: "mysql://app:marker-2@db/app", visibility: "unmasked" },
  alive: aliveSecrets,
  async expectRight(engine, { name, value, visibility = "masked" }) {
    const { values = {} } = engine.kept()?.state ?? {};
    expect(values).toMatchObject({ name, value, visibility, adopted: false, uri: "doppler://planton/dev/APP_URL" });
    expect(await storedSecret(engine)).toEqual({ raw: value, visibility });
  },
});
