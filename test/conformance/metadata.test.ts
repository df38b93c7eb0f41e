import { create, getOption, type Message } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { createValidator } from "@bufbuild/protovalidate";
import { afterAll, describe, expect, it } from "vitest";
import { parseDocument } from "yaml";
import { catalog } from "../../apis/gen/catalog.js";
import { resource_name, variable_name } from "../../apis/gen/es/planton/shared/v1/options_pb.js";
import type { KindEntry } from "../../contract/catalog.js";
import { isPlantonError, type Problem } from "../../contract/planton-error.js";
import { resources as digitalocean } from "../../providers/digitalocean/gen/resources.js";
import { resources as doppler } from "../../providers/doppler/gen/resources.js";
import { resources as tidbcloud } from "../../providers/tidbcloud/gen/resources.js";
import { defaultName } from "../../runner/manifest/check/check-default-name.js";
import { checkStackInput, type StackInputReading } from "../../runner/manifest/read-stack-input.js";
import { recordRun } from "../support/in-process/record-run.js";
import { startRecordingMonitor } from "../support/in-process/recording-monitor.js";
import { readExamples, recordedResponses } from "../support/kinds/kind-examples.js";

const examples = await readExamples();
const monitor = await startRecordingMonitor(recordedResponses());
afterAll(() => monitor.stop());
const validator = createValidator();
const operations = ["create", "update", "delete"] as const;

function problemsOf(entry: KindEntry, manifest: object): readonly Problem[] {
  const text = JSON.stringify({ apiVersion: entry.apiVersion, kind: entry.kind, ...manifest });
  try {
    return checkStackInput({ catalog, file: "f.yaml", text }).warnings;
  } catch (error) {
    if (!isPlantonError(error)) throw error;
    return error.problems;
  }
}

/** The field that names the resource at the vendor. */
const nameField = ({ spec }: KindEntry) => spec.fields.find((field) => getOption(field, resource_name));

describe.each(catalog.kinds.filter(nameField))("a name of $kind that is left to metadata.name", (entry) => {
  const field = nameField(entry);
  if (field === undefined) throw new Error("no name");

  /** What the field's own rules say of a name, checked by the library alone. */
  function rulesOf(name: string): string[] {
    const message: Message = create(entry.spec);
    reflect(entry.spec, message).set(field as NonNullable<typeof field>, name);
    const { violations = [] } = validator.validate(entry.spec, message);
    return violations
      .filter(({ field: [first] }) => first?.kind === "field" && first.name === field?.name)
      .map(({ ruleId }) => ruleId);
  }

  const names = [
    ...[1, 2, 3, 4, 60, 61, 63].map((length) => "a".repeat(length)),
    ..."1 a-b 2nd-name defaultdb doadmin doppler-project doppler-environment doppler-config root mysql".split(" "),
  ];

  it.each(names)("%s is held to the field's rules, at metadata.name", (name) => {
    const [rule] = rulesOf(defaultName(name, getOption(field, variable_name)));
    const found = problemsOf(entry, { metadata: { name }, spec: {} }).filter(({ path }) => path === "metadata.name");
    expect(found.map((problem) => problem.rule)).toEqual(rule === undefined ? [] : [rule]);
    for (const { hint } of found) expect(hint).toContain(`spec.${field.name}`);
    const good = defaultName("good-name", getOption(field, variable_name));
    const cured = problemsOf(entry, { metadata: { name }, spec: { [field.name]: good } });
    expect(cured.filter(({ path }) => path === "metadata.name")).toEqual([]);
  });

  it("is what the module makes of it", async () => {
    const [example] = examples.filter(({ reading }) => reading.entry.kind === entry.kind);
    const document = parseDocument(example?.reading.text ?? "");
    const top = document.has("target") ? ["target"] : [];
    document.setIn([...top, "metadata", "name"], "some-name");
    for (const key of [field.name, field.jsonName]) document.deleteIn([...top, "spec", key]);
    const named = String(document);
    const { message } = checkStackInput({ catalog, file: "f.yaml", text: named });
    const { registrations } = await recordRun({ entry, stackInput: message, monitor, folder: example?.folder ?? "" });
    const wanted = defaultName("some-name", getOption(field, variable_name));
    const primary = registrations.find(({ name, type }) => name === "some-name" && !type.startsWith("pulumi:"));
    expect(Object.values(primary?.["object"] ?? {})).toContain(wanted);
  });
});

/** Reads an example whose metadata hold nothing but the name and these. */
function withMetadata({ text }: StackInputReading, more: object): StackInputReading {
  const document = parseDocument(text);
  const top = document.has("target") ? ["target"] : [];
  document.setIn([...top, "metadata"], { name: document.getIn([...top, "metadata", "name"]), ...more });
  return checkStackInput({ catalog, file: "f.yaml", text: String(document) });
}

describe.each(examples)("metadata of $file", ({ reading, folder }) => {
  const { entry } = reading;

  it("has labels that are sent or warned about", async () => {
    const labelled = withMetadata(reading, { labels: { "some-label": "v", "planton.dev/provisioner": "pulumi" } });
    const plain = withMetadata(reading, {});
    const [withLabels, without] = [
      await recordRun({ entry, stackInput: labelled.message, monitor, folder }),
      await recordRun({ entry, stackInput: plain.message, monitor, folder }),
    ];
    const isSent = JSON.stringify(withLabels.registrations) !== JSON.stringify(without.registrations);
    expect(isSent).toBe(!entry.ignoresLabels);
    const paths = labelled.warnings.map(({ code, path }) => `${code} ${path?.replace("target.", "")}`);
    expect(paths).toEqual(isSent ? [] : ["E_NOT_APPLIED metadata.labels"]);
    expect(withMetadata(reading, { labels: { "planton.dev/provisioner": "pulumi" } }).warnings).toEqual([]);
  });

  it("has limits that the plugin heeds; others are warned about and not sent", async () => {
    const { message, warnings, metadata } = withMetadata(reading, {
      timeouts: { create: "11m", update: "12m", delete: "13m" },
    });
    const { registrations } = await recordRun({ entry, stackInput: message, monitor, folder });
    const primary = registrations.find(({ name, type }) => name === metadata.name && !type.startsWith("pulumi:"));
    const resource = [...digitalocean, ...doppler, ...tidbcloud].find(({ type }) => type === primary?.type);
    // A kind of the official plugin whose resource has no stand-in: what it heeds is in no code here.
    if (resource === undefined) return;
    const heeded = resource.customTimeouts ?? operations;
    const ignored = operations.filter((operation) => !heeded.includes(operation));
    expect(entry.ignoredTimeouts).toEqual(ignored);
    expect(warnings.map(({ code, path }) => `${code} ${path?.replace("target.", "")}`)).toEqual(
      ignored.map((operation) => `E_NOT_APPLIED metadata.timeouts.${operation}`),
    );
    const sent = JSON.stringify(primary?.["customtimeouts"] ?? {});
    for (const [index, operation] of operations.entries()) {
      expect(sent.includes(`${11 + index}m`), `${operation} in ${sent}`).toBe(heeded.includes(operation));
    }
  });
});
