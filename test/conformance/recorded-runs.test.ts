import { getOption, hasOption, type Message } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { createValidator } from "@bufbuild/protovalidate";
import { afterAll, describe, expect, it } from "vitest";
import { catalog } from "../../apis/gen/catalog.js";
import { not_applied, secret } from "../../apis/gen/es/planton/shared/v1/options_pb.js";
import type { KindEntry } from "../../contract/catalog.js";
import { type KindExample, readExamples, recordedAnswers } from "../support/kind-examples.js";
import {
  type FieldValue,
  fieldPaths,
  holderOf,
  otherValues,
  presentValue,
  withChange,
} from "../support/other-values.js";
import { recordRun } from "../support/record-run.js";
import { startRecordingMonitor } from "../support/recording-monitor.js";

const secretSignature = "4dabf18193072939515e22adb298388d";

const examples = await readExamples();
const monitor = await startRecordingMonitor(recordedAnswers());
afterAll(() => monitor.stop());
const validator = createValidator();

const examplesOf = (entry: KindEntry): readonly KindExample[] =>
  examples.filter(({ reading }) => reading.entry.kind === entry.kind);
const isProvider = (type: string): boolean => type.startsWith("pulumi:providers:");

describe.each(examples)("$file", ({ reading }) => {
  const { entry, message } = reading;

  it("is a manifest without warnings", () => {
    expect(reading.warnings).toEqual([]);
  });

  it("registers the same twice, every resource with the one provider", async () => {
    const first = await recordRun({ entry, stackInput: message, monitor });
    const second = await recordRun({ entry, stackInput: message, monitor });
    expect(second).toEqual(first);
    const resources = first.registrations.filter(({ type }) => !isProvider(type));
    expect(first.registrations.length - resources.length).toBe(1);
    for (const { provider } of resources) expect(provider).toMatch(/^urn:pulumi:.*pulumi:providers:/);
    expect(resources.length).toBeGreaterThan(0);
    if (entry.stateful) expect(resources.some(({ protect }) => protect === true)).toBe(true);
  });

  it("gives outputs of its kind, secret where the kind says so", async () => {
    const { outputs } = await recordRun({ entry, stackInput: message, monitor });
    const names = entry.stackOutputs.fields.map(({ name }) => name);
    expect(Object.keys(outputs).filter((name) => !names.includes(name))).toEqual([]);
    for (const field of entry.stackOutputs.fields) {
      const value = outputs[field.name];
      const isSecret = typeof value === "object" && value !== null && secretSignature in value;
      if (value !== undefined) expect([field.name, isSecret]).toEqual([field.name, getOption(field, secret)]);
    }
  });
});

describe.each(catalog.kinds)("$kind", (entry) => {
  it("has examples", () => {
    expect(examplesOf(entry)).not.toEqual([]);
  });

  it("gives every output in one of them", async () => {
    const given = new Set<string>();
    for (const { reading } of examplesOf(entry)) {
      const { outputs } = await recordRun({ entry, stackInput: reading.message, monitor });
      for (const name of Object.keys(outputs)) given.add(name);
    }
    expect(entry.stackOutputs.fields.map(({ name }) => name).filter((name) => !given.has(name))).toEqual([]);
  });

  const [target] = entry.stackInput.fields;
  const spec = entry.manifest.fields.find(({ name }) => name === "spec");
  if (target === undefined || spec === undefined) throw new Error(`"${entry.kind}" has no spec`);
  const paths = fieldPaths(entry.spec.fields).filter((path) => !path.some((field) => hasOption(field, not_applied)));
  const named = paths.map((path) => [path.map(({ name }) => name).join("."), [target, spec, ...path]] as const);

  it.each(named)("does something with spec.%s", async (_, path) => {
    const field = path.at(-1);
    if (field === undefined) throw new Error("empty path");
    const bases = examplesOf(entry).map(({ reading }) => ({ schema: entry.stackInput, message: reading.message }));
    const present = bases.map((base): FieldValue => {
      const holder = holderOf(reflect(base.schema, base.message), path);
      return holder && presentValue(holder, field);
    });
    const pool = present.filter((value) => value !== undefined);
    const tried: Message[] = [];
    for (const [index, base] of bases.entries()) {
      const changes = otherValues(field, present[index], pool).map((value) => withChange(base, path, value));
      const valid = changes.find(
        (changed) => changed !== undefined && validator.validate(entry.stackInput, changed).kind === "valid",
      );
      if (valid === undefined) continue;
      tried.push(valid);
      const before = await recordRun({ entry, stackInput: base.message, monitor });
      const after = await recordRun({ entry, stackInput: valid, monitor });
      if (JSON.stringify(before.registrations) !== JSON.stringify(after.registrations)) return;
    }
    expect.fail(tried.length === 0 ? "no example has another valid value for it" : "another value registers the same");
  });
});
