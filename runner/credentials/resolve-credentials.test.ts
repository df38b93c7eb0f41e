import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { create } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { catalog } from "../../apis/gen/catalog.js";
import type { ProviderEntry } from "../../contract/catalog.js";
import { hostCredentials } from "../host/prepare/host-credentials.js";
import { readRunHandoff, runHandoffVariables } from "../project/run-handoff.js";
import { openSecretBed, type SecretBed } from "../secrets/test-secrets.js";
import { widgetCatalog } from "../testdata/widget-catalog.js";
import { type ResolvedCredentials, resolveCredentials } from "./resolve-credentials.js";

const provider = testProvider();

let bed: SecretBed;
beforeAll(() => {
  bed = openSecretBed();
  bed.file("base/key", "key-of-folder\n");
  bed.file("home/key", "key-of-home\n");
});
afterAll(() => bed.remove());

function testProvider(): ProviderEntry {
  const [found] = widgetCatalog().providers;
  if (found === undefined) throw new Error("the catalog has no provider");
  return found;
}

interface Given {
  readonly config?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Content of credentials.yaml. */
  readonly file?: string;
}

function inputOf({ config, env = {}, file = "{}" }: Given) {
  const path = join(bed.home, "credentials.yaml");
  writeFileSync(path, file);
  chmodSync(path, 0o600);
  const message = config === undefined ? undefined : create(provider.config);
  for (const [name, value] of Object.entries(config ?? {})) {
    const field = provider.config.fields.find((candidate) => candidate.name === name);
    if (message === undefined || field === undefined) throw new Error(`no field ${name}`);
    reflect(provider.config, message).set(field, value);
  }
  const all = { PLANTON_HOME: bed.home, PATH: `${bed.bin}:/usr/bin:/bin`, ...env };
  const inlinePlace = (field: string) => ({ file: "w.yaml", position: { line: 7, column: 3 }, path: field });
  return { provider, config: message, env: all, resolve: bed.resolver(env), baseDir: bed.base, inlinePlace };
}

const variables = (key: string): Record<string, string> => ({ TEST_API_KEY: key, TEST_KEY: key });

describe("credentials", () => {
  test.each<[what: string, given: Given, expected: Partial<ResolvedCredentials>]>([
    [
      "literals of the stack input are inputs of the provider",
      { config: { api_key: "literal", account_id: "a" }, env: { TEST_API_KEY: "other" } },
      {
        values: { api_key: "literal", account_id: "a" },
        inputs: { api_key: "literal", account_id: "a" },
        variables: {},
      },
    ],
    [
      "URIs of the stack input reach the plugin by variables, with the literals beside them that have one",
      { config: { api_key: "file://key", key_id: "k1", account_id: "a" } },
      {
        values: { api_key: "key-of-folder", key_id: "k1", account_id: "a" },
        inputs: { account_id: "a" },
        variables: { ...variables("key-of-folder"), TEST_KEY_ID: "k1" },
        origin: "provider_config",
      },
    ],
    [
      "relative paths in credentials.yaml start in planton's home",
      { config: { credential_id: "prod" }, file: "prod: {provider: test, api_key: 'file://key'}" },
      { values: { api_key: "key-of-home" }, inputs: undefined, variables: variables("key-of-home") },
    ],
    [
      "in the sandbox an id stands for the sandbox's key",
      { config: { credential_id: "prod" }, env: { PLANTON_SANDBOX: "1", TEST_API_KEY: "of-sandbox" } },
      { values: { api_key: "of-sandbox" }, variables: variables("of-sandbox"), origin: "TEST_API_KEY" },
    ],
    [
      "the environment may hold a URI; relative paths start in the stack input's folder",
      { env: { TEST_KEY: "file://key" } },
      { values: { api_key: "key-of-folder" }, variables: variables("key-of-folder"), origin: "TEST_KEY" },
    ],
    [
      "a secret is not parsed as a URI again",
      { env: { TEST_KEY: "env://LIKE", LIKE: "env://NO_SUCH" } },
      { values: { api_key: "env://NO_SUCH" } },
    ],
  ])("%s", async (_what, given, expected) => {
    expect(await resolveCredentials(inputOf(given))).toMatchObject(expected);
  });

  test.each<[what: string, given: Given, place: object]>([
    ["the stack input", { config: { api_key: "env://NONE" } }, { file: "w.yaml", position: { line: 7 } }],
    [
      "credentials.yaml",
      { config: { credential_id: "prod" }, file: "prod: {provider: test, api_key: 'env://NONE'}" },
      { file: expect.stringContaining("credentials.yaml"), path: "prod.api_key" },
    ],
    ["the environment", { env: { TEST_KEY: "env://NONE" } }, { path: "TEST_KEY" }],
  ])("a URI of %s that names nothing is reported with its place", async (_what, given, place) => {
    const resolving = resolveCredentials(inputOf(given));
    await expect(resolving).rejects.toMatchObject({
      code: "E_SECRET_URI",
      problems: [{ ...place, code: "E_SECRET_URI" }],
    });
  });
});

