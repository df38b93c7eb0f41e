import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clusterYaml } from "../../support/kinds/cluster-yaml.js";
import { leavesNothing } from "../../support/kinds/untouched.js";
import { filesBelow, openBed, type PlantonBed } from "../../support/planton-bed.js";
import { expectRefusal } from "../../support/refusal.js";

const wrongToken = "dop_v1_wrong_marker";
/** No sandbox for planton, so that credential ids count; the API is still the sandbox's, so nothing real can be reached. */
const outside = { PLANTON_SANDBOX: undefined, DIGITALOCEAN_TOKEN: undefined, DIGITALOCEAN_ACCESS_TOKEN: undefined };

let bed: PlantonBed;
let token: string;
let credentialsFile: string;
beforeAll(async () => {
  bed = await openBed();
  token = bed.env["DIGITALOCEAN_TOKEN"] ?? "";
  credentialsFile = join(bed.home, "credentials.yaml");
});
afterAll(() => bed.close());

const withConfig = (config: string, text: string): string => `provider_config:\n  ${config}\n${text}`;
const entry = (lines: string): string => `do-prod:\n  ${lines.split("; ").join("\n  ")}\n`;

function keepCredentials(text: string, mode = 0o600): void {
  writeFileSync(credentialsFile, text);
  chmodSync(credentialsFile, mode);
}

describe("up without usable credentials", () => {
  const byId = 'credential_id: "do-prod"';
  test.each<{
    what: string;
    config?: string;
    env?: Readonly<Record<string, string | undefined>>;
    /** Content of credentials.yaml; TOKEN stands for the valid one. */
    file?: string;
    mode?: number;
    code: string;
    says: readonly string[];
  }>([
    {
      what: "none at all",
      code: "E_CREDENTIALS_MISSING",
      says: ["DIGITALOCEAN_TOKEN", "https://cloud.digitalocean.com/account/api/tokens", "planton sandbox env"],
    },
    {
      what: "an empty variable",
      env: { DIGITALOCEAN_TOKEN: "" },
      code: "E_CREDENTIALS_MISSING",
      says: ["DIGITALOCEAN_TOKEN"],
    },
    {
      what: "a wrong token in the environment",
      env: { DIGITALOCEAN_TOKEN: wrongToken },
      code: "E_CREDENTIALS_REFUSED",
      says: ["Unable to authenticate you", "DIGITALOCEAN_TOKEN", "make a new token"],
    },
    {
      what: "a wrong token inline",
      config: `api_token: ${wrongToken}`,
      code: "E_CREDENTIALS_REFUSED",
      says: ["provider_config", "make a new token"],
    },
    {
      what: "a wrong token in the file",
      config: byId,
      file: entry(`provider: digitalocean; api_token: ${wrongToken}`),
      code: "E_CREDENTIALS_REFUSED",
      says: ['credential id "do-prod"'],
    },
    {
      what: "an id and no file",
      config: byId,
      code: "E_CREDENTIALS_UNKNOWN",
      says: ['"do-prod"', "credentials.yaml", "provider: digitalocean", "api_token: ..."],
    },
    {
      what: "an id that the file lacks",
      config: 'credential_id: "do-prd"',
      file: entry("provider: digitalocean; api_token: TOKEN"),
      code: "E_CREDENTIALS_UNKNOWN",
      says: ['"do-prd"', '"do-prod"'],
    },
    {
      what: "a file that the group may read",
      config: byId,
      file: entry("provider: digitalocean; api_token: TOKEN"),
      mode: 0o640,
      code: "E_CREDENTIALS_FILE",
      says: ["mode 0640", "chmod 600"],
    },
    {
      what: "a file that others may read",
      config: byId,
      file: entry("provider: digitalocean; api_token: TOKEN"),
      mode: 0o604,
      code: "E_CREDENTIALS_FILE",
      says: ["mode 0604", "chmod 600"],
    },
    {
      what: "an entry of another provider",
      config: byId,
      file: entry("provider: cloudflare; api_token: TOKEN"),
      code: "E_CREDENTIALS_FILE",
      says: ['"cloudflare"', '"digitalocean"'],
    },
    {
      what: "an entry with another key",
      config: byId,
      file: entry("provider: digitalocean; token: TOKEN"),
      code: "E_CREDENTIALS_FILE",
      says: ['"token"', "api_token"],
    },
    {
      what: "an entry without values",
      config: byId,
      file: entry("provider: digitalocean"),
      code: "E_CREDENTIALS_FILE",
      says: ["no values"],
    },
    {
      what: "a file that is no YAML",
      config: byId,
      file: 'do-prod: "TOKEN\n',
      code: "E_CREDENTIALS_FILE",
      says: ["credentials.yaml"],
    },
    { what: "a list for a file", config: byId, file: "- TOKEN\n", code: "E_CREDENTIALS_FILE", says: ["YAML map"] },
  ])("$what", async ({ config, env = {}, file, mode, code, says }) => {
    if (file === undefined) keepCredentials("{}");
    else keepCredentials(file.replaceAll("TOKEN", token), mode);
    bed.write("stack-input.yaml", config === undefined ? clusterYaml("abc") : withConfig(config, clusterYaml("abc")));
    const options = { env: { ...outside, ...env } };
    const up = await leavesNothing(bed, () => bed.planton(["pulumi", "up", "--yes"], options));
    expectRefusal(up, { exitCode: 3, code, says });
    for (const secret of [token, wrongToken]) expect(up.all).not.toContain(secret);
    if (code === "E_CREDENTIALS_REFUSED") return;
    const printed = await bed.planton(["env", "--stack-input", "stack-input.yaml"], options);
    expectRefusal(printed, { exitCode: 3, code, says });
    expect(printed.stdout, "a shell would take half of it for all of it").toBe("");
  });

  test("a token and an id at once is a fault of the file", async () => {
    bed.write("stack-input.yaml", withConfig(`api_token: ${wrongToken}\n  ${byId}`, clusterYaml("abc")));
    const up = await leavesNothing(bed, () => bed.planton(["pulumi", "up", "--yes"]));
    const says = ["stack-input.yaml:1:1: provider_config", "keep one of the two"];
    expectRefusal(up, { exitCode: 64, code: "provider_config.one_source", says });
    expect(up.all).not.toContain(wrongToken);
  });
});

