import { clone, getOption, hasOption, type Message } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { createValidator } from "@bufbuild/protovalidate";
import { afterAll, describe, expect, it } from "vitest";
import { catalog } from "../../apis/gen/catalog.js";
import { not_applied, secret } from "../../apis/gen/es/planton/shared/v1/options_pb.js";
import type { SecretsFrom } from "../../apis/gen/es/planton/shared/v1/secrets_from_pb.js";
import type { KindEntry } from "../../contract/catalog.js";
import { expandSecretsFrom } from "../../runner/manifest/check/expand-secrets-from.js";
import { walkMessages } from "../../runner/manifest/check/walk-fields.js";
import type { SourceMap } from "../../runner/manifest/decode/source-map.js";
import { protoAdvice } from "../../tools/check/proto-advice.js";
import { type RecordRunInput, recordRun } from "../support/in-process/record-run.js";
import { startRecordingMonitor } from "../support/in-process/recording-monitor.js";
import { type KindExample, readExamples, recordedResponses } from "../support/kinds/kind-examples.js";
import {
  type FieldValue,
  fieldPaths,
  holderOf,
  otherValues,
  presentValue,
  withChange,
} from "../support/kinds/other-values.js";

const secretSignature = "4dabf18193072939515e22adb298388d";

const examples = await readExamples();
const monitor = await startRecordingMonitor(recordedResponses());
afterAll(() => monitor.stop());
const validator = createValidator();

const examplesOf = (entry: KindEntry): readonly KindExample[] =>
  examples.filter(({ reading }) => reading.entry.kind === entry.kind);
const isProvider = (type: string): boolean => type.startsWith("pulumi:providers:");

/** A message as it is before its secrets from elsewhere are among the others. */
function withoutSecretsFrom(entry: KindEntry, message: Message): Message {
  const copy = clone(entry.stackInput, message);
  walkMessages(reflect(entry.stackInput, copy), "", ({ message: one }) => {
    const { secretsFrom = [], secrets = {} } = one as unknown as {
      readonly secretsFrom?: readonly SecretsFrom[];
      readonly secrets?: Record<string, unknown>;
    };
    for (const { names } of secretsFrom) for (const name of names) delete secrets[name];
  });
  return copy;
}

function withSecretsFrom(entry: KindEntry, message: Message): Message {
  const copy = clone(entry.stackInput, message);
  const places: SourceMap = { byFieldPath: new Map(), keyStyle: "snake" };
  expandSecretsFrom({ file: "", message: reflect(entry.stackInput, copy), places });
  return copy;
}

describe.each(examples)("$file", ({ reading, folder }) => {
  const { entry, message } = reading;

  it("is a manifest without warnings", () => {
    expect(reading.warnings).toEqual([]);
  });

  it("registers the same twice, every resource with the one provider of its plugin", async () => {
    const first = await recordRun({ entry, stackInput: message, monitor, folder });
    const second = await recordRun({ entry, stackInput: message, monitor, folder });
    expect(second).toEqual(first);
    const resources = first.registrations.filter(({ type }) => !isProvider(type));
    const providers = first.registrations.filter(({ type }) => isProvider(type)).map(({ type }) => type);
    expect([providers.length > 0, new Set(providers).size]).toEqual([true, providers.length]);
    for (const { provider } of resources) expect(provider).toMatch(/^urn:pulumi:.*pulumi:providers:/);
    expect(resources.length).toBeGreaterThan(0);
    if (entry.stateful) expect(resources.some(({ protect }) => protect === true)).toBe(true);
  });

  it("gives outputs of its kind, secret where the kind says so", async () => {
    const { outputs } = await recordRun({ entry, stackInput: message, monitor, folder });
    const names = entry.stackOutputs.fields.map(({ name }) => name);
    expect(Object.keys(outputs).filter((name) => !names.includes(name))).toEqual([]);
    for (const field of entry.stackOutputs.fields) {
      const value = outputs[field.name];
      const isSecret = typeof value === "object" && value !== null && secretSignature in value;
      const wrong = isSecret ? "is a secret" : "is no secret";
      const cure = isSecret ? 'give it the option "secret"' : 'remove the option "secret"';
      if (value !== undefined) expect(isSecret, protoAdvice(field, wrong, cure)).toBe(getOption(field, secret));
    }
  });
});

describe.each(catalog.kinds)("$kind", (entry) => {
  it("has examples", () => {
    const cure = "add a manifest to the folder examples of its module";
    expect(examplesOf(entry), protoAdvice(entry.manifest, "has no example", cure)).not.toEqual([]);
  });

  it("gives every output in one of them", async () => {
    const given = new Set<string>();
    for (const { reading, folder } of examplesOf(entry)) {
      const { outputs } = await recordRun({ entry, stackInput: reading.message, monitor, folder });
      for (const name of Object.keys(outputs)) given.add(name);
    }
    const cure =
      "let outputs.ts of its module give it in one of the examples; what the vendor makes up is in recorded-responses.json";
    const missing = entry.stackOutputs.fields.filter(({ name }) => !given.has(name));
    const advice = missing.map((field) => protoAdvice(field, "is given in no example", cure));
    expect(advice, advice.join("\n")).toEqual([]);
  });

  const [target] = entry.stackInput.fields;
  const spec = entry.manifest.fields.find(({ name }) => name === "spec");
  if (target === undefined || spec === undefined) throw new Error(`"${entry.kind}" has no spec`);
  const paths = fieldPaths(entry.spec.fields).filter((path) => !path.some((field) => hasOption(field, not_applied)));
  const named = paths.map((path) => [path.map(({ name }) => name).join("."), [target, spec, ...path]] as const);

  it.each(named)("does something with spec.%s", async (_, path) => {
    const field = path.at(-1);
    if (field === undefined) throw new Error("empty path");
    const bases = examplesOf(entry).map(({ reading: { message }, folder }) => ({
      schema: entry.stackInput,
      message: withoutSecretsFrom(entry, message),
      folder,
    }));
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
      const differs = async (more: Partial<RecordRunInput>): Promise<boolean> => {
        const outcomeOf = (message: Message): Promise<string> =>
          recordRun({ entry, stackInput: withSecretsFrom(entry, message), monitor, folder: base.folder, ...more }).then(
            ({ registrations }) => JSON.stringify(registrations),
            // What is refused is an effect as well.
            (error: Error) => error.message,
          );
        return (await outcomeOf(base.message)) !== (await outcomeOf(valid));
      };
      if ((await differs({})) || (await differs({ existing: { tags: [] } }))) return;
    }
    expect.fail(
      tried.length === 0
        ? protoAdvice(field, "has no other valid value in any example", "add an example that sets it")
        : protoAdvice(
            field,
            "has no effect: another value registers the same",
            'hand it to a resource in the module, or give it the option "not_applied" with the reason',
          ),
    );
  });
});
