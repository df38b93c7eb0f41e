import { expect } from "vitest";
import { describeFaults } from "../kit/testing/test-faults.js";
import { accountId, projectName, shownConfigs, startTestEngine } from "./test-engine.js";

const first = {
  accountId,
  projectName,
  production: { services: { API: { service: "api", environment: "production" } } },
  preview: { envVars: { MODE: "test" } },
  productionSecrets: { KEY: "marker-1" },
};

describeFaults({
  start: () => startTestEngine(),
  faults: ["reset before", "reset after", "500 before", "500 after", "429", "lost response", "delay"],
  prepare: () => {},
  first,
  second: {
    ...first,
    production: { services: { API: { service: "api-2", environment: "production" } } },
    preview: { kvNamespaces: { KV: { namespaceId: "1" } } },
    productionSecrets: { KEY: "marker-2" },
  },
  async alive(engine) {
    const { production, preview } = await shownConfigs(engine);
    const isSet = ["env_vars", "services", "kv_namespaces"].some(
      (name) => name in (production ?? {}) || name in (preview ?? {}),
    );
    return isSet ? [`${accountId}/${projectName}`] : [];
  },
  async expectRight(engine, inputs) {
    const { production, preview } = await shownConfigs(engine);
    const isFirst = inputs === first;
    expect(production).toMatchObject({
      services: { API: { service: isFirst ? "api" : "api-2" } },
      env_vars: { KEY: { type: "secret_text" } },
    });
    expect([preview?.["env_vars"], preview?.["kv_namespaces"]]).toEqual(
      isFirst
        ? [{ MODE: { type: "plain_text", value: "test" } }, undefined]
        : [undefined, { KV: { namespace_id: "1" } }],
    );
    const { production: kept, adopted } = engine.kept()?.state.values ?? {};
    expect([kept, adopted]).toMatchObject([inputs["production"], false]);
  },
});
