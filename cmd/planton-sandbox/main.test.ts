import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { get } from "node:https";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { defaultToken } from "../../sandbox/digitalocean/accounts.js";
import { at, smallCluster } from "../../sandbox/digitalocean/test-digitalocean.js";
import { serviceToken } from "../../sandbox/doppler/tokens.js";
import { sandboxVendors } from "../../sandbox/gen/vendors.js";
import { objectField, stringField } from "../../sandbox/kit/base/json-fields.js";
import { isProcessAlive } from "../../sandbox/kit/base/process-alive.js";
import { sandboxFiles } from "../../sandbox/kit/base/sandbox-files.js";
import { waitUntil } from "../../sandbox/kit/base/wait-until.js";
import { readCounts } from "../../sandbox/kit/client/adjust-sandbox.js";
import {
  addFault,
  clearFaults,
  listFaults,
  readLog,
  resetSandbox,
  type StartInit,
  type StartResult,
  sandboxStatus,
  setPace,
  startSandbox,
  stopSandbox,
} from "../../sandbox/kit/client/sandbox-client.js";
import { sandboxEnvironment } from "../../sandbox/kit/client/sandbox-environment.js";
import { sendCall, type TestResponse } from "../../sandbox/kit/testing/test-sandbox.js";
import { ownerKey } from "../../sandbox/tidbcloud/api-keys.js";
import { movedText } from "../planton/commands/sandbox/sandbox-text.js";

const daemonPath = fileURLToPath(new URL("main.ts", import.meta.url));
const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const limitMs = 30_000;

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "planton-daemon-"));
});
afterEach(async () => {
  await stopSandbox(home);
  rmSync(home, { recursive: true, force: true });
});

function start(fields: Partial<StartInit> = {}): Promise<StartResult> {
  const env = { ...process.env, DIGITALOCEAN_TOKEN: "real-token-marker" };
  return startSandbox({ home, daemonPath, env, port: 0, nodeArgs: ["--import", loader], ...fields });
}

async function send(result: StartResult, method: string, path: string, body?: unknown): Promise<TestResponse> {
  return sendCall(`http://127.0.0.1:${result.status.record.port}`, { method, path, body, token: defaultToken });
}

async function createCluster(result: StartResult): Promise<string> {
  const response = await send(result, "POST", "/v2/databases", smallCluster);
  expect(response.status).toBe(201);
  return stringField(objectField(response.body, "database") ?? {}, "id");
}

async function isOnline(result: StartResult, id: string): Promise<boolean> {
  return at((await send(result, "GET", `/v2/databases/${id}`)).body, "database", "status") === "online";
}

async function killHard(pid: number): Promise<void> {
  process.kill(pid, "SIGKILL");
  expect(await waitUntil(5000, () => !isProcessAlive(pid))).toBe(true);
}

test("starts in the background, serves at its pace, stops and leaves no record", { timeout: limitMs }, async () => {
  const creationMs = 1500;
  const result = await start({ creationMs });
  expect(result.started).toBe(true);
  expect(statSync(sandboxFiles(home).record).mode & 0o777).toBe(0o600);
  const begun = performance.now();
  const id = await createCluster(result);
  expect(await isOnline(result, id)).toBe(false);
  expect(await waitUntil(10_000, () => isOnline(result, id))).toBe(true);
  expect(performance.now() - begun).toBeGreaterThanOrEqual(creationMs);
  expect((await sandboxStatus(home)).running).toBe(true);
  expect(await stopSandbox(home)).toBe(true);
  expect(isProcessAlive(result.status.record.pid)).toBe(false);
  expect(await sandboxStatus(home)).toEqual({ running: false });
  expect(await stopSandbox(home)).toBe(false);
});

test("a second start uses the one that runs", { timeout: limitMs }, async () => {
  const first = await start();
  const second = await start();
  expect(second).toMatchObject({ started: false, outdated: false });
  expect(second.status.record).toEqual(first.status.record);
});

test("of starts at once, one starts it and the others use it", { timeout: limitMs }, async () => {
  const results = await Promise.all([start(), start(), start(), start()]);
  expect(results.filter(({ started }) => started).length).toBe(1);
  expect(new Set(results.map(({ status }) => status.record.pid)).size).toBe(1);
});

