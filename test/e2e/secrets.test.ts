import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { secondToken } from "../../sandbox/digitalocean/accounts.js";
import { filesBelow, openBed, type PlantonBed } from "../support/planton-bed.js";
import { watchArguments } from "../support/watch-arguments.js";

const passphrase = "marker-passphrase-7f2c9a";

let bed: PlantonBed;
beforeAll(async () => {
  bed = await openBed();
});
afterAll(() => bed.close());

function stackInput(name: string, providerConfig: string): string {
  return `${providerConfig}target:
  spec:
    cluster_name: ${name}
    engine: mysql
    engine_version: "8"
    region: nyc3
    size_slug: db-s-1vcpu-1gb
    node_count: 1
    enable_public_connectivity: true
`;
}

test.each([
  { source: "environment", config: "", token: secondToken },
  { source: "inline", config: `provider_config:\n  api_token: "${secondToken}"\n`, token: undefined },
])("no secret of a run with credentials from $source is in arguments, output, logs or files", async ({
  source,
  config,
  token,
}) => {
  const name = `marked-${source}`;
  const cwd = join(bed.folder, name);
  bed.write(`${name}/stack-input.yaml`, stackInput(name, config));
  const env = {
    DIGITALOCEAN_TOKEN: token,
    DIGITALOCEAN_ACCESS_TOKEN: token,
    PULUMI_CONFIG_PASSPHRASE_FILE: undefined,
    PULUMI_CONFIG_PASSPHRASE: passphrase,
  };
  const flags = ["--stack-input", "stack-input.yaml", "--debug-dir", join(cwd, "debug")];
  const shown: string[] = [];
  let argv = "";
  const runWatched = async (args: readonly string[], code = 0): Promise<void> => {
    const running = bed.start(args, { cwd, env });
    argv += await watchArguments(running);
    const ended = await running.ended;
    expect(ended.code, ended.all).toBe(code);
    shown.push(ended.all);
  };

  await runWatched(["pulumi", "up", "--yes", ...flags]);
  await runWatched(["pulumi", "preview", ...flags]);
  await runWatched(["pulumi", "output", "--stack-input", "stack-input.yaml"]);
  const json = await bed.pulumi(["stack", "output", "--json", "--show-secrets"], { cwd, env });
  const outputs = JSON.parse(json.stdout) as Record<string, string>;
  expect(filesBelow(join(cwd, "debug")).length).toBeGreaterThan(0);
  if (existsSync("/proc/self/cmdline")) expect(argv).toContain("pulumi-language-planton");

  const secrets = {
    token: secondToken,
    passphrase,
    password: outputs["password"] ?? "",
    connectionUri: outputs["connection_uri"] ?? "",
    privateUri: outputs["private_uri"] ?? "",
  };
  // What the vendor itself holds is in the sandbox's own files; an inline token stands where the user wrote it.
  const excluded = [join(bed.home, "sandbox", "data"), ...(token === undefined ? [join(cwd, "stack-input.yaml")] : [])];
  const files = filesBelow(bed.base).filter(({ path }) => !excluded.some((prefix) => path.startsWith(prefix)));
  expect(files.some(({ path }) => path.includes("pulumi/stacks") || path.includes(".pulumi/"))).toBe(true);
  for (const [what, secret] of Object.entries(secrets)) {
    expect(secret.length, what).toBeGreaterThan(10);
    expect(argv.includes(secret), `${what} in arguments`).toBe(false);
    expect(shown.join("\n").includes(secret), `${what} in output`).toBe(false);
    const holders = files.filter(({ content }) => content.includes(secret)).map(({ path }) => path);
    expect(holders, what).toEqual([]);
  }

  await runWatched(["pulumi", "destroy", "--yes", "--allow-data-loss", "--stack-input", "stack-input.yaml"]);
});
