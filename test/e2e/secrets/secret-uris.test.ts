import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { secondToken } from "../../../sandbox/digitalocean/accounts.js";
import { runAction } from "../../../sandbox/kit/client/adjust-sandbox.js";
import { vpcInput } from "../../support/kinds/stack-inputs.js";
import { leavesNothing } from "../../support/kinds/untouched.js";
import { filesBelow, type PlantonBed } from "../../support/planton-bed.js";
import { expectRefusal } from "../../support/refusal.js";
import { clustersNamed, openTidbCloudBed, serverlessInput, shownOutputs } from "../../support/tidbcloud-bed.js";
import { watchArguments } from "../../support/watch-arguments.js";

const wrongToken = "dop_v1_wrong_marker";
/** What the plugin would use if the URI were not resolved and handed to it. */
const wrong = { DIGITALOCEAN_TOKEN: wrongToken, DIGITALOCEAN_ACCESS_TOKEN: wrongToken };
const rootPassword = "Marker-0f-Root-Passw0rd";

let bed: PlantonBed;
let token: string;
let bin: string;
let calls: string;
beforeAll(async () => {
  bed = await openTidbCloudBed();
  token = bed.env["DIGITALOCEAN_TOKEN"] ?? "";
  bin = join(bed.base, "bin");
  calls = join(bed.base, "calls");
  mkdirSync(bin);
});
afterAll(() => bed.close());
beforeEach(() => rmSync(calls, { force: true }));

function secretFile(path: string, text: string, mode = 0o600): void {
  writeFileSync(path, text);
  chmodSync(path, mode);
}

/** Puts a program on PATH that notes its calls and prints a file's content, so that no secret is in its arguments. */
function program(name: string, output: string): void {
  secretFile(join(bed.base, `${name}-output`), `${output}\n`);
  const script = `#!/bin/sh\necho "${name} $*" >> '${calls}'\ncat '${join(bed.base, `${name}-output`)}'\n`;
  writeFileSync(join(bin, name), script);
  chmodSync(join(bin, name), 0o755);
}

const callsOf = (): string[] => (existsSync(calls) ? readFileSync(calls, "utf8").trim().split("\n") : []);
const withPath = (): Record<string, string> => ({ PATH: `${bin}:${bed.env["PATH"]}` });
const vpcYaml = (name: string, description: string): string =>
  vpcInput({ name, description }).slice(1, -1).replace('"target":', "target: ");
const withToken = (uri: string, name: string, description: string): string =>
  `provider_config:\n  api_token: ${JSON.stringify(uri)}\n${vpcYaml(name, description)}\n`;

async function vpcs(name: string, key = token): Promise<Record<string, unknown>[]> {
  const all = ((await bed.get("/v2/vpcs", key))["vpcs"] ?? []) as Record<string, unknown>[];
  return all.filter((vpc) => vpc["name"] === name);
}

test("a token by each kind of URI makes and changes a resource, whatever the environment holds", async () => {
  const cwd = join(bed.folder, "forms");
  mkdirSync(cwd);
  secretFile(join(cwd, "token"), `${token}\n`);
  secretFile(join(cwd, ".env"), `# keys\nexport DO_TOKEN="${token}"\n`);
  program("op", token);
  program("print-token", token);
  const forms: readonly [uri: string, env?: Record<string, string>][] = [
    ["env://MY_TOKEN", { MY_TOKEN: token }],
    ["file://token"],
    [`file://${join(cwd, "token")}`],
    ["dotenv://.env#DO_TOKEN"],
    ["doppler://planton/dev/DIGITALOCEAN_TOKEN"],
    ["op://Private/DigitalOcean/token"],
    ["exec:print-token --of 'Digital Ocean'", { PLANTON_ALLOW_EXEC: "1" }],
  ];
  for (const [index, [uri, env = {}]] of forms.entries()) {
    bed.write("forms/stack-input.yaml", withToken(uri, "forms", `by form ${index}`));
    // From another folder: relative paths start at the stack input.
    const args = ["pulumi", "up", "--yes", "--stack-input", "forms/stack-input.yaml"];
    const up = await bed.planton(args, { env: { ...wrong, ...withPath(), ...env } });
    expect(up.code, `${uri}: ${up.all}`).toBe(0);
    expect(up.all).not.toContain(token);
    expect(await vpcs("forms"), uri).toMatchObject([{ description: `by form ${index}` }]);
  }
  expect(callsOf(), "once in a run").toEqual([
    "op read op://Private/DigitalOcean/token",
    "print-token --of Digital Ocean",
  ]);
});

test("a token that is another one at each call runs, as it is asked for once", async () => {
  program("fresh", "unused");
  const once = `#!/bin/sh\n[ -e '${calls}' ] && exit 1\necho fresh > '${calls}'\ncat '${join(bed.base, "token-once")}'\n`;
  writeFileSync(join(bin, "fresh"), once);
  secretFile(join(bed.base, "token-once"), token);
  bed.write("fresh/stack-input.yaml", withToken("exec:fresh", "fresh", "made"));
  const env = { ...wrong, ...withPath(), PLANTON_ALLOW_EXEC: "1" };
  const up = await bed.planton(["pulumi", "up", "--yes"], { cwd: join(bed.folder, "fresh"), env });
  expect(up.code, up.all).toBe(0);
  expect(await vpcs("fresh")).toHaveLength(1);
});

