import { afterAll, expect, it } from "vitest";
import { recordManifest, registered } from "../../../test/support/in-process/record-manifest.js";
import { startRecordingMonitor } from "../../../test/support/in-process/recording-monitor.js";

const kind = "SentryProject";
const monitor = await startRecordingMonitor({});
afterAll(() => monitor.stop());

const spec = { organization: "acme", team: "shop" };

it("is called as the manifest, belongs to the team, and has a key of its own", async () => {
  const recording = await recordManifest({ kind, spec, monitor });
  const project = registered(recording, "planton-sentry:index/project:Project");
  const expected = { slug: "part", name: "part", teams: ["shop"], allowedDomains: ["*"], resolveAgeHours: 0 };
  expect(project?.["object"]).toMatchObject(expected);
  expect(registered(recording, "planton-sentry:index/clientKey:ClientKey")?.["object"]).toMatchObject({ name: "part" });
  expect(registered(recording, "planton-sentry:index/team:Team")).toBeUndefined();
});

it.each([
  ["neither team nor create_team", { team: undefined }],
  ["both", { create_team: {} }],
  ["two keys of one name", { keys: [{ name: "a" }, { name: "a" }] }],
  ["a slug of digits", { slug: "123" }],
  ["an organization's name in place of its slug", { organization: "Acme Inc" }],
])("is refused with %s", async (_what, changes) => {
  const refused = recordManifest({ kind, spec: { ...spec, ...changes }, monitor });
  await expect(refused).rejects.toMatchObject({ code: "E_RULE_VIOLATED" });
});