test("kill -9 loses nothing that a response confirmed; the next start recovers, on the same port", {
  timeout: limitMs,
}, async () => {
  const first = await start({ creationMs: 0 });
  const ids = await Promise.all(Array.from({ length: 10 }, () => createCluster(first)));
  await killHard(first.status.record.pid);
  expect(await sandboxStatus(home)).toEqual({ running: false });
  const second = await startSandbox({ home, daemonPath, env: process.env, nodeArgs: ["--import", loader] });
  expect(second.started).toBe(true);
  expect(second.status.record.port).toBe(first.status.record.port);
  for (const id of ids) expect(await isOnline(second, id)).toBe(true);
});

test("a port that another program holds is E_SANDBOX_PORT, and nothing is left running", {
  timeout: limitMs,
}, async () => {
  const other = createServer();
  const port = await new Promise<number>((resolve) => {
    other.listen(0, "127.0.0.1", () => resolve(Number(at(other.address(), "port"))));
  });
  await expect(start({ port })).rejects.toMatchObject({ code: "E_SANDBOX_PORT" });
  expect(await sandboxStatus(home)).toEqual({ running: false });
  await new Promise((resolve) => other.close(resolve));
  expect((await start({ port })).status.record.port).toBe(port);
});

test("without a port it takes the next free one after the usual, and says which was taken", {
  timeout: limitMs,
}, async () => {
  const other = createServer();
  const firstPort = await new Promise<number>((resolve) => {
    other.listen(0, "127.0.0.1", () => resolve(Number(at(other.address(), "port"))));
  });
  const init = { home, daemonPath, env: process.env, nodeArgs: ["--import", loader], firstPort };
  const moved = await startSandbox(init);
  expect(moved).toMatchObject({ started: true, takenPort: firstPort });
  expect(moved.status.record.port).toBeGreaterThan(firstPort);
  expect(movedText(moved)).toContain(String(firstPort));
  const again = await startSandbox(init);
  expect([again.started, again.takenPort]).toEqual([false, undefined]);
  await stopSandbox(home);
  await new Promise((resolve) => other.close(resolve));
  const usual = await startSandbox(init);
  expect([usual.takenPort, usual.status.record.port]).toEqual([undefined, firstPort]);
});

test("a process whose home is removed ends", { timeout: limitMs }, async () => {
  const { pid } = (await start()).status.record;
  rmSync(home, { recursive: true });
  expect(await waitUntil(10_000, () => !isProcessAlive(pid))).toBe(true);
});

test("a process that cannot start is E_SANDBOX", { timeout: limitMs }, async () => {
  const broken = fileURLToPath(new URL("../../package.json", import.meta.url));
  await expect(start({ daemonPath: broken, nodeArgs: [] })).rejects.toMatchObject({ code: "E_SANDBOX" });
});

const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;

test.skipIf(!hasOpenssl)(
  "with a certificate it listens with TLS too, also after kill -9",
  {
    timeout: limitMs,
  },
  async () => {
    const [certFile, keyFile] = [join(home, "cert.pem"), join(home, "key.pem")];
    const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,DNS:api.test,IP:127.0.0.1"];
    const made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-keyout", keyFile, "-out", certFile];
    expect(spawnSync("openssl", [...made, ...names]).status).toBe(0);
    const first = await start({ tls: { certFile, keyFile, port: 0 } });
    const tlsPort = first.status.record.tls?.port;
    const challenge = (host = "localhost"): Promise<readonly unknown[]> =>
      new Promise((resolve, reject) => {
        const url = `https://localhost:${tlsPort}/v1beta1/clusters`;
        get(
          url,
          { ca: readFileSync(certFile), agent: false, servername: "localhost", headers: { host } },
          (response) => {
            response.resume();
            resolve([response.statusCode, response.headers["www-authenticate"]?.slice(0, 6)]);
          },
        ).on("error", reject);
      });
    expect(await challenge()).toEqual([401, "Digest"]);
    expect(await challenge("api.test")).toEqual([401, "Digest"]);
    expect(await challenge("evil.example")).toEqual([421, undefined]);
    await killHard(first.status.record.pid);
    const second = await startSandbox({ home, daemonPath, env: process.env, nodeArgs: ["--import", loader] });
    expect(second.status.record.tls).toEqual(first.status.record.tls);
    expect(await challenge()).toEqual([401, "Digest"]);
    await stopSandbox(home);
    await expect(start({ tls: { certFile, keyFile: certFile, port: 0 } })).rejects.toMatchObject({ code: "E_SANDBOX" });
  },
);

