import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Command } from "commander";
import { afterEach, beforeEach, expect, test } from "vitest";
import { noTrace } from "../../../../contract/trace.js";
import { isProcessAlive } from "../../../../sandbox/kit/base/process-alive.js";
import { waitUntil } from "../../../../sandbox/kit/base/wait-until.js";
import { sandboxStatus, stopSandbox } from "../../../../sandbox/kit/client/sandbox-client.js";
import type { Cli } from "../../cli.js";
import { addSandboxCommand } from "./sandbox.js";
import { shellExport } from "./sandbox-text.js";

const limitMs = 30_000;
const daemonPath = fileURLToPath(new URL("../../../planton-sandbox/main.ts", import.meta.url));
const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "planton cli's "));
});
afterEach(async () => {
  await stopSandbox(home);
  rmSync(home, { recursive: true, force: true });
});

async function run(...args: string[]): Promise<{ out: string[]; err: string[] }> {
  const out: string[] = [];
  const err: string[] = [];
  const cli: Cli = {
    env: { ...process.env, PLANTON_HOME: home, PULUMI_CONFIG_PASSPHRASE: "mine" },
    cwd: home,
    interactive: false,
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    trace: noTrace,
    readStdin: () => Promise.resolve(""),
    exit: () => undefined,
  };
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  addSandboxCommand(program, cli, {
    daemonPath,
    engineFolder: () => Promise.resolve(join(home, "engine")),
    nodeArgs: ["--import", loader],
  });
  await program.parseAsync(["sandbox", ...args], { from: "user" });
  return { out, err };
}

async function status(): Promise<unknown> {
  return JSON.parse((await run("status", "--format", "json")).out.join("\n"));
}

test("start, status, fault, log, reset, stop", { timeout: limitMs }, async () => {
  expect(await status()).toEqual({ running: false });
  await run("start", "--port", "0", "--pace", "real");
  expect(await status()).toMatchObject({
    running: true,
    pace: { name: "real" },
    faults: 0,
    objects: { digitalocean: {} },
  });
  expect(JSON.stringify(await status())).not.toContain("adminToken");
  await run("start", "--pace", "fast");
  expect(await status()).toMatchObject({ pace: { name: "fast" } });
  await run(
    "fault",
    "add",
    "--method",
    "post",
    "--path",
    "/v2/databases",
    "--drop-response",
    "--delay",
    "5",
    "--count",
    "2",
  );
  const faults = JSON.parse((await run("fault", "list", "--format", "json")).out.join("\n"));
  expect(faults).toEqual({
    faults: [{ id: "1", method: "POST", path: "/v2/databases", dropResponse: true, delayMs: 5, count: 2, skip: 0 }],
  });
  const added = await run("fault", "add", "--status", "502", "--html", "--apply-then-fail", "--nth", "3", "--probe");
  expect(added.out).toEqual([
    "2: any method any path without a valid key: status 502 as HTML after the effect (1 time, after 2 more)",
  ]);
  expect((await run("fault", "clear")).out).toEqual(["2 removed"]);
  expect((await run("fault", "list")).out).toEqual(["no faults are waiting"]);
  for (const [args, hint] of [
    [["add", "--path", "/v2"], "--status"],
    [["add", "--path", "nope", "--reset"], "/v2/databases"],
    [["clear", "99"], "planton sandbox fault list"],
  ] as const)
    await expect(run("fault", ...args)).rejects.toMatchObject({
      code: "E_USAGE",
      hint: expect.stringContaining(hint),
    });
  await expect(run("fault", "add", "--status", "200")).rejects.toMatchObject({ code: "commander.invalidArgument" });
  await expect(run("start", "--port", "70000")).rejects.toMatchObject({ code: "commander.invalidArgument" });
  expect((await run("log")).out).toEqual([]);
  await run("reset", "--all");
  await run("stop");
  expect(await status()).toEqual({ running: false });
});

