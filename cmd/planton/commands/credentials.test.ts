import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { catalog as wholeCatalog } from "../../../apis/gen/catalog.js";
import type { Catalog } from "../../../contract/catalog.js";
import { PlantonError } from "../../../contract/planton-error.js";
import { noTrace } from "../../../contract/trace.js";
import type { VendorAdapter } from "../../../contract/vendor.js";
import { nodeTransport } from "../../../http/transport.js";
import { vendors } from "../../../modules/gen/vendors.js";
import { openSecretResolver } from "../../../runner/secrets/resolve-secret.js";
import { defaultToken, readOnlyToken, secondToken } from "../../../sandbox/digitalocean/accounts.js";
import { digitalOceanVendor } from "../../../sandbox/digitalocean/digitalocean-vendor.js";
import { dopplerVendor } from "../../../sandbox/doppler/doppler-vendor.js";
import { sandboxFiles } from "../../../sandbox/kit/base/sandbox-files.js";
import { readRecord } from "../../../sandbox/kit/base/sandbox-record.js";
import { openTestSandbox, type TestSandbox } from "../../../sandbox/kit/testing/test-sandbox.js";
import type { Cli } from "../cli.js";
import { addCredentialsCommand } from "./credentials.js";

// One provider is enough here, whatever else the catalog has.
const catalog: Catalog = {
  ...wholeCatalog,
  providers: wholeCatalog.providers.filter(({ name }) => name === "digitalocean"),
};
const wrongToken = `dop_v1_${"bad5ecre7".repeat(7)}0`;
const home = mkdtempSync(join(tmpdir(), "planton-credentials-"));
let sandbox: TestSandbox;
let ofSandbox: Readonly<Record<string, string>>;

beforeAll(async () => {
  sandbox = await openTestSandbox([digitalOceanVendor, dopplerVendor]);
  ofSandbox = readRecord(sandboxFiles(sandbox.home).record)?.environment ?? {};
});
afterAll(async () => {
  await sandbox.close();
  rmSync(home, { recursive: true, force: true });
});
beforeEach(() => rmSync(join(home, "credentials.yaml"), { force: true }));

function credentialsFile(text: string, mode = 0o600): void {
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, "credentials.yaml"), text);
  chmodSync(join(home, "credentials.yaml"), mode);
}