describe("a URI in the environment or in credentials.yaml", () => {
  const outside = { PLANTON_SANDBOX: undefined, ...wrong };

  test.each<[what: string, config: string, env: Record<string, string | undefined>]>([
    ["environment", "", { DIGITALOCEAN_TOKEN: "doppler://planton/dev/DIGITALOCEAN_TOKEN" }],
    ["file", "provider_config:\n  credential_id: prod\n", outside],
  ])("of %s works, for plain pulumi after planton env as well", async (what, config, given) => {
    const cwd = join(bed.folder, `by-${what}`);
    secretFile(join(bed.home, "credentials.yaml"), "prod:\n  provider: digitalocean\n  api_token: file://prod-token\n");
    secretFile(join(bed.home, "prod-token"), token);
    bed.write(`by-${what}/stack-input.yaml`, `${config}${vpcYaml(`by-${what}`, "by URI")}\n`);
    const env = { ...wrong, ...given };
    const up = await bed.planton(["pulumi", "up", "--yes"], { cwd, env });
    expect(up.code, up.all).toBe(0);
    expect(await vpcs(`by-${what}`)).toHaveLength(1);

    const refused = await leavesNothing(bed, () => bed.pulumi(["preview"], { cwd, env }));
    expect(refused.code).not.toBe(0);
    expect(refused.all).toContain("[E_CREDENTIALS_MISMATCH]");
    expect(refused.all).not.toContain(token);
    const printed = await bed.planton(["env", "--stack-input", "stack-input.yaml"], { cwd, env });
    expect(printed.stdout).toContain(`export DIGITALOCEAN_TOKEN='${token}'\n`);
    const plain = await bed.pulumi(["preview", "--expect-no-changes"], {
      cwd,
      env: { ...env, DIGITALOCEAN_TOKEN: token },
    });
    expect(plain.code, plain.all).toBe(0);
  });

  test("serves destroy when the stack input is gone", async () => {
    const cwd = join(bed.folder, "orphan");
    bed.write("orphan/stack-input.yaml", vpcInput({ name: "orphan" }));
    const env = { ...wrong, DIGITALOCEAN_TOKEN: "env://MY_TOKEN", MY_TOKEN: token };
    const up = await bed.planton(["pulumi", "up", "--yes"], { cwd, env });
    expect(up.code, up.all).toBe(0);
    rmSync(join(cwd, "stack-input.yaml"));
    const destroy = await bed.planton(["pulumi", "destroy", "--yes"], { cwd, env });
    expect(destroy.code, destroy.all).toBe(0);
    expect(await vpcs("orphan")).toEqual([]);
  });
});

describe("up with a URI that cannot be resolved", () => {
  const place = "stack-input.yaml:2:14: provider_config.api_token";

  test.each<{ what: string; uri: string; env?: Record<string, string>; says: readonly string[] }>([
    {
      what: "a variable that is not set",
      uri: "env://MY_TOKN",
      env: { MY_TOKEN: wrongToken },
      says: ['"env://MY_TOKN"', "MY_TOKEN"],
    },
    { what: "a file that is not there", uri: "file://no-such", says: ['"file://no-such"', "there is no file"] },
    { what: "a file that others may read", uri: "file://open", says: ["mode 0644", "chmod 600"] },
    { what: "another name in a .env file", uri: "dotenv://.env#DO_TOKN", says: ['did you mean "DO_TOKEN"?'] },
    {
      what: "another name at Doppler",
      uri: "doppler://planton/dev/DIGITALOCEAN_TOKN",
      says: ['did you mean "DIGITALOCEAN_TOKEN"?'],
    },
    { what: "another config at Doppler", uri: "doppler://planton/prd/X", says: ["service token", "prd"] },
    { what: "no op on PATH", uri: "op://a/b/c", says: ["op is not on PATH", "op signin"] },
    { what: "a program that is not allowed", uri: "exec:print-it --key marker", says: ["PLANTON_ALLOW_EXEC=1"] },
    { what: "a URI that is malformed", uri: "op://marker", says: ["op://vault/item/field"] },
  ])("$what", async ({ uri, env = {}, says }) => {
    const cwd = join(bed.folder, "refused");
    bed.write("refused/stack-input.yaml", withToken(uri, "refused", "never"));
    secretFile(join(cwd, "open"), wrongToken, 0o644);
    secretFile(join(cwd, ".env"), `DO_TOKEN=${wrongToken}\n`);
    const options = { cwd, env: { ...wrong, ...env } };
    const up = await leavesNothing(bed, () => bed.planton(["pulumi", "up", "--yes"], options));
    expectRefusal(up, { exitCode: 64, code: "E_SECRET_URI", says: [place, ...says] });
    expect(up.all).not.toContain("marker");
    expect(up.all).not.toContain(wrongToken);
    const validated = await bed.planton(["validate", "stack-input.yaml"], options);
    const isMalformed = uri === "op://marker";
    expect(validated.code, "validate resolves nothing").toBe(isMalformed ? 64 : 0);
    if (isMalformed) expect(validated.all).toContain(place);
  });
});