test("a token inline runs, and is in the clear nowhere but in the stack input", async () => {
  const cwd = join(bed.folder, "inline");
  bed.write("inline/stack-input.yaml", withConfig(`api_token: ${token}`, clusterYaml("inline")));
  const env = { DIGITALOCEAN_TOKEN: wrongToken, DIGITALOCEAN_ACCESS_TOKEN: wrongToken };
  const up = await bed.planton(["pulumi", "up", "--yes"], { cwd, env });
  expect(up.code, up.all).toBe(0);
  expect(up.all).not.toContain(token);
  const holders = [cwd, join(bed.home, "sandbox", "state"), join(bed.home, "sandbox", "pulumi")]
    .flatMap(filesBelow)
    .filter(({ content }) => content.includes(token) || content.includes(wrongToken))
    .map(({ path }) => path);
  expect(holders).toEqual([join(cwd, "stack-input.yaml")]);
  const printed = await bed.planton(["env", "--stack-input", "stack-input.yaml"], { cwd, env });
  expect(printed.stdout).not.toContain("DIGITALOCEAN");
});

test("plain pulumi refuses another token than the one of the credential id, and a wrong one, and changes nothing", async () => {
  const cwd = join(bed.folder, "by-id");
  bed.write("by-id/stack-input.yaml", withConfig('credential_id: "do-prod"', clusterYaml("by-id")));
  keepCredentials(entry(`provider: digitalocean; api_token: ${token}`));
  const up = await bed.planton(["pulumi", "up", "--yes"], { cwd, env: outside });
  expect(up.code, up.all).toBe(0);

  const plain = (value: string | undefined) =>
    leavesNothing(bed, () => bed.pulumi(["up", "--yes"], { cwd, env: { ...outside, DIGITALOCEAN_TOKEN: value } }));
  for (const value of [wrongToken, undefined]) {
    const refused = await plain(value);
    expect(refused.code).not.toBe(0);
    expect(refused.all).toContain("[E_CREDENTIALS_MISMATCH]");
    expect(refused.all).toContain('credential id "do-prod"');
    expect(refused.all).toContain('eval "$(planton env --stack-input');
    expect(refused.all).not.toContain(wrongToken);
  }
  const same = await plain(token);
  expect(same.code, same.all).toBe(0);

  keepCredentials(entry(`provider: digitalocean; api_token: ${wrongToken}`));
  const revoked = await plain(wrongToken);
  expect(revoked.code).not.toBe(0);
  expect(revoked.all).toContain("[E_CREDENTIALS_REFUSED]");
  expect(revoked.all).toContain("make a new token");
});

test("planton env names the engine's folder once, and the credentials of a stack input", async () => {
  keepCredentials(entry("provider: digitalocean; api_token: 'it''s'"));
  bed.write("stack-input.yaml", withConfig('credential_id: "do-prod"', clusterYaml("abc")));
  const printed = await bed.planton(["env", "--stack-input", "stack-input.yaml"], { env: outside });
  expect(printed.code, printed.all).toBe(0);
  const [, path = ""] = /^export PATH='(.*)'$/m.exec(printed.stdout) ?? [];
  expect(path).toBe(bed.env["PATH"]);
  expect(printed.stdout).toContain("export DIGITALOCEAN_TOKEN='it'\\''s'\n");
});