interface Result {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(words: readonly string[], env: Record<string, string> = {}, adapters = vendors): Promise<Result> {
  const out: string[] = [];
  const err: string[] = [];
  let code = 0;
  const { DIGITALOCEAN_API_URL = "", DOPPLER_API_HOST = "", DOPPLER_TOKEN = "" } = ofSandbox;
  const cli: Cli = {
    env: { PLANTON_HOME: home, HOME: home, DIGITALOCEAN_API_URL, DOPPLER_API_HOST, DOPPLER_TOKEN, ...env },
    cwd: home,
    interactive: false,
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    trace: noTrace,
    readStdin: () => Promise.resolve(""),
    exit: (value) => {
      code = value;
    },
  };
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  const resolve = openSecretResolver({ env: cli.env, baseDir: cli.cwd, providers: catalog.providers, trace: noTrace });
  addCredentialsCommand(program, cli, { catalog, vendors: adapters, fetch: nodeTransport, resolve });
  await program.parseAsync(["credentials", ...words], { from: "user" });
  const result = { code, out: out.join("\n"), err: err.join("\n") };
  for (const secret of [defaultToken, secondToken, readOnlyToken, wrongToken, DOPPLER_TOKEN])
    expect(`${result.out}${result.err}`).not.toContain(secret);
  return result;
}

const json = async (words: readonly string[], env: Record<string, string> = {}) =>
  JSON.parse((await run([...words, "--format", "json"], env)).out);

const entry = (id: string, value: string): string => `${id}: {provider: digitalocean, api_token: "${value}"}\n`;

describe("planton credentials list", () => {
  test("says what can be set when nothing is", async () => {
    const { code, out } = await run(["list"]);
    expect(code).toBe(0);
    expect(out).toMatch(/digitalocean +none +- +set DIGITALOCEAN_TOKEN or DIGITALOCEAN_ACCESS_TOKEN/);
  });

  test("says where each field comes from and in which form, without asking anybody", async () => {
    credentialsFile(
      `${entry("prod", secondToken)}${entry("team", "doppler://planton/dev/NOPE")}${entry("odd", "op://x")}${entry("own", "exec:x y")}`,
    );
    const { out } = await run(["list"], { DIGITALOCEAN_ACCESS_TOKEN: defaultToken });
    expect(
      out
        .split("\n")
        .slice(1)
        .map((line) => line.split(/ {2,}/).slice(1)),
    ).toEqual([
      ["environment", "api_token", "DIGITALOCEAN_ACCESS_TOKEN"],
      ["prod", "api_token", "credentials.yaml"],
      ["team", "api_token", "credentials.yaml, as doppler://"],
      ["odd", "api_token", "credentials.yaml, a secret URI that is written wrongly"],
      ["own", "api_token", "credentials.yaml, as exec:"],
    ]);
  });

  test("as JSON", async () => {
    credentialsFile(`${entry("team", "env://TOKEN")}empty: {provider: digitalocean}\n`);
    expect(await json(["list"])).toEqual({
      providers: [
        {
          provider: "digitalocean",
          variables: ["DIGITALOCEAN_TOKEN", "DIGITALOCEAN_ACCESS_TOKEN"],
          credentials: [
            {
              source: "file",
              id: "team",
              fields: [{ field: "api_token", setBy: "credentials.yaml", form: "env" }],
              notSet: [],
            },
            { source: "file", id: "empty", fields: [], notSet: ["api_token"] },
          ],
        },
      ],
      unknown: [],
    });
  });

  test("warns of entries for no provider of the catalog", async () => {
    credentialsFile(`a: {provider: digitalocaen, api_token: "${secondToken}"}\nb: {api_token: x}\n`);
    const { code, err } = await run(["list"]);
    expect(code).toBe(0);
    expect(err).toMatch(/"a" .*"digitalocaen".*\n.*"b" .*names no provider/);
    expect((await json(["list"])).unknown).toEqual([
      { id: "a", provider: "digitalocaen" },
      { id: "b", provider: "" },
    ]);
  });

  test("refuses a file that others may read", async () => {
    credentialsFile(entry("prod", secondToken), 0o644);
    await expect(run(["list"])).rejects.toMatchObject({ code: "E_CREDENTIALS_FILE" });
  });
});

describe("planton credentials check", () => {
  const doppler = "doppler://planton/dev/DIGITALOCEAN_TOKEN";

  test.each<[what: string, env: Record<string, string>, file: string, words: readonly string[]]>([
    ["the environment", { DIGITALOCEAN_TOKEN: defaultToken }, "", []],
    ["the environment, by provider", { DIGITALOCEAN_TOKEN: defaultToken }, "", ["digitalocean"]],
    ["a URI in the environment", { DIGITALOCEAN_TOKEN: doppler }, "", []],
    ["an id", {}, entry("prod", defaultToken), ["prod"]],
    ["an id with a URI", {}, entry("team", doppler), ["team"]],
    ["an id with a file beside credentials.yaml", {}, entry("near", "file://near-token"), ["near"]],
  ])("accepts %s, and says whose it is", async (_what, env, text, words) => {
    credentialsFile(text);
    writeFileSync(join(home, "near-token"), `${defaultToken}\n`, { mode: 0o600 });
    const { code, out, err } = await run(["check", ...words], env);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/digitalocean +.* accepted +Sandbox Team \(a5a5/);
  });

  test("accepts a token that may not read its account", async () => {
    const { code, out } = await run(["check"], { DIGITALOCEAN_TOKEN: readOnlyToken });
    expect(code).toBe(0);
    expect(out).toMatch(/accepted +may not be read/);
  });

  test("checks all that are set; one refused makes it 3, whatever else fails", async () => {
    credentialsFile(
      `${entry("bad", wrongToken)}${entry("lost", "env://NO_SUCH_VARIABLE")}${entry("second", secondToken)}`,
    );
    const { code, out, err } = await run(["check"], { DIGITALOCEAN_TOKEN: defaultToken });
    expect(code).toBe(3);
    expect(
      out
        .split("\n")
        .slice(1)
        .map((line) => line.match(/accepted|refused|failed/)?.[0]),
    ).toEqual(["accepted", "refused", "failed", "accepted"]);
    expect(err).toMatch(/credential id "bad".*Unable to authenticate you/);
    expect(err).toMatch(/credential id "lost".*NO_SUCH_VARIABLE/);
  });

  test.each<[what: string, file: string, words: readonly string[], code: number, status: string, problem: string]>([
    ["a refused token", entry("bad", wrongToken), ["bad"], 3, "refused", "E_CREDENTIALS_REFUSED"],
    [
      "an unknown field",
      `odd: {provider: digitalocean, token: "${wrongToken}"}`,
      ["odd"],
      3,
      "refused",
      "E_CREDENTIALS_FILE",
    ],
    ["a provider without credentials", "", ["digitalocean"], 3, "not set", "E_CREDENTIALS_MISSING"],
    ["a URI of nothing", entry("lost", "doppler://planton/dev/NOPE"), ["lost"], 64, "failed", "E_SECRET_URI"],
  ])("%s, as JSON", async (_what, text, words, code, status, problem) => {
    credentialsFile(text);
    const result = await run(["check", ...words, "--format", "json"]);
    expect(result.code).toBe(code);
    expect(JSON.parse(result.out)).toMatchObject({ checks: [{ status, account: null, problem: { code: problem } }] });
  });

  test("a vendor that does not respond is a failure, not a refusal", async () => {
    const { code, out } = await run(["check"], {
      DIGITALOCEAN_TOKEN: defaultToken,
      DIGITALOCEAN_API_URL: "http://127.0.0.1:1",
    });
    expect(code).toBe(4);
    expect(out).toContain("failed");
  });

  test("names a source as list does", async () => {
    credentialsFile(entry("prod", secondToken));
    const env = { DIGITALOCEAN_TOKEN: defaultToken };
    const sourcesOf = ({ out }: Result): unknown[] =>
      out
        .split("\n")
        .slice(1)
        .map((line) => line.split(/ {2,}/)[1]);
    expect(sourcesOf(await run(["check"], env))).toEqual(["environment", "prod"]);
    expect(sourcesOf(await run(["list"], env))).toEqual(["environment", "prod"]);
    credentialsFile("");
    expect(sourcesOf(await run(["check", "digitalocean"]))).toEqual(["none"]);
  });

  test("masks what a vendor repeats of the token", async () => {
    const adapters = vendors.map(
      (vendor): VendorAdapter => ({
        ...vendor,
        readAccount: ({ credentials }) =>
          Promise.reject(new PlantonError({ code: "E_VENDOR", message: `bad: ${JSON.stringify(credentials)}` })),
      }),
    );
    const { err } = await run(["check"], { DIGITALOCEAN_TOKEN: doppler }, adapters);
    expect(err).toContain("[secret]");
  });

  test.each([
    [["check"], "E_CREDENTIALS_MISSING", "planton credentials list"],
    [["check", "digitalocaen"], "E_USAGE", '"digitalocean"'],
    [["check", "no-such-thing-at-all"], "E_USAGE", "planton credentials list"],
  ])("%j with nothing set", async (words, code, hint) => {
    await expect(run(words)).rejects.toMatchObject({ code, hint: expect.stringContaining(hint) });
  });
});
