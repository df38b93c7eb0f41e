import { isSecret, type Output, output as outputOf, runtime } from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkStackInput, type StackInputReading } from "../../manifest/read-stack-input.js";
import { openSecretBed, type SecretBed } from "../../secrets/test-secrets.js";
import { widgetCatalog } from "../../testdata/widget-catalog.js";
import { withSecrets } from "../program/keep-secret.js";
import { resolveReferences } from "../program/resolve-references.js";
import type { RunRequest } from "../run-request.js";
import { resolveSecretFields } from "./resolve-secret-fields.js";

const catalog = widgetCatalog();
await runtime.setMocks({ newResource: ({ name }) => ({ id: name, state: {} }), call: () => ({}) });

let bed: SecretBed;
beforeAll(() => {
  bed = openSecretBed();
  bed.file("base/short", "tiny\n");
});
afterAll(() => bed.remove());

function read(spec: string): StackInputReading {
  const target = `target:\n  kind: TestWidget\n  metadata: {name: w}\n  spec: ${spec}\n`;
  return checkStackInput({ catalog, file: "w.yaml", text: `provider_config: {api_key: 'env://NOT_HERE'}\n${target}` });
}

const env = { TOKEN: "token-in-words", LONG: "much-too-long-for-a-token", LIKE: "env://TOKEN", LOCK: "lock" };
const resolveIn = (reading: StackInputReading) =>
  resolveSecretFields({ reading, resolve: bed.resolver(env), baseDir: bed.base, cwd: bed.base });

describe("the secret fields of a spec", () => {
  it("hold what their URIs name, wherever they are, and credentials stay alone", async () => {
    const reading = read(
      "{token: 'env://TOKEN', phrase: 'env://TOKEN', codes: ['1234', 'file://short'], locks: {a: 'env://LOCK'}, round: 'env://TOKEN'}",
    );
    const secrets = await resolveIn(reading);
    expect(reading.message).toMatchObject({
      providerConfig: { apiKey: "env://NOT_HERE" },
      target: {
        spec: {
          token: "token-in-words",
          phrase: { source: { case: "value", value: "token-in-words" } },
          codes: ["1234", "tiny"],
          locks: { a: "lock" },
          shape: { case: "round", value: "env://TOKEN" },
        },
      },
    });
    expect(secrets.plain.toSorted()).toEqual(["1234", "lock", "tiny", "token-in-words"]);
    expect(secrets.all.toSorted()).toEqual(["1234", "lock", "tiny", "token-in-words", "token-in-words"]);
  });

  it("are not parsed as URIs again", async () => {
    const reading = read("{phrase: 'env://LIKE'}");
    await resolveIn(reading);
    expect(reading.message).toMatchObject({ target: { spec: { phrase: { source: { value: "env://TOKEN" } } } } });
  });

  it("of a string-or-reference are Pulumi secrets for the module", async () => {
    const reading = read("{phrase: 'env://TOKEN'}");
    await resolveIn(reading);
    // What the resolver reads of a Run request.
    const request = { project: "app", organization: "org", rootDirectory: "/nowhere" } as RunRequest;
    const [phrase] = [...(await resolveReferences({ request, reading, env: {}, known: [] })).values.values()];
    if (phrase === undefined) throw new Error("the field has no value");
    expect(await isSecret(phrase)).toBe(true);
    expect(await known(phrase)).toBe("token-in-words");
  });

  it.each<[what: string, spec: string, problems: readonly object[]]>([
    [
      "cannot be had",
      "{token: 'env://TOKN', phrase: {value: 'file://no-such'}}",
      [
        { path: "target.spec.token", position: { line: 5, column: 17 }, hint: expect.stringContaining('"TOKEN"') },
        { path: "target.spec.phrase.value", position: { line: 5 } },
      ],
    ],
    ["breaks a rule of a string", "{token: 'env://LONG'}", [{ path: "target.spec.token", position: { line: 5 } }]],
    [
      "breaks a rule of a string-or-reference",
      "{phrase: {value: 'file://short'}}",
      [{ path: "target.spec.phrase", message: expect.stringContaining('what "file://short" gives') }],
    ],
    ["breaks a rule of items", "{codes: ['env://TOKEN']}", [{ path: "target.spec.codes[0]" }]],
    [
      "breaks a rule across fields",
      "{token: 'env://TOKEN', version: 'x'}",
      [{ path: "target.spec.token", message: expect.stringContaining("begin with the version") }],
    ],
  ])("are refused with their places when one %s", async (_what, spec, problems) => {
    const error = await resolveIn(read(spec)).catch((caught: unknown) => caught);
    const all = problems.map((problem) => ({ ...problem, code: "E_SECRET_URI", severity: "error", file: "w.yaml" }));
    expect(error).toMatchObject({ code: "E_SECRET_URI", exitCode: 64, problems: all });
    expect(JSON.stringify(error)).not.toMatch(/token-in-words|much-too-long|tiny/);
  });
});

describe("withSecrets", () => {
  const secrets = ["token-in-words", "tiny"];

  it.each<[what: string, value: unknown, secret: boolean]>([
    ["a secret", "token-in-words", true],
    ["a string with a secret", "https://token-in-words@host", true],
    ["a short secret", "tiny", true],
    ["a string with a short secret", "tinyness", false],
    ["another text", "words", false],
    ["a number", 3, false],
  ])("%s", async (_what, value, secret) => {
    expect(await isSecret(withSecrets(value, secrets) as Output<unknown>)).toBe(secret || undefined);
  });

  it("looks into lists and maps, and leaves what it does not know", async () => {
    const output = outputOf("token-in-words");
    const found = withSecrets({ list: ["a", { key: "token-in-words" }], output }, secrets);
    const { list } = found as { list: [string, { key: Output<string> }] };
    expect(list[0]).toBe("a");
    expect(await isSecret(list[1].key)).toBe(true);
    expect((found as { output: unknown }).output).toBe(output);
  });
});

function known(value: Output<string>): Promise<string> {
  return new Promise((done) => value.apply(done));
}
