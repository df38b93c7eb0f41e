import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PropertyMap } from "../kit/schema/property-value.js";
import {
  accountId,
  ask,
  makeProject,
  patchInConsole,
  projectName,
  sent,
  shownConfigs,
  startTestEngine,
  type TestEngine,
} from "./test-engine.js";

let engine: TestEngine;
beforeEach(async () => {
  engine = await startTestEngine();
});
afterEach(() => engine.stop());

const project = { accountId, projectName, owner: "shop-web-1" };
const nothing: PropertyMap = { ...project, production: {}, preview: {} };
const api = { services: { API: { service: "api" } } };
const full = {
  envVars: { MODE: "live" },
  aiBindings: { AI: {} },
  analyticsEngineDatasets: { EVENTS: { dataset: "events" } },
  browsers: { BROWSER: {} },
  d1Databases: { DB: { id: "d1" } },
  durableObjectNamespaces: { ROOM: { namespaceId: "do" } },
  hyperdriveBindings: { PG: { id: "hd" } },
  kvNamespaces: { KV: { namespaceId: "kv" } },
  mtlsCertificates: { CERT: { certificateId: "c" } },
  queueProducers: { QUEUE: { name: "jobs" } },
  r2Buckets: { FILES: { name: "files", jurisdiction: "eu" } },
  services: { API: { service: "api", environment: "staging", entrypoint: "Admin" } },
  vectorizeBindings: { INDEX: { indexName: "docs" } },
  compatibilityDate: "2026-05-01",
  compatibilityFlags: ["nodejs_compat", "streams_enable_constructors"],
  failOpen: false,
  placement: { mode: "smart" },
  limits: { cpuMs: 50 },
} as const;
const clean = { error: undefined };
const patches = () => sent(engine, "PATCH");

describe("a configuration", () => {
  it("is written as one PATCH of whole objects, and a second run writes nothing", async () => {
    expect(await engine.up({ ...nothing, production: full, productionSecrets: { KEY: "marker-1" } })).toMatchObject(
      clean,
    );
    expect(patches()).toEqual([
      {
        path: "/web",
        body: {
          deployment_configs: {
            production: {
              env_vars: {
                MODE: { type: "plain_text", value: "live" },
                KEY: { type: "secret_text", value: "marker-1" },
              },
              ai_bindings: { AI: {} },
              analytics_engine_datasets: { EVENTS: { dataset: "events" } },
              browsers: { BROWSER: {} },
              d1_databases: { DB: { id: "d1" } },
              durable_object_namespaces: { ROOM: { namespace_id: "do" } },
              hyperdrive_bindings: { PG: { id: "hd" } },
              kv_namespaces: { KV: { namespace_id: "kv" } },
              mtls_certificates: { CERT: { certificate_id: "c" } },
              queue_producers: { QUEUE: { name: "jobs" } },
              r2_buckets: { FILES: { name: "files", jurisdiction: "eu" } },
              services: { API: { service: "api", environment: "staging", entrypoint: "Admin" } },
              vectorize_bindings: { INDEX: { index_name: "docs" } },
              compatibility_date: "2026-05-01",
              compatibility_flags: ["nodejs_compat", "streams_enable_constructors"],
              fail_open: false,
              placement: { mode: "smart" },
              limits: { cpu_ms: 50 },
            },
          },
        },
      },
    ]);
    await engine.restart();
    expect(await engine.up({ ...nothing, production: full, productionSecrets: { KEY: "marker-1" } })).toMatchObject({
      did: "nothing",
    });
    await engine.refresh();
    expect(await engine.up({ ...nothing, production: full, productionSecrets: { KEY: "marker-1" } })).toMatchObject({
      did: "nothing",
    });
    expect(patches()).toHaveLength(1);
  });

  it("names the environment of a service where the program does not", async () => {
    await engine.up({ ...nothing, production: api });
    expect((await shownConfigs(engine))["production"]).toMatchObject({
      services: { API: { service: "api", environment: "production" } },
    });
    expect(await engine.up({ ...nothing, production: api })).toMatchObject({ did: "nothing" });
  });

  it("takes nothing over from one environment to the other", async () => {
    await engine.up({ ...nothing, production: api });
    expect((await shownConfigs(engine))["preview"]).not.toHaveProperty("services");
  });

  it("of nothing is nothing to write", async () => {
    expect(await engine.up(nothing)).toMatchObject({ did: "create", ...clean });
    expect(patches()).toEqual([]);
    expect(await engine.up(nothing)).toMatchObject({ did: "nothing" });
    expect(await engine.destroy()).toBeUndefined();
  });
});

describe("a change", () => {
  it("renames a service and takes a removed binding away, the others sent whole", async () => {
    const before = {
      services: { API: { service: "old" }, AUTH: { service: "auth" } },
      kvNamespaces: { KV: { namespaceId: "1" } },
    };
    await engine.up({ ...nothing, production: before });
    await engine.up({ ...nothing, production: { services: { API: { service: "new" } } } });
    expect(patches()[1]?.body).toEqual({
      deployment_configs: {
        production: {
          services: { API: { service: "new", environment: "production" }, AUTH: null },
          kv_namespaces: { KV: null },
        },
      },
    });
    const { production } = await shownConfigs(engine);
    expect(production).toMatchObject({ services: { API: { service: "new" } } });
    expect(production).not.toHaveProperty("kv_namespaces");
    expect(production).not.toHaveProperty("services.AUTH");
  });

  it("takes flags, placement and limits away with the inputs", async () => {
    await engine.up({ ...nothing, production: full });
    await engine.up({ ...nothing, production: { compatibilityDate: "2026-05-01" } });
    expect((await shownConfigs(engine))["production"]).toEqual({
      always_use_latest_compatibility_date: false,
      build_image_major_version: 3,
      compatibility_date: "2026-05-01",
      compatibility_flags: [],
      fail_open: false,
      usage_model: "standard",
    });
  });

  it("gives the environment another hash, and the other one none", async () => {
    const hashes = () => {
      const { productionHash, previewHash } = engine.kept()?.state.values ?? {};
      return { productionHash, previewHash };
    };
    await engine.up({ ...nothing, production: api, productionSecrets: { KEY: "marker-1" } });
    const first = hashes();
    await engine.up({ ...nothing, production: api, productionSecrets: { KEY: "marker-2" } });
    const second = hashes();
    expect(second.productionHash).not.toBe(first.productionHash);
    expect(second.previewHash).toBe(first.previewHash);
    await engine.up({ ...nothing, production: api, productionSecrets: { KEY: "marker-1" } });
    expect(hashes()).toEqual(first);
  });
});