test("faults, log, pace and reset go through the client", { timeout: limitMs }, async () => {
  const result = await start();
  const fault = await addFault(home, { method: "POST", path: "/v2/databases", status: 500 });
  expect(await listFaults(home)).toEqual([fault]);
  expect((await send(result, "POST", "/v2/databases", smallCluster)).status).toBe(500);
  expect(await clearFaults(home)).toBe(0);
  expect(readLog(home).map(({ status, fault: id }) => [status, id])).toEqual([[500, fault.id]]);
  expect(await readCounts(home)).toEqual({ digitalocean: { "": { "500": 1 } } });
  await setPace(home, { name: "real" });
  const id = await createCluster(result);
  expect(await waitUntil(700, () => isOnline(result, id))).toBe(false);
  expect(await sandboxStatus(home)).toMatchObject({
    pace: { name: "real" },
    objects: { digitalocean: { databases: 1 } },
  });
  await resetSandbox(home);
  expect(await sandboxStatus(home)).toMatchObject({ objects: { digitalocean: { databases: 0 } } });
  await createCluster(result);
  await stopSandbox(home);
  await resetSandbox(home);
  expect((await start()).status.objects["digitalocean"]?.["databases"]).toBe(0);
});

test("calls of a sandbox that does not run are E_SANDBOX", async () => {
  await expect(addFault(home, { status: 500 })).rejects.toMatchObject({ code: "E_SANDBOX" });
  await expect(listFaults(home)).rejects.toMatchObject({ code: "E_SANDBOX" });
});

describe("environment", () => {
  test("points everything at the sandbox, with one passphrase for all", { timeout: limitMs }, async () => {
    const { status } = await start();
    const { port } = status.record;
    const variables = sandboxEnvironment({
      home,
      port,
      env: { PATH: "/usr/bin:/engine:/bin" },
      engineFolder: "/engine",
    });
    expect(variables).toEqual({
      PLANTON_SANDBOX: "1",
      PULUMI_HOME: join(home, "sandbox", "pulumi"),
      PULUMI_BACKEND_URL: `file://${join(home, "sandbox", "state")}`,
      PULUMI_CONFIG_PASSPHRASE_FILE: join(home, "sandbox", "passphrase"),
      PULUMI_SKIP_UPDATE_CHECK: "true",
      ...Object.assign({}, ...sandboxVendors.map(({ environment }) => environment(`http://127.0.0.1:${port}`))),
      PATH: "/engine:/usr/bin:/bin",
    });
    expect(variables).toMatchObject({
      DIGITALOCEAN_API_URL: `http://127.0.0.1:${port}`,
      DIGITALOCEAN_TOKEN: defaultToken,
      TIDBCLOUD_PRIVATE_KEY: ownerKey.privateKey,
      DOPPLER_TOKEN: serviceToken,
    });
    const passphrase = readFileSync(sandboxFiles(home).passphrase, "utf8");
    expect(passphrase).toMatch(/^[\w-]{43}$/);
    expect(statSync(sandboxFiles(home).passphrase).mode & 0o777).toBe(0o600);
    expect(sandboxEnvironment({ home, port, env: {} })).not.toHaveProperty("PATH");
    expect(readFileSync(sandboxFiles(home).passphrase, "utf8")).toBe(passphrase);
    expect(() => sandboxEnvironment({ home, port: 1, env: {} })).toThrow(
      expect.objectContaining({ code: "E_SANDBOX" }),
    );
  });

  test("the process has none of the caller's keys", { timeout: limitMs }, async () => {
    const { status } = await start();
    const file = `/proc/${status.record.pid}/environ`;
    if (process.platform === "linux") expect(readFileSync(file, "utf8")).not.toContain("real-token-marker");
  });
});