describe("a secret field of a spec", () => {
  const passwordBy = (uri: string): string[] => ["root_password:", `  value: ${uri}`];

  test("is what its URI names, also where plain pulumi runs", async () => {
    const cwd = join(bed.folder, "rooted");
    bed.write("rooted/stack-input.yaml", serverlessInput("rooted", passwordBy("dotenv://../keys/.env#ROOT_PASSWORD")));
    mkdirSync(join(bed.folder, "keys"));
    secretFile(join(bed.folder, "keys", ".env"), `ROOT_PASSWORD=${rootPassword}\n`, 0o640);
    const validated = await bed.planton(["validate", "stack-input.yaml"], { cwd });
    expect(validated.code, validated.all).toBe(0);
    const up = await bed.planton(["pulumi", "up", "--yes"], { cwd });
    expect(up.code, up.all).toBe(0);
    expect(up.all.match(/^ +warning: .* is open to others/gm), up.all).toHaveLength(1);
    const { cluster_id: clusterId, password } = await shownOutputs(bed, "rooted");
    expect(password).toBe(rootPassword);
    const fields = { clusterId: String(clusterId), password: rootPassword };
    expect(await runAction(bed.home, { vendor: "tidbcloud", name: "check-password", fields })).toMatchObject({
      right: true,
    });
    const plain = await bed.pulumi(["preview", "--expect-no-changes"], { cwd });
    expect(plain.code, plain.all).toBe(0);
  });

  test.each<{ what: string; uri: string; says: readonly string[] }>([
    { what: "names nothing", uri: "env://NO_SUCH_VARIABLE", says: ['"env://NO_SUCH_VARIABLE" cannot be resolved'] },
    {
      what: "gives what breaks a rule of the field",
      uri: "doppler://planton/dev/DATABASE_PASSWORD",
      says: ["needs a lower-case letter, an upper-case letter and a digit"],
    },
  ])("is refused with its place when its URI $what, in previews as well", async ({ uri, says }) => {
    const cwd = join(bed.folder, "broken");
    bed.write("broken/stack-input.yaml", serverlessInput("broken", passwordBy(uri)));
    for (const operation of [["preview"], ["up", "--yes"]]) {
      const ended = await bed.planton(["pulumi", ...operation], { cwd });
      expect(ended.code).not.toBe(0);
      for (const text of ["[E_SECRET_URI]", "stack-input.yaml:9:14: target.spec.root_password.value", uri, ...says])
        expect(ended.all).toContain(text);
      expect(ended.all).not.toContain("sandbox-only-password");
    }
    expect(await clustersNamed(bed, "broken")).toEqual([]);
  });
});

test("no secret that a URI names is in arguments, output, logs or files", async () => {
  const cwd = join(bed.folder, "marked");
  bed.write("marked/vpc.yaml", withToken("dotenv://.env#DO_TOKEN", "marked", "marked"));
  bed.write("marked/db.yaml", serverlessInput("marked", ["root_password:", "  value: op://Private/TiDB/password"]));
  secretFile(join(cwd, ".env"), `DO_TOKEN=${secondToken}\n`);
  program("op", rootPassword);
  const env = { ...wrong, ...withPath() };
  const shown: string[] = [];
  let argv = "";
  for (const file of ["vpc.yaml", "db.yaml"]) {
    const flags = ["--stack-input", file, "--debug-dir", join(cwd, `debug-${file}`)];
    for (const args of [["preview"], ["up", "--yes"], ["refresh", "--yes"]]) {
      const running = bed.start(["pulumi", ...args, ...flags], { cwd, env });
      argv += await watchArguments(running);
      const ended = await running.ended;
      expect(ended.code, ended.all).toBe(0);
      shown.push(ended.all);
    }
    expect(filesBelow(join(cwd, `debug-${file}`)).length).toBeGreaterThan(0);
  }
  expect(await vpcs("marked", secondToken)).toHaveLength(1);
  if (existsSync("/proc/self/cmdline")) expect(argv).toContain("pulumi-language-planton");

  // What the vendors themselves hold, and where the tests have put the secrets.
  const kept = [join(bed.home, "sandbox", "data"), join(cwd, ".env"), join(bed.base, "op-output")];
  const ofTest = [join(bed.folder, "keys"), ...kept];
  const files = filesBelow(bed.base).filter(({ path }) => !ofTest.some((prefix) => path.startsWith(prefix)));
  for (const [what, secret] of Object.entries({ token: secondToken, password: rootPassword })) {
    expect(argv.includes(secret), `${what} in arguments`).toBe(false);
    expect(shown.join("\n").includes(secret), `${what} in output`).toBe(false);
    expect(
      files.filter(({ content }) => content.includes(secret)).map(({ path }) => path),
      what,
    ).toEqual([]);
  }
});