describe("the form of credentials", () => {
  const places: readonly [place: string, given: (text: string) => Given, at: object][] = [
    ["a variable", (text) => ({ env: { TEST_KEY: text } }), { path: "TEST_KEY" }],
    [
      "an entry",
      (text) => ({
        config: { credential_id: "prod" },
        file: JSON.stringify({ prod: { provider: "test", api_key: text } }),
      }),
      { file: expect.stringContaining("credentials.yaml"), path: "prod.api_key" },
    ],
    ["the stack input", (text) => ({ config: { api_key: text } }), { file: "w.yaml", position: { line: 7 } }],
    [
      "a variable that a URI names",
      (text) => ({ config: { api_key: "env://LIKE" }, env: { LIKE: text } }),
      { file: "w.yaml", path: "api_key" },
    ],
  ];

  test.each(places)("blanks and line ends around a key in %s are dropped", async (_place, given) => {
    expect(await resolveCredentials(inputOf(given(" a-key\r\n")))).toMatchObject({ values: { api_key: "a-key" } });
  });

  test.each(
    places.flatMap((place) =>
      ["a-key\nb-key", "a-ké", '"a-key"', "Bearer a-key", "$" + "{A_KEY}", "<a-key>", "env:A_KEY", "changeme"].map(
        (text) => [place[0], text, place[1], place[2]] as const,
      ),
    ),
  )("of %s are refused with the place when it holds %j", async (_place, text, given, at) => {
    const error = await resolveCredentials(inputOf(given(text))).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: expect.stringMatching(/^E_CREDENTIALS_REFUSED$|^E_SECRET_URI$/),
      problems: [at],
    });
    expect(JSON.stringify(error) + String(error)).not.toContain(text);
  });

  test("a variable of blanks alone counts as not set", async () => {
    const resolving = resolveCredentials(inputOf({ env: { TEST_KEY: " \n" } }));
    await expect(resolving).rejects.toMatchObject({ code: "E_CREDENTIALS_MISSING" });
  });

  test.each(["constructor", "toString", "__proto__", "hasOwnProperty"])("the id %s is an unknown entry", async (id) => {
    const resolving = resolveCredentials(inputOf({ config: { credential_id: id } }));
    await expect(resolving).rejects.toMatchObject({ code: "E_CREDENTIALS_UNKNOWN" });
  });

  test("env://constructor names no variable", async () => {
    const resolving = resolveCredentials(inputOf({ config: { api_key: "env://constructor" } }));
    await expect(resolving).rejects.toMatchObject({ code: "E_SECRET_URI" });
  });
});

describe("credentials in the language host", () => {
  const inline = { api_key: "exec:fresh" };
  const allow = { PLANTON_ALLOW_EXEC: "1" };
  const handed = (stack: string) =>
    runHandoffVariables({
      stack,
      operation: "up",
      hasCredentials: true,
      hasShownWarnings: true,
      secretWarnings: [],
      skipsPreview: false,
    });
  const ofHost = (given: Given) => {
    const input = inputOf(given);
    return hostCredentials({ ...input, handoff: readRunHandoff(input.env, "s") });
  };

  test("are taken from planton, which has resolved them for this stack", async () => {
    bed.clear();
    const env = { ...handed("s"), TEST_API_KEY: "env://of-planton", TEST_KEY: "env://of-planton" };
    for (const config of [inline, undefined]) {
      const credentials = await ofHost({ ...(config && { config }), env });
      expect(credentials).toMatchObject({ values: { api_key: "env://of-planton" }, inputs: undefined });
    }
    expect(bed.calls()).toEqual([]);
  });

  test("are resolved under plain pulumi, and held against what the plugin gets", async () => {
    bed.program("fresh", "echo a-key");
    const env = { ...allow, TEST_API_KEY: "a-key" };
    expect(await ofHost({ config: inline, env })).toMatchObject({
      values: { api_key: "a-key" },
      inputs: undefined,
    });
  });

  test.each<[what: string, given: Given, message: string]>([
    ["no variable", { config: inline, env: allow }, "TEST_API_KEY is not set"],
    ["a key with a line end", { config: inline, env: { ...allow, TEST_API_KEY: "a-key\n" } }, "line ends around it"],
    ["another key", { config: inline, env: { ...allow, TEST_API_KEY: "b-key" } }, "TEST_API_KEY is another one"],
    ["a URI", { env: { TEST_KEY: "file://key" } }, "TEST_API_KEY is a secret URI"],
    [
      "what planton has resolved for another stack",
      { config: inline, env: { ...allow, ...handed("other"), TEST_KEY: "b-key" } },
      "TEST_API_KEY is another one",
    ],
  ])("are refused when the plugin would get %s", async (_what, given, message) => {
    bed.program("fresh", "echo a-key");
    const error = await ofHost(given).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "E_CREDENTIALS_MISMATCH", message: expect.stringContaining(message) });
    expect(String(error)).not.toMatch(/[ab]-key|key-of/);
  });

  test("literals of the stack input need no variable", async () => {
    const given = { config: { api_key: "literal" }, env: { TEST_API_KEY: "other" } };
    expect(await ofHost(given)).toMatchObject({ inputs: { api_key: "literal" } });
  });
});

test("the address of an API is handed on with the credentials, is none by itself, and is no secret", async () => {
  const sentry = catalog.providers.find(({ name }) => name === "sentry");
  if (sentry === undefined) throw new Error("the catalog has no Sentry");
  const address = "https://de.sentry.io/api/";
  const given = (env: Readonly<Record<string, string>>) => ({
    ...inputOf({ env }),
    provider: sentry,
    config: undefined,
  });
  const resolved = await resolveCredentials(given({ SENTRY_AUTH_TOKEN: "marker", SENTRY_BASE_URL: address }));
  expect(resolved).toMatchObject({ values: { token: "marker", base_url: address }, secrets: ["marker"] });
  expect(resolved.variables).toMatchObject({ SENTRY_AUTH_TOKEN: "marker", SENTRY_BASE_URL: address });
  const alone = resolveCredentials(given({ SENTRY_BASE_URL: address }));
  await expect(alone).rejects.toMatchObject({ code: "E_CREDENTIALS_MISSING" });
});
