import { type ChildProcess, spawn } from "node:child_process";
import { createServer, type Server } from "node:net";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { digitalOceanVendor } from "../../../sandbox/digitalocean/digitalocean-vendor.js";
import { readLog } from "../../../sandbox/kit/client/sandbox-client.js";
import { openTestSandbox } from "../../../sandbox/kit/testing/test-sandbox.js";
import { createTestClient, plain } from "../testing/test-client.js";
import { engineAddressOf } from "./plugin-process.js";

const entry = fileURLToPath(new URL("../../../cmd/gen/plugins/digitalocean.ts", import.meta.url));
const tsx = import.meta.resolve("tsx");
const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    // No such process, as expected.
    return false;
  }
}

async function startEngine(): Promise<{ server: Server; address: string; close: () => void }> {
  const sockets = new Set<{ destroy(): void }>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const close = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  cleanups.push(close);
  return { server, address: `127.0.0.1:${port}`, close };
}

/** Starts the plugin; with `parent` below another process, as below the CLI. Gives its port and process id. */
async function startPlugin(args: string[], options: { parent?: boolean; env?: Record<string, string> } = {}) {
  const command = ["--import", tsx, entry, ...args];
  const script = `const c = require("node:child_process").spawn(process.execPath, ${JSON.stringify(command)},
    { stdio: ["ignore", "inherit", "inherit"] }); process.stderr.write("pid=" + c.pid + "\\n");`;
  const child: ChildProcess = spawn(process.execPath, options.parent ? ["-e", script] : command, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...options.env },
  });
  let out = "";
  let err = "";
  child.stdout?.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    err += chunk;
  });
  await expect.poll(() => out, { timeout: 20_000 }).toMatch(/^\d+\n$/);
  const pid = options.parent ? Number(/pid=(\d+)/.exec(err)?.[1]) : (child.pid ?? 0);
  cleanups.push(() => isAlive(pid) && process.kill(pid, "SIGKILL"));
  return { child, pid, port: Number(out), out: () => out };
}

describe("engineAddressOf", () => {
  it.each([
    [["127.0.0.1:4711"], "127.0.0.1:4711"],
    [["--logtostderr", "-v=9", "--tracing", "127.0.0.1:1", "127.0.0.1:2"], "127.0.0.1:2"],
    [["--tracing=http://x:1"], undefined],
    [[], undefined],
  ])("reads %j", (args, expected) => {
    expect(engineAddressOf(args)).toBe(expected);
  });
});

describe("the plugin process", { timeout: 40_000 }, () => {
  it.each([
    "SIGINT",
    "SIGTERM",
  ] as const)("writes its port and nothing else, serves, and ends on %s", async (signal) => {
    const engine = await startEngine();
    const { child, port, pid, out } = await startPlugin([engine.address]);
    const client = createTestClient(port);
    cleanups.push(client.close);
    expect(await client.version()).toBe("4.80.1");
    child.kill(signal);
    await expect.poll(() => isAlive(pid) && child.exitCode === null, { timeout: 6000 }).toBe(false);
    expect(child.exitCode).toBe(0);
    expect(out()).toBe(`${port}\n`);
  });

  it("ends soon after its parent was killed in the middle of a create, and stops asking", async () => {
    // Its clock does not move: the cluster is never online.
    const sandbox = await openTestSandbox([digitalOceanVendor]);
    cleanups.push(sandbox.close);
    const engine = await startEngine();
    const env = { ...sandbox.environment, PLANTON_SANDBOX_POLL_MS: "50" };
    const { child, port, pid } = await startPlugin([engine.address], { parent: true, env });
    const client = createTestClient(port);
    cleanups.push(client.close);
    await client.configure(plain({}));
    const values = { name: "db-1", engine: "pg", version: "16", region: "nyc3", size: "db-s-1vcpu-1gb", nodeCount: 1 };
    const type = "digitalocean:index/databaseCluster:DatabaseCluster";
    const creation = client.create({ type }, plain(values)).catch(() => "lost");
    await expect.poll(() => readLog(sandbox.home).length, { timeout: 5000 }).toBeGreaterThan(3);
    child.kill("SIGKILL");
    await expect.poll(() => isAlive(pid), { timeout: 3000 }).toBe(false);
    expect(await creation).toBe("lost");
  });

  it("ends soon after the engine's address refuses connections, not when one connection is closed", async () => {
    const engine = await startEngine();
    engine.server.once("connection", (socket) => socket.destroy());
    const { child, pid } = await startPlugin([engine.address]);
    await expect
      .poll(() => new Promise<number>((resolve) => engine.server.getConnections((_e, count) => resolve(count))))
      .toBe(1);
    expect(isAlive(pid)).toBe(true);
    engine.close();
    await expect.poll(() => child.exitCode, { timeout: 4000 }).toBe(0);
  });
});
