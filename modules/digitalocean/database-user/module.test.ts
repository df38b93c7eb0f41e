import { afterAll, describe, expect, it } from "vitest";
import {
  type RecordManifestInput,
  recordManifest,
  registered,
} from "../../../test/support/in-process/record-manifest.js";
import type { Recording } from "../../../test/support/in-process/record-run.js";
import { startRecordingMonitor } from "../../../test/support/in-process/recording-monitor.js";
import { recordedResponses } from "../../../test/support/kinds/kind-examples.js";

const type = "digitalocean:index/databaseUser:DatabaseUser";
const cluster = { valueFrom: { name: "orders" } };
const secretSignature = "4dabf18193072939515e22adb298388d";

const monitor = await startRecordingMonitor(recordedResponses());
const silent = await startRecordingMonitor({ [type]: { role: "normal", password: "" } });
afterAll(() => {
  monitor.stop();
  silent.stop();
});

/** What a user registers; `engine` is that output of the cluster's stack. */
function run(spec: object, engine?: string, more: Partial<RecordManifestInput> = {}): Promise<Recording> {
  const referenced = { engine };
  return recordManifest({ kind: "DigitalOceanDatabaseUser", spec: { cluster, ...spec }, monitor, referenced, ...more });
}

const acl = { topic: "orders", permission: "consume" };
const kafka = { settings: { kafka_acls: [acl] } };
const opensearch = { settings: { opensearch_acls: [{ index: "logs-*", permission: "write" }] } };

describe("a database user", () => {
  it("is named by metadata.name unless the spec says another name", async () => {
    expect(registered(await run({}), type)).toMatchObject({ object: { name: "part" } });
    expect(registered(await run({ user_name: "Part_2" }), type)).toMatchObject({ object: { name: "Part_2" } });
  });

  it("is not protected, and goes after its successor is there", async () => {
    expect(registered(await run({}), type)).toMatchObject({
      protect: false,
      deletebeforereplace: false,
      deletebeforereplacedefined: true,
    });
  });

  it("leaves the settings as they are while the manifest has none", async () => {
    expect(registered(await run({}), type)).toMatchObject({ ignorechangesList: ["settings"] });
    expect(registered(await run(kafka), type)).toMatchObject({
      ignorechangesList: [],
      object: { settings: [{ acls: [acl], opensearchAcls: [] }] },
    });
  });

  it.each([
    ["doadmin", { user_name: "doadmin" }, {}],
    ["doadmin by metadata.name", {}, { name: "doadmin" }],
    ["a name with a comma", { user_name: "a,b" }, {}],
    ["a name with a slash", { user_name: "a/b" }, {}],
    ["settings of two engines", { settings: { ...kafka.settings, ...opensearch.settings } }, {}],
    ["empty settings", { settings: {} }, {}],
    ["settings beside mysql_auth_plugin", { ...kafka, mysql_auth_plugin: "caching_sha2_password" }, {}],
    ["an unknown permission", { settings: { kafka_acls: [{ topic: "a", permission: "read" }] } }, {}],
  ])("refuses %s", async (_, spec, metadata) => {
    await expect(async () => run(spec, undefined, { metadata })).rejects.toThrow();
    expect(registered(monitor, type)).toBeUndefined();
  });

  it.each([
    ["a user", {}, "valkey"],
    ["mysql_auth_plugin", { mysql_auth_plugin: "mysql_native_password" }, "pg"],
    ["kafka_acls", kafka, "opensearch"],
    ["opensearch_acls", opensearch, "kafka"],
  ])("refuses %s with a cluster of another engine, before anything is registered", async (_, spec, engine) => {
    await expect(run(spec, engine)).rejects.toThrow(new RegExp(`engine ${engine}`));
    expect(registered(monitor, type)).toBeUndefined();
  });

  it.each([
    [{}, "pg"],
    [{}, undefined],
    [{ mysql_auth_plugin: "mysql_native_password" }, "mysql"],
    [kafka, "kafka"],
    [opensearch, "opensearch"],
  ])("takes %o with engine %s", async (spec, engine) => {
    expect(registered(await run(spec, engine), type)).toBeDefined();
  });

  it("has a certificate with kafka alone", async () => {
    expect(Object.keys((await run(kafka, "kafka")).outputs)).toEqual(
      expect.arrayContaining(["access_cert", "access_key"]),
    );
    expect(Object.keys((await run({}, "pg")).outputs)).not.toContain("access_cert");
  });

  it.each([
    ["mongodb", "reset_auth"],
    ["pg", "database:view_credentials"],
    [undefined, "of MongoDB"],
  ])("warns of a password that the vendor does not return, with engine %s: %s", async (engine, says) => {
    const { outputs, messages } = await run({}, engine, { monitor: silent });
    expect(messages.map(({ severity, text }) => [severity, text.includes(says)])).toEqual([["warning", true]]);
    expect(outputs).not.toHaveProperty("password");
    expect(outputs).toMatchObject({ username: "part", role: "normal" });
  });

  it("has a secret password and a name that can be seen", async () => {
    const { outputs, messages } = await run({}, "pg");
    expect(outputs).toMatchObject({ username: "part", password: { [secretSignature]: expect.any(String) } });
    expect(messages).toEqual([]);
  });
});
