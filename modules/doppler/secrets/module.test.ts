import { afterAll, expect, it } from "vitest";
import { recordManifest, registered } from "../../../test/support/in-process/record-manifest.js";
import { startRecordingMonitor } from "../../../test/support/in-process/recording-monitor.js";
import { recordedResponses } from "../../../test/support/kinds/kind-examples.js";

const kind = "DopplerSecrets";
const monitor = await startRecordingMonitor(recordedResponses());
afterAll(() => monitor.stop());

const spec = { project: "shop", config: "prd", secrets: { SESSION_KEY: "marker-1", API_KEY: "marker-2" } };

it("writes all values as one secret", async () => {
  const recording = await recordManifest({ kind, spec, monitor });
  const object = registered(recording, "planton-doppler:index/secretSet:SecretSet")?.["object"];
  expect(object).toMatchObject({ project: "shop", visibility: "masked", adoptionPolicy: "failIfFound" });
  expect(object).toMatchObject({ values: { value: { SESSION_KEY: "marker-1", API_KEY: "marker-2" } } });
});

it.each([
  ["no secrets", {}],
  ["a name in lower case", { session_key: "x" }],
  ["a name that Doppler keeps itself", { DOPPLER_CONFIG: "x" }],
])("is refused with %s", async (_what, secrets) => {
  const refused = recordManifest({ kind, spec: { ...spec, secrets }, monitor });
  await expect(refused).rejects.toMatchObject({ code: "E_RULE_VIOLATED" });
});
