import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clusterYaml } from "../../support/kinds/cluster-yaml.js";
import { openBed, type PlantonBed, until } from "../../support/planton-bed.js";
import { expectRefusal } from "../../support/refusal.js";

const name = "surviving";
let bed: PlantonBed;
let cwd: string;
beforeAll(async () => {
  bed = await openBed();
  cwd = join(bed.folder, name);
  bed.write(`${name}/stack-input.yaml`, clusterYaml(name));
  const up = await bed.planton(["pulumi", "up", "--yes"], { cwd });
  expect(up.code, up.all).toBe(0);
});
afterAll(() => bed.close());

interface Status {
  readonly running: boolean;
  readonly pid: number;
  readonly port: number;
}

async function sandboxStatus(): Promise<Status> {
  return JSON.parse((await bed.planton(["sandbox", "status", "--format", "json"])).stdout) as Status;
}

/** Ends the sandbox as a crash does; gives its port. */
async function killSandbox(): Promise<number> {
  const { pid, port } = await sandboxStatus();
  process.kill(pid, "SIGKILL");
  await until("the sandbox is gone", async () => !(await sandboxStatus()).running);
  return port;
}

/** Takes a port until the function given back is called. */
async function take(port: number): Promise<{ readonly port: number; readonly release: () => Promise<void> }> {
  const server: Server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  const release = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { port: typeof address === "object" && address !== null ? address.port : port, release };
}

test("a killed sandbox: the next command says so and how to start it; what it held is kept", async () => {
  await killSandbox();
  for (const words of [
    ["pulumi", "up", "--yes"],
    ["pulumi", "preview"],
    ["pulumi", "destroy", "--yes", "--allow-data-loss"],
  ]) {
    const ended = await bed.planton(words, { cwd });
    const says = ["the sandbox is not running", "planton sandbox start", 'eval "$(planton sandbox env)"'];
    expectRefusal(ended, { exitCode: 4, code: "E_VENDOR_UNREACHABLE", says });
  }
  const plain = await bed.pulumi(["preview"], { cwd });
  expect(plain.code).not.toBe(0);
  expect(plain.all).toContain("the sandbox is not running");
  const status = await bed.planton(["sandbox", "status"]);
  expect(status.stdout).toBe("the sandbox is not running\n");
  expectRefusal(await bed.planton(["sandbox", "fault", "list"]), {
    exitCode: 2,
    code: "E_SANDBOX",
    says: ["planton sandbox start"],
  });

  const started = await bed.planton(["sandbox", "start"]);
  expect(started.code, started.all).toBe(0);
  expect(started.stdout).toContain(`${bed.apiUrl} `);
  const same = await bed.pulumi(["preview", "--expect-no-changes"], { cwd });
  expect(same.code, same.all).toBe(0);
});

test("a port that is taken: every command that would start the sandbox says how to take another", async () => {
  const port = await killSandbox();
  const other = await take(port);
  try {
    for (const words of [
      ["sandbox", "start"],
      ["sandbox", "env"],
      ["--sandbox", "validate", join(name, "stack-input.yaml")],
      ["--sandbox", "pulumi", "preview", "--stack-input", join(name, "stack-input.yaml")],
      ["sandbox", "start", "--port", String(port)],
    ]) {
      const ended = await bed.planton(words);
      expectRefusal(ended, {
        exitCode: 2,
        code: "E_SANDBOX_PORT",
        says: [`"${port}"`, "planton sandbox start --port 0"],
      });
      expect(ended.stdout).toBe("");
    }
    const moved = await bed.planton(["sandbox", "start", "--port", "0"]);
    expect(moved.code, moved.all).toBe(0);
    expect((await sandboxStatus()).port).not.toBe(port);
    const printed = await bed.planton(["sandbox", "env"]);
    const [, url = ""] = /^export DIGITALOCEAN_API_URL='(.*)'$/m.exec(printed.stdout) ?? [];
    const up = await bed.planton(["pulumi", "up", "--yes"], { cwd, env: { DIGITALOCEAN_API_URL: url } });
    expect(up.code, up.all).toBe(0);
    // Only the provider's address is another one: stack, cluster and firewall stay.
    expect(up.stdout).toMatch(/~ 1 updated\n +3 unchanged/);
  } finally {
    await other.release();
  }
});

test("a port outside the range is refused", async () => {
  const ended = await bed.planton(["sandbox", "start", "--port", "70000"]);
  expect(ended.code).toBe(64);
  expect(ended.stderr).toContain("65535");
});