test("set, act and pass", { timeout: limitMs }, async () => {
  await expect(run("set")).rejects.toMatchObject({ code: "E_SANDBOX" });
  await run("start", "--port", "0");
  const all = (await run("set")).out;
  expect(all.join("\n")).toMatch(/^ {2}autoscaleForm=both +where/m);
  expect(all.join("\n")).toMatch(/^ {2}freeClusters=5 +Starter clusters/m);
  const json = async (...args: string[]): Promise<object> =>
    JSON.parse((await run("set", ...args, "--format", "json")).out.join("\n"));
  expect(await json("tidbcloud", "freeClusters=7", "digestOpaque=true")).toMatchObject({
    settings: { tidbcloud: { freeClusters: { value: 7, preset: 5 }, digestOpaque: { value: true } } },
  });
  expect(await json("tidbcloud", "freeClusters=")).toMatchObject({
    settings: { tidbcloud: { freeClusters: { value: 5 }, digestOpaque: { value: true } } },
  });
  expect(await json("tidbcloud", "--defaults")).toMatchObject({
    settings: { tidbcloud: { digestOpaque: { value: false } } },
  });
  expect(await json("digitalocean", "autoscaleForm=godo", "autoscaleMinima=true")).toMatchObject({
    settings: { digitalocean: { autoscaleForm: { value: "godo" }, autoscaleMinima: { value: true } } },
  });
  for (const [args, hint] of [
    [["set", "tidbcloud", "freeCluster=7"], 'did you mean "freeClusters"?'],
    [["set", "tidb-cloud", "freeClusters=7"], 'did you mean "tidbcloud"?'],
    [["set", "tidbcloud", "freeClusters"], "write KEY=VALUE"],
    [["trigger", "digitalocean", "foo"], "see what can be done: planton sandbox trigger"],
    [["trigger", "tidbcloud", "move-clusters"], 'did you mean "move-cluster"?'],
    [["trigger", "tidbcloud", "move-cluster", "clusterid=1"], 'did you mean "clusterId"?'],
    [["trigger", "tidbcloud", "move-cluster", "clusterId=1"], "pass projectId=VALUE"],
  ] as const)
    await expect(run(...args)).rejects.toMatchObject({ code: "E_USAGE", hint });
  await expect(run("set", "tidbcloud", "freeClusters=-1")).rejects.toMatchObject({ code: "E_SANDBOX" });
  const made = await run("trigger", "tidbcloud", "create-cluster", "displayName=by-hand", "region=aws-us-east-1");
  expect(JSON.parse(made.out.join(""))).toMatchObject({ clusterId: expect.stringMatching(/^[0-9]{20}$/) });
  const set = (...more: string[]) => run("trigger", "doppler", "set-secret", "config=dev", "name=BY_HAND", ...more);
  await expect(set()).rejects.toMatchObject({ code: "E_USAGE", hint: "pass value=VALUE" });
  for (const more of [[], ["visibility=restricted"]])
    expect(JSON.parse((await set("value=x", ...more)).out.join(""))).toEqual({ config: "dev", name: "BY_HAND" });
  await expect(set("value=x", "visibility=open")).rejects.toMatchObject({ code: "E_SANDBOX" });
  expect((await run("trigger", "digitalocean")).out).toEqual(["digitalocean: nothing to do"]);
  expect((await run("advance", "60")).out).toEqual(["the sandbox's clock is 60 s ahead"]);
  expect(await status()).toMatchObject({ objects: { tidbcloud: { clusters: 1 } } });
  expect((await run("status")).out.join("\n")).toMatch(/^tidbcloud: (.*, )?1 cluster\b/m);
});

test("TLS needs both files, and files that belong together", { timeout: limitMs }, async () => {
  await expect(run("start", "--tls-cert", "cert.pem")).rejects.toMatchObject({ code: "E_USAGE" });
  await expect(run("start", "--port", "0", "--tls-cert", "no.pem", "--tls-key", "no.pem")).rejects.toMatchObject({
    code: "E_SANDBOX",
  });
  expect(await status()).toEqual({ running: false });
});

test("env starts the sandbox and prints nothing but lines for the shell", { timeout: limitMs }, async () => {
  await run("start", "--port", "0");
  const before = await sandboxStatus(home);
  if (!before.running) throw new Error("not started");
  process.kill(before.record.pid, "SIGKILL");
  expect(await waitUntil(5000, () => !isProcessAlive(before.record.pid))).toBe(true);
  const { out, err } = await run("env");
  expect(err.length).toBe(1);
  for (const line of out) expect(line).toMatch(/^(export [A-Z0-9_]+='|unset PULUMI_CONFIG_PASSPHRASE$)/);
  const script = `${out.join("\n")}\nprintf '%s\\n' "$PULUMI_HOME" "$DIGITALOCEAN_API_URL" "\${PULUMI_CONFIG_PASSPHRASE-unset}" "\${PATH%%:*}"`;
  const shown = execFileSync("sh", ["-c", script], { encoding: "utf8" }).split("\n");
  expect(shown.slice(0, 4)).toEqual([
    join(home, "sandbox", "pulumi"),
    `http://127.0.0.1:${before.record.port}`,
    "unset",
    join(home, "engine"),
  ]);
});

test("values survive the shell whatever they hold", () => {
  for (const value of ["plain", "it's", '$HOME `id` "x" \\', "a\nb", ""]) {
    const shown = execFileSync("sh", ["-c", `${shellExport("VALUE", value)}; printf %s "$VALUE"`], {
      encoding: "utf8",
    });
    expect(shown).toBe(value);
  }
});