describe("secrets", () => {
  it("are in the state by their keyed hashes alone, which differ by key", async () => {
    await engine.up({ ...nothing, productionSecrets: { KEY: "marker-1" } });
    const { values = {}, secrets } = engine.kept()?.state ?? {};
    expect(JSON.stringify(values)).not.toContain("marker-1");
    expect(values["productionSecrets"]).toEqual({ KEY: expect.stringMatching(/^hmac-sha256:[0-9a-f]{64}$/) });
    expect([...(secrets ?? [])].sort()).toEqual(["hashKey", "productionSecrets"]);
  });

  it("that become a variable, or the other way round, are sent as what they are now", async () => {
    await engine.up({ ...nothing, production: { envVars: { A: "1" } }, productionSecrets: { B: "marker-1" } });
    await engine.up({ ...nothing, production: { envVars: { B: "1" } }, productionSecrets: { A: "marker-1" } });
    expect((await shownConfigs(engine))["production"]).toMatchObject({
      env_vars: { A: { type: "secret_text", value: "" }, B: { type: "plain_text", value: "1" } },
    });
  });

  it("are in no message", async () => {
    engine.fake.respond("PATCH", 400, { success: false, errors: [{ code: 1, message: "wrong: marker-1" }] });
    const { error } = await engine.up({ ...nothing, productionSecrets: { KEY: "marker-1" } });
    const text = JSON.stringify([error?.message, error?.unfinished?.reasons]);
    expect(text).toContain("wrong");
    expect(text).not.toContain("marker-1");
  });
});

describe("what somebody does in the console", () => {
  it.each<[string, unknown]>([
    ["another service", { production: { services: { API: { service: "other" } } } }],
    ["one more binding", { production: { kv_namespaces: { KV: { namespace_id: "1" } } } }],
    ["a binding that is gone", { production: { services: { API: null } } }],
    ["a secret that is gone", { production: { env_vars: { KEY: null } } }],
    ["one more secret", { production: { env_vars: { OTHER: { type: "secret_text", value: "x" } } } }],
    ["the other environment", { preview: { env_vars: { A: { type: "plain_text", value: "x" } } } }],
  ])("is seen by a refresh and undone: %s", async (_, configs) => {
    const inputs = { ...nothing, production: api, productionSecrets: { KEY: "marker-1" } };
    await engine.up(inputs);
    const before = await shownConfigs(engine);
    await patchInConsole(engine, configs);
    expect(await shownConfigs(engine)).not.toEqual(before);
    await engine.refresh();
    expect(await engine.up(inputs)).toMatchObject({ did: "update", ...clean });
    expect(await shownConfigs(engine)).toEqual(before);
    expect(await engine.up(inputs)).toMatchObject({ did: "nothing" });
  });
});

describe("what this stack did not set", () => {
  const theirs = { production: { env_vars: { THEIRS: { type: "plain_text", value: "1" } } } };

  it("is refused before anything is written", async () => {
    await patchInConsole(engine, theirs);
    const { error } = await engine.up({ ...nothing, production: api });
    expect(error?.message).toContain("this stack did not make it");
    expect(patches()).toEqual([]);
    expect(engine.kept()).toBeUndefined();
  });

  it("is taken over by the policy, and left as it is at the end", async () => {
    await patchInConsole(engine, theirs);
    expect(await engine.up({ ...nothing, production: api, adoptionPolicy: "adopt" })).toMatchObject(clean);
    const taken = await shownConfigs(engine);
    expect(taken["production"]).not.toHaveProperty("env_vars");
    expect(await engine.destroy()).toBeUndefined();
    expect(await shownConfigs(engine)).toEqual(taken);
  });
});

describe("the end", () => {
  it("leaves the project without variables and bindings", async () => {
    await engine.up({ ...nothing, production: full, previewSecrets: { KEY: "marker-1" } });
    expect(await engine.destroy()).toBeUndefined();
    const { production, preview } = await shownConfigs(engine);
    for (const config of [production, preview]) {
      expect(Object.keys(config ?? {}).sort()).toEqual([
        "always_use_latest_compatibility_date",
        "build_image_major_version",
        "compatibility_date",
        "compatibility_flags",
        "fail_open",
        "usage_model",
      ]);
    }
  });

  it("is reached when the project is gone already", async () => {
    await engine.up({ ...nothing, production: api });
    await ask(engine, "DELETE", `/${projectName}`);
    expect(await engine.destroy()).toBeUndefined();
  });

  it("of a project that is made anew begins anew", async () => {
    await engine.up({ ...nothing, production: api });
    await ask(engine, "DELETE", `/${projectName}`);
    await makeProject(engine);
    await engine.refresh();
    expect(await engine.up({ ...nothing, production: api })).toMatchObject(clean);
    expect((await shownConfigs(engine))["production"]).toMatchObject({ services: { API: { service: "api" } } });
  });
});
