import { afterAll, describe, expect, it } from "vitest";
import { catalog } from "../../../apis/gen/catalog.js";
import { isPlantonError } from "../../../contract/planton-error.js";
import { checkStackInput } from "../../../runner/manifest/read-stack-input.js";
import { recordRun } from "../../../test/support/in-process/record-run.js";
import { startRecordingMonitor } from "../../../test/support/in-process/recording-monitor.js";

const monitor = await startRecordingMonitor({});
afterAll(() => monitor.stop());

const reference = { value_from: { name: "shop-db" } };

/** Text of a manifest; `spec` adds to the smallest spec or overrides it. */
function manifest(spec: object = {}, metadata: object = { name: "database-url" }): string {
  return JSON.stringify({
    apiVersion: "doppler.planton.dev/v1",
    kind: "DopplerSecret",
    metadata,
    spec: { project: "shop", config: "prd", value: reference, ...spec },
  });
}

/** Properties of the one secret that a manifest registers. */
async function registered(text: string): Promise<unknown> {
  const { entry, message } = checkStackInput({ catalog, file: "test.yaml", text });
  const { registrations } = await recordRun({ entry, stackInput: message, monitor });
  const [secret, ...more] = registrations.filter(({ type }) => type === "planton-doppler:index/secret:Secret");
  expect(more).toEqual([]);
  return secret?.["object"];
}

/** Rules that a manifest breaks. */
function brokenRules(text: string): readonly (string | undefined)[] {
  try {
    checkStackInput({ catalog, file: "test.yaml", text });
    return [];
  } catch (error) {
    if (!isPlantonError(error)) throw error;
    return error.problems.map(({ rule }) => rule);
  }
}

describe("a secret", () => {
  it("is masked, refuses what exists, and is named by metadata.name in capitals unless the spec says otherwise", async () => {
    expect(await registered(manifest())).toMatchObject({
      project: "shop",
      config: "prd",
      name: "DATABASE_URL",
      visibility: "masked",
      adoptionPolicy: "failIfFound",
      owner: "recorded-recorded",
    });
    const other = { secret_name: "SHOP_URL_2", visibility: "restricted", adoption_policy: "adopt" };
    expect(await registered(manifest(other))).toMatchObject({
      name: "SHOP_URL_2",
      visibility: "restricted",
      adoptionPolicy: "adopt",
    });
  });

  it("takes the connection_uri of a TiDB Cloud cluster unless the reference says otherwise", () => {
    const { references } = checkStackInput({ catalog, file: "test.yaml", text: manifest() });
    expect(references).toMatchObject([
      { kind: "TiDBCloudServerlessCluster", name: "shop-db", output: "connection_uri", secret: true },
    ]);
    const text = manifest({
      value: { ref: { kind: "DigitalOceanDatabaseCluster", name: "orders", fieldPath: "status.outputs.private_uri" } },
    });
    expect(checkStackInput({ catalog, file: "test.yaml", text }).references).toMatchObject([
      { kind: "DigitalOceanDatabaseCluster", name: "orders", output: "private_uri" },
    ]);
  });

  it.each<[what: string, text: string, rules: readonly string[]]>([
    ["a name in small letters", manifest({ secret_name: "url" }), ["doppler_secret.secret_name.format"]],
    ["a name that starts with a digit", manifest({ secret_name: "2ND" }), ["doppler_secret.secret_name.format"]],
    ["a name of Doppler's own", manifest({ secret_name: "DOPPLER_CONFIG" }), ["doppler_secret.secret_name.reserved"]],
    [
      "a default name that starts with a digit",
      manifest({}, { name: "2nd-url" }),
      ["doppler_secret.secret_name.format"],
    ],
    [
      "a default name of Doppler's own",
      manifest({}, { name: "doppler-project" }),
      ["doppler_secret.secret_name.reserved"],
    ],
    ["a project with a dot", manifest({ project: "a.b" }), ["doppler_secret.project.format"]],
    ["a config with a slash", manifest({ config: "dev/x" }), ["doppler_secret.config.format"]],
    ["no value", manifest({ value: undefined }), ["required"]],
    ["an empty value", manifest({ value: "" }), ["string.min_len"]],
    ["no project", manifest({ project: undefined }), ["required"]],
  ])("is refused with %s", (_, text, rules) => {
    expect(brokenRules(text)).toEqual(rules);
  });

  it.each([
    ["a name of its own where metadata.name makes none", manifest({ secret_name: "SECOND" }, { name: "2nd-url" })],
    ["names with dashes and underscores", manifest({ project: "shop-2", config: "dev_personal" })],
    ["a secret URI", manifest({ value: "op://vault/item/field" })],
  ])("takes %s", (_, text) => {
    expect(brokenRules(text)).toEqual([]);
  });
});
