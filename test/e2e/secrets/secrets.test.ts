import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { secondToken } from "../../../sandbox/digitalocean/accounts.js";
import { killProcess, processesOf } from "../../support/bed-processes.js";
import { filesBelow, openBed, type PlantonBed, until } from "../../support/planton-bed.js";
import { openSecretWatch } from "../../support/secret-watch.js";

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
`;
}

/** The folders that planton makes for one run each. */
function runFolders(parent: string): string[] {
  return readdirSync(parent)
    .filter((name) => name.startsWith("run-"))
    .map((name) => join(parent, name));
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
  const written = bed.write(`${name}/stack-input.yaml`, stackInput(name, config));
  const mode = statSync(written).mode;
  const env = {
    DIGITALOCEAN_TOKEN: token,
    DIGITALOCEAN_ACCESS_TOKEN: token,
    PULUMI_CONFIG_PASSPHRASE_FILE: undefined,
    PULUMI_CONFIG_PASSPHRASE: passphrase,
  };
  const flags = ["--stack-input", "stack-input.yaml", "--debug", "--debug-dir", "."];
  const watch = openSecretWatch(bed, { cwd, env });

  await watch.run(["pulumi", "up", "--yes", ...flags]);
  await watch.run(["pulumi", "preview", ...flags]);
  await watch.run(["pulumi", "output", "--stack-input", "stack-input.yaml"]);
  const json = await bed.pulumi(["stack", "output", "--json", "--show-secrets"], { cwd, env });
  const outputs = JSON.parse(json.stdout) as Record<string, string>;
  const logs = runFolders(cwd);
  expect(logs).toHaveLength(2);
  for (const folder of logs) {
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(filesBelow(folder).length).toBeGreaterThan(0);
    expect(watch.shown()).toContain(folder);
    for (const { path } of filesBelow(folder)) expect(statSync(path).mode & 0o777, path).toBe(0o600);
  }
  expect([readFileSync(written, "utf8"), statSync(written).mode]).toEqual([stackInput(name, config), mode]);

  const secrets = {
    token: secondToken,
    passphrase,
    password: outputs["password"] ?? "",
    connectionUri: outputs["connection_uri"] ?? "",
    privateUri: outputs["private_uri"] ?? "",
  };
  // What the vendor itself holds is in the sandbox's own files; an inline token is where the user wrote it.
  const excluded = [join(bed.home, "sandbox", "data"), ...(token === undefined ? [join(cwd, "stack-input.yaml")] : [])];
  watch.expectNowhere(secrets, excluded);

  await watch.run(["pulumi", "destroy", "--yes", "--allow-data-loss", "--stack-input", "stack-input.yaml"]);
});

test("what a run that was killed has left with secrets is removed or scrubbed at the next start", async () => {
  const cwd = join(bed.folder, "killed");
  bed.write("killed/debug/mine.txt", secondToken);
  const options = { cwd, stdin: stackInput("killed", `provider_config:\n  api_token: "${secondToken}"\n`) };
  const flags = ["--stack-input", "-", "--debug-dir", "debug"];
  const running = bed.start(["pulumi", "up", "--yes", ...flags], options);
  await until(
    "the engine makes the cluster",
    () => running.soFar().includes("DatabaseCluster killed creating"),
    60_000,
  );
  process.kill(running.child.pid ?? 0, "SIGKILL");
  killProcess(bed.home, "/pulumi up", "SIGKILL");
  await until("host and plugin are gone", () => processesOf(bed.home, "pulumi").length === 0, 10_000);

  // The other one is for what the engine's processes trace.
  const isOfStackInput = (folder: string): boolean => existsSync(join(folder, "stack-input.yaml"));
  const run = runFolders(join(bed.home, "run")).find(isOfStackInput) ?? "";
  expect(readFileSync(join(run, "stack-input.yaml"), "utf8")).toContain(secondToken);
  expect(statSync(run).mode & 0o777).toBe(0o700);
  for (const { path } of filesBelow(run)) expect(statSync(path).mode & 0o777, path).toBe(0o600);
  const [log = ""] = runFolders(join(cwd, "debug"));
  for (const { path } of filesBelow(log)) expect(statSync(path).mode & 0o777, path).toBe(0o600);
  writeFileSync(join(log, "planted.log"), secondToken);

  await bed.planton(["pulumi", "preview", ...flags], options);
  expect(runFolders(join(bed.home, "run"))).toEqual([]);
  expect(readFileSync(join(log, "planted.log"), "utf8")).toBe("[secret]");
  expect(readFileSync(join(cwd, "debug", "mine.txt"), "utf8")).toBe(secondToken);
});

test.each(["", "/run"])("a file at PLANTON_HOME%s is refused with what to do", async (below) => {
  const home = bed.write(`home-${below.length}${below}`, "");
  bed.write("broken/stack-input.yaml", stackInput("broken", ""));
  const PLANTON_HOME = home.slice(0, home.length - below.length);
  const ended = await bed.planton(["pulumi", "preview"], { cwd: join(bed.folder, "broken"), env: { PLANTON_HOME } });
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain("[E_FILESYSTEM]");
  expect(ended.stderr).toContain("PLANTON_HOME");
});
